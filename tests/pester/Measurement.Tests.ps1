BeforeAll {
    $root = Split-Path (Split-Path $PSScriptRoot)
    Import-Module (Join-Path $root 'PSSR.psd1') -Force
    $before = $env:PSSR_MODELS
    $env:PSSR_MODELS = (New-Item -ItemType Directory (Join-Path ([IO.Path]::GetTempPath()) ([guid]::NewGuid()))).FullName
    Import-SRModel (Join-Path $root 'tests/PSSR.Tests/Models/Scripts/features.torchscript.pt') `
        -Name script -Architecture torchscript `
        -Option @{ input_size = 16 } | Out-Null

    # Truth: the results of a first run; the pictures measured: that of its halves.
    $folder = (New-Item -ItemType Directory (Join-Path ([IO.Path]::GetTempPath()) ([guid]::NewGuid()))).FullName
    $png = & (Join-Path $PSScriptRoot SmallPicture.ps1)
    foreach ($name in 'a', 'b') { [IO.File]::WriteAllBytes((Join-Path $folder "$name.png"), $png) }
    $truth = Join-Path $folder truth
    $results = Invoke-DiffusionUpscale (Join-Path $folder '?.png') -NoiseLevel 0 -Scale 4
    New-Item -ItemType Directory $truth | Out-Null
    foreach ($name in 'a', 'b') { Copy-Item (Join-Path $folder "${name}_x4.png") (Join-Path $truth "$name.png") }
    $results = Invoke-DiffusionUpscale (Join-Path $folder '?.png') -NoiseLevel 0.05 -Steps 2 -Scale 4 -Force
}

AfterAll {
    Remove-Item -Recurse $env:PSSR_MODELS, $folder
    $env:PSSR_MODELS = $before
}

Describe 'Measure-ImageQuality' {
    It 'measures results from the pipeline against a folder' {
        $quality = $results | Measure-ImageQuality -ReferenceDirectory $truth -Lpips Never
        $quality.Count | Should -Be 2
        $quality[0].Reference | Should -Be (Join-Path $truth a.png)
        $quality[0].Scale | Should -Be 4
        $quality[0].Psnr | Should -BeGreaterThan 10
        $quality[0].Values.Preset | Should -Be 'BasicSR-Y', 'BasicSR-Y'
        $quality[0].Values[0].Settings | Should -Match 'border 4'
        $quality | Out-String | Should -Match 'a_x4\.png\s+a\.png\s+\d+\.\d\d\s+[\d.]+\s+BasicSR-Y'
        $quality[0] | Format-List | Out-String | Should -Match 'Gaussian window'
    }

    It 'takes paths, wildcards and folders, results among them' {
        $byPath = Measure-ImageQuality (Join-Path $folder '*_x4.png') $truth -Preset PyIqa -Lpips Never
        $byPath.Path | Split-Path -Leaf | Should -Be 'a_x4.png', 'b_x4.png'
        (Get-ChildItem (Join-Path $folder '*_x4.png') | Measure-ImageQuality -ReferenceDirectory $truth -Preset PyIqa -Lpips Never).Psnr |
            Should -Be $byPath.Psnr
    }

    It 'takes some columns of a result by their Output, and says which columns name none' {
        $rows = $results | Select-Object Input, Output
        $quality = $rows | Measure-ImageQuality -ReferenceDirectory $truth -Lpips Never
        $quality.Path | Should -Be $results.Output
        (Measure-ImageQuality $rows $truth -Lpips Never).Path | Should -Be $results.Output
        $list = [Collections.Generic.List[object]] @($rows)
        (Measure-ImageQuality $list $truth -Lpips Never).Path | Should -Be $results.Output
        (Measure-ImageQuality @(@($rows[0]), $rows[1]) $truth -Lpips Never).Path | Should -Be $results.Output
        $itself = [Collections.ArrayList]::new()
        $null = $itself.Add($itself)
        { Measure-ImageQuality $itself $truth -Lpips Never } | Should -Throw '*Lists in lists*'
        foreach ($other in ($results | Select-Object Scale), @{ Path = $results[0].Output }) {
            $other | Measure-ImageQuality -ReferenceDirectory $truth -Lpips Never -ErrorAction SilentlyContinue -ErrorVariable problem |
                Should -BeNullOrEmpty
            "$problem" | Should -BeLike "*no property that names one*"
        }
    }

    It 'pipes on as the picture that was measured' {
        $worst = $results | Measure-ImageQuality -ReferenceDirectory $truth -Lpips Never | Sort-Object Psnr | Select-Object -First 1
        ($worst | Measure-FrequencyError -ReferenceDirectory $truth -NoiseLevel 0).Path | Select-Object -Unique | Should -Be $worst.Path
    }

    It 'measures what needs no truth, by the result or by its record' {
        $quality = $results | Measure-ImageQuality -LrPsnr
        $quality.LrPsnr | ForEach-Object { $_ | Should -BeGreaterThan 10 }
        $quality[0].Reference | Should -BeNullOrEmpty
        $quality[0].Psnr | Should -BeNullOrEmpty
        $quality[0].Input | Should -Be (Join-Path $folder a.png)
        (Measure-ImageQuality (Join-Path $folder a_x4.png) -LrPsnr).LrPsnr | Should -Be $quality[0].LrPsnr
        $quality | Out-String | Should -Match 'LR-PSNR \d+'
        $both = $results | Measure-ImageQuality -ReferenceDirectory $truth -LrPsnr -Lpips Never -Summary
        $both.Metric | Should -Be 'PSNR', 'SSIM', 'LR-PSNR'
        $both[2].Preset, $both[2].Unit | Should -Be 'any', 'dB'
    }

    It 'warns of results whose input nobody knows, and measures the rest' {
        Copy-Item (Join-Path $folder a_x4.png) (Join-Path $TestDrive 'a [1]_x4.png')
        $quality = Measure-ImageQuality -LiteralPath (Join-Path $TestDrive 'a [1]_x4.png') (Join-Path $truth a.png) -LrPsnr -Lpips Never `
            -Scale 4 -WarningVariable said -WarningAction SilentlyContinue
        $quality.Psnr | Should -BeGreaterThan 10
        "$said" | Should -BeLike '*LR-PSNR*no record*'
        Measure-ImageQuality -LiteralPath (Join-Path $TestDrive 'a [1]_x4.png') -LrPsnr -ErrorAction SilentlyContinue -ErrorVariable problem
        $problem.FullyQualifiedErrorId | Should -Be 'ImageFailed,PSSR.Cmdlets.MeasureImageQualityCommand'
        { $results | Measure-ImageQuality } | Should -Throw '*LrPsnr*' -ErrorId 'InvalidOption,*'
    }

    It 'scores pictures by imported quality models' {
        . (Join-Path $PSScriptRoot ScoreModule.ps1)
        Save-ScoreModule (Join-Path $TestDrive mean.pt) 'torch.mean(x)'
        $model = (Import-SRModel (Join-Path $TestDrive mean.pt) -Architecture quality-metric -ValueRange 0, 255 `
                -Option @{ metric = 'MEAN'; better = 'higher'; mean = 0, 0, 0 }).Model
        $model.Kind | Should -Be 'quality'
        (Test-SRModel mean).Passed | Should -BeTrue
        $quality = $results | Measure-ImageQuality -QualityModel mean
        $quality[0].Scores.MEAN | Should -BeGreaterThan 1
        $quality[0].Scores.MEAN | Should -BeLessThan 255
        $quality | Out-String | Should -Match 'MEAN \d+'
        $quality | ConvertTo-Csv | Out-String | Should -Match '"MEAN [\d.]+"'
        ($results | Measure-ImageQuality -QualityModel mean -Summary).Metric | Should -Be 'MEAN'
        $set = $results | Measure-ImageSetQuality -QualityModel mean
        $set.Metric, $set.Pictures, $set.References | Should -Be 'MEAN', 2, 0
        $set.Value | Should -Be (($quality[0].Scores.MEAN + $quality[1].Scores.MEAN) / 2)
        (Compare-ImageQuality $quality $quality).Pictures | Should -Be 2
        { $results | Measure-ImageQuality -QualityModel script } | Should -Throw '*quality-metric*' -ErrorId 'ModelFailed,*'
        $pssr = Join-Path $root "artifacts/pssr/pssr$($IsWindows ? '.exe' : '')"
        $said = & $pssr measure quality (Join-Path $folder a_x4.png) --quality-model mean --lr-psnr
        "$said" | Should -Match 'LR-PSNR [\d.]+ dB  MEAN [\d.]+'
        Remove-SRModel mean -Confirm:$false
    }

    It 'sums up' {
        $summary = $results | Measure-ImageQuality -ReferenceDirectory $truth -Lpips Never -Summary
        $summary.Metric | Should -Be 'PSNR', 'SSIM'
        $summary.Pictures | Should -Be 2, 2
        $summary | Out-String | Should -Match 'BasicSR-Y'
        $summary[0].Median | Should -Be $summary[0].Mean
        # One that equals its truth leaves the mean finite.
        Copy-Item (Join-Path $truth b.png) (Join-Path $TestDrive b_x4.png)
        $results = (Join-Path $folder a_x4.png), (Join-Path $TestDrive b_x4.png)
        $mixed = Measure-ImageQuality $results $truth -Preset PyIqa -Lpips Never -Summary
        $mixed[0].Infinite, [double]::IsFinite($mixed[0].Mean) | Should -Be 1, $true
        $mixed | Out-String | Should -Match 'PSNR +2, 1 ∞'
    }

    It 'says which command imports LPIPS, as a warning or as an error' {
        $quality = $results[0] | Measure-ImageQuality -ReferenceDirectory $truth -WarningVariable said -WarningAction SilentlyContinue
        $quality.Lpips | Should -BeNullOrEmpty
        "$said" | Should -Match 'Import-SRModel vgg16-397923af\.pth.*Import-SRModel vgg\.pth -Name lpips-vgg'
        { $results | Measure-ImageQuality -ReferenceDirectory $truth -Lpips Always -LpipsNetwork Squeeze } |
            Should -Throw '*Import-SRModel squeezenet1_1-b8a52dc0.pth*' -ErrorId 'ModelFailed,PSSR.Cmdlets.MeasureImageQualityCommand'
    }

    It 'gives one error for a picture without reference and goes on' {
        $paths = (Join-Path $folder a_x4.png), (Join-Path $folder gone.png), (Join-Path $truth b.png)
        $quality = Measure-ImageQuality -LiteralPath $paths -ReferenceDirectory (Join-Path $truth a.png) -Preset Paper-DPI -Lpips Never `
            -ErrorAction SilentlyContinue -ErrorVariable problems
        $quality.Count | Should -Be 2
        $problems.Count | Should -Be 1
        $problems[0].FullyQualifiedErrorId | Should -Be 'PathNotFound,PSSR.Cmdlets.MeasureImageQualityCommand'
        Measure-ImageQuality (Join-Path $truth b.png) (Join-Path $truth a.png) -Lpips Never `
            -ErrorAction SilentlyContinue -ErrorVariable problem
        $problem.FullyQualifiedErrorId | Should -Be 'ImageFailed,PSSR.Cmdlets.MeasureImageQualityCommand'
        $problem.Exception.Message | Should -BeLike '*Give Scale*'
    }

    It 'refuses a reference folder that is not there' {
        { $results | Measure-ImageQuality -ReferenceDirectory (Join-Path $folder nowhere) } |
            Should -Throw -ErrorId 'InvalidOption,PSSR.Cmdlets.MeasureImageQualityCommand'
    }
}

Describe 'Compare-ImageQuality' {
    BeforeAll {
        $dpi = $results | Measure-ImageQuality -ReferenceDirectory $truth -Preset Paper-DPI -Lpips Never
        $iqa = $results | Measure-ImageQuality -ReferenceDirectory $truth -Preset PyIqa -Lpips Never
    }

    It 'compares measurements of one preset' {
        $difference = $dpi | Compare-ImageQuality $dpi
        $difference.Metric | Should -Be 'PSNR', 'SSIM'
        $difference.Difference | Should -Be 0, 0
        $difference | Out-String | Should -Match 'PSNR\s+2'
    }

    It 'refuses values of different presets unless forced' {
        { $iqa | Compare-ImageQuality $dpi } | Should -Throw '*Force*' -ErrorId 'InvalidOption,PSSR.Cmdlets.CompareImageQualityCommand'
        ($iqa | Compare-ImageQuality $dpi -Force).Preset | Should -Contain 'Paper-DPI / PyIqa'
    }

    It 'says what to give in the place of copies' {
        $file = Join-Path $TestDrive dpi.xml
        $dpi | Export-Clixml $file
        { $dpi | Compare-ImageQuality (Import-Clixml $file) } | Should -Throw '*such a copy isn''t read back*'
        { Import-Clixml $file | Compare-ImageQuality $dpi -ErrorAction Stop } | Should -Throw '*such a copy isn''t read back*'
        { $dpi | ConvertTo-Json -Depth 5 | ConvertFrom-Json | Compare-ImageQuality $dpi -ErrorAction Stop } |
            Should -Throw '*such a copy isn''t read back*'
    }
}

Describe 'Measure-ImageSetQuality' {
    It 'gives a distance and a score, and warns of few pictures' {
        $values = $results | Measure-ImageSetQuality -ReferenceDirectory $truth -Model script -Classifier script -Splits 1 `
            -WarningVariable said -WarningAction SilentlyContinue
        $values.Metric | Should -Be 'FrechetDistance', 'InceptionScore'
        $values[0].Pictures, $values[0].References, $values[0].Dimensions | Should -Be 2, 2, 4
        $values[1].Value | Should -BeGreaterOrEqual 1
        "$said" | Should -Match 'rank-deficient'
        $values | Out-String | Should -Match 'script \(SHA'
    }

    It 'leaves a picture out that cannot be read, with one error' {
        [IO.File]::WriteAllBytes((Join-Path $TestDrive bad.png), $png[0..39])
        $value = Measure-ImageSetQuality (Join-Path $TestDrive bad.png), $truth $truth -Model script `
            -ErrorAction SilentlyContinue -ErrorVariable problem -WarningAction SilentlyContinue
        $value.Pictures | Should -Be 2
        $problem.FullyQualifiedErrorId | Should -Be 'ImageFailed,PSSR.Cmdlets.MeasureImageSetQualityCommand'
    }

    It 'refuses to measure nothing, and a network that gives no features' {
        { Measure-ImageSetQuality $truth } | Should -Throw '*Import-SRModel*' -ErrorId 'InvalidOption,*'
        { Measure-ImageSetQuality $truth $truth -Model pssr-prior } | Should -Throw -ErrorId 'ModelFailed,*'
    }
}

Describe 'Measure-FrequencyError' {
    It 'measures both bands with and without noise, and draws a sheet' {
        $sheets = Join-Path $TestDrive sheets
        $errors = $results | Measure-FrequencyError -ReferenceDirectory $truth -SheetDirectory $sheets
        $errors.Count | Should -Be 8
        ($errors | Where-Object NoiseLevel -eq 0).BoxSize | Should -Be (@(0.25) * 4)
        ($errors | Where-Object { $_.Subject -eq 'Bicubic' -and $_.NoiseLevel -eq 0 }).Error.Low |
            ForEach-Object { $_ | Should -BeLessThan 0.5 }
        Get-ChildItem $sheets -Name | Should -Be 'a_x4.frequency.png', 'b_x4.frequency.png'
        $errors | Out-String | Should -Match 'Bicubic'
    }

    It 'draws nothing under WhatIf and wants a box where none follows' {
        $sheets = Join-Path $TestDrive none
        $results[0] | Measure-FrequencyError -ReferenceDirectory $truth -SheetDirectory $sheets -WhatIf | Should -HaveCount 4
        $sheets | Should -Not -Exist
        Measure-FrequencyError (Join-Path $truth a.png) $truth -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        $problem.Exception.Message | Should -BeLike '*Give BoxSize*'
        (Measure-FrequencyError (Join-Path $truth a.png) $truth -BoxSize 0.3 -NoiseLevel 0).Error.High | Should -Be 0
    }
}

Describe 'Export-UpscaleReport' {
    It 'puts results and measurements into one page, with its numbers beside it' {
        $page = Join-Path $TestDrive report.html
        $files = @($results) + @($results | Measure-ImageQuality -ReferenceDirectory $truth -Lpips Never) |
            Export-UpscaleReport $page -Title 'Two pictures' -PassThru
        $files.Name | Should -Be 'report.html', 'report.csv', 'report.json'
        $html = Get-Content -Raw $page
        ([regex]::Matches($html, 'class="after"')).Count | Should -Be 2
        $html | Should -Match 'Two pictures'
        (Import-Csv $files[1]).preset | Should -Be 'BasicSR-Y', 'BasicSR-Y'
        (Get-Content -Raw $files[2] | ConvertFrom-Json).pictures[0].run.options.seed | Should -Be 0
    }

    It 'follows Measure-ImageQuality in a pipeline, and does not overwrite unless forced' {
        $page = Join-Path $TestDrive again.html
        $results | Measure-ImageQuality -ReferenceDirectory $truth -Lpips Never | Export-UpscaleReport $page -WhatIf
        $page | Should -Not -Exist
        $results | Measure-ImageQuality -ReferenceDirectory $truth -Lpips Never | Export-UpscaleReport $page | Should -BeNullOrEmpty
        { $results | Export-UpscaleReport $page } | Should -Throw '*Force*' -ErrorId 'InvalidOption,PSSR.Cmdlets.ExportUpscaleReportCommand'
        $measured = [Collections.Generic.List[string]]::new()
        { $results | ForEach-Object { $measured.Add($_.Output) } | Export-UpscaleReport $page } | Should -Throw '*Force*'
        $measured | Should -BeNullOrEmpty -Because 'what comes before may take hours'
        $results | Export-UpscaleReport $page -Force
    }

    It 'takes the place of no picture, and its page is no table of its own' {
        $picture = Join-Path $TestDrive 'taken.png'
        Copy-Item (Join-Path $truth a.png) $picture
        $before = (Get-FileHash $picture).Hash
        foreach ($page in $picture, (Join-Path $TestDrive taken.json)) {
            { $results | Export-UpscaleReport $page -Force } |
                Should -Throw '*ends in .html*' -ErrorId 'InvalidOption,PSSR.Cmdlets.ExportUpscaleReportCommand'
        }
        (Get-FileHash $picture).Hash | Should -Be $before
        { $results | Export-UpscaleReport "$($results[0].Output).pssr.html" -Force } | Should -Throw '*name of a record*'
    }

    It 'takes the Output of a row from the shell''s location' {
        Push-Location (Split-Path $results[0].Output)
        try {
            $row = [pscustomobject]@{ Output = Split-Path -Leaf $results[0].Output }
            $row | Export-UpscaleReport (Join-Path $TestDrive row.html) -PassThru | Should -HaveCount 3
        } finally {
            Pop-Location
        }
    }

    It 'takes a row with a Path, and says of copies of measurements once what to give' {
        $row = [pscustomobject]@{ Path = $results[0].Output }
        $row | Export-UpscaleReport (Join-Path $TestDrive path.html) -PassThru | Should -HaveCount 3
        $file = Join-Path $TestDrive copies.xml
        $results | Measure-ImageQuality -ReferenceDirectory $truth -Lpips Never | Export-Clixml $file
        $results[0], (Import-Clixml $file) | ForEach-Object { $_ } |
            Export-UpscaleReport (Join-Path $TestDrive copies.html) -ErrorVariable problem -ErrorAction SilentlyContinue
        $problem | Should -HaveCount 1
        $problem[0] | Should -Match 'Measure the picture here'
    }

    It 'refuses what is no result' {
        { 'a.png' | Export-UpscaleReport (Join-Path $TestDrive none.html) -ErrorAction SilentlyContinue } |
            Should -Throw '*nothing to report*'
    }
}

BeforeAll {
    $root = Split-Path (Split-Path $PSScriptRoot)
    . (Join-Path $root tools/Shell.ps1)
    Import-Module (Join-Path $root 'PSSR.psd1') -Force
    $recipe = Join-Path $TestDrive 'small [1].psd1'
    Set-Content -LiteralPath $recipe @'
@{
    Name = 'small'; Title = 'A small one'; Source = 'a paper'
    Data = @{ Name = 'made'; Folder = 'hr' }
    Degrade = @{ Name = 'bicubic' }
    Scales = 4
    Methods = @{ Name = 'Diff-SR'; Method = 'DiffSR'; Steps = 1; Sweep = @{ NoiseLevel = .02, .05 } }
    Metrics = @{ WithLpips = $false }
    Published = @{ Method = 'Diff-SR'; Settings = @{ NoiseLevel = .05 }; PSNR = 30 }
    Chart = @{ X = 'PSNR'; Y = 'SSIM' }
}
'@
    $out = Join-Path $TestDrive out
}

Describe 'Invoke-SRExperiment' {
    It 'puts out a cell each, and writes every kind of file' {
        $files = 'csv', 'json', 'md', 'html', 'svg' | ForEach-Object { Join-Path $TestDrive "results.$_" }
        $cells = Invoke-SRExperiment $recipe -Trial -OutputDirectory $out -OutFile $files
        $cells.Method | Should -Be 'Bicubic', 'Nearest', 'Diff-SR', 'Diff-SR'
        $cells.Status | Should -Be 'Done', 'Done', 'Done', 'Done'
        $cells[3].Difference['PSNR'] | Should -Be ($cells[3].Metrics['PSNR'] - 30)
        (Get-ChildItem -LiteralPath $cells[2].Folder -Filter *.png).Count | Should -Be 2
        (Import-Csv $files[0])[3].'PSNR (paper)' | Should -Be '30.00'
        (Get-Content $files[1] -Raw | ConvertFrom-Json).cells[3].published.PSNR | Should -Be 30
        Get-Content $files[2] -Raw | Should -Match '\| made \| bicubic \| 4 \| Diff-SR \| 0.05 \|'
        Get-Content $files[3] -Raw | Should -Match '<svg'
        Get-Content $files[3] -Raw | Should -Match 'data:image/png'
        Get-Content $files[4] -Raw | Should -Match '^<svg'
    }

    It 'does nothing when it is done, and shows table and chart' {
        $before = (Get-ChildItem $out -Recurse -File -Filter *.png).LastWriteTimeUtc
        $shown = Invoke-Shell -Command "Import-Module '$root/PSSR.psd1'
            `$null = Invoke-SRExperiment '$recipe' -Trial -OutputDirectory '$out' -Show" | Out-String
        $shown | Should -Match 'PSNR \(paper\)'
        $shown | Should -Match 'x: PSNR'
        (Get-ChildItem $out -Recurse -File -Filter *.png).LastWriteTimeUtc | Should -Be $before
    }

    It 'shows ours and the paper''s in its table' {
        $view = Invoke-SRExperiment $recipe -Trial -OutputDirectory $out | Out-String -Width 200
        $view | Should -Match 'NoiseLevel=0.05 +Done +PSNR [0-9.]+ \(30.00\)'
    }

    It 'tells cells and what is missing with WhatIf, and writes nothing' {
        Push-Location $TestDrive
        try { $put = Invoke-SRExperiment 'small [1].psd1' -WhatIf -WarningVariable missing -WarningAction SilentlyContinue }
        finally { Pop-Location }
        $put | Should -BeNullOrEmpty
        $missing | Should -HaveCount 1
        $missing[0].Message | Should -Match ([regex]::Escape((Join-Path $TestDrive data hr)))
        Join-Path $TestDrive experiments | Should -Not -Exist
    }

    It 'begins nothing where something is missing' {
        { Invoke-SRExperiment $recipe -DataDirectory (Join-Path $TestDrive none) -OutputDirectory (Join-Path $TestDrive new) } |
            Should -Throw -ErrorId 'InvalidOption,PSSR.Cmdlets.InvokeSRExperimentCommand'
        Join-Path $TestDrive new | Should -Not -Exist
    }

    It 'names file and line of what it does not know' {
        $wrong = Join-Path $TestDrive wrong.psd1
        Set-Content $wrong "@{ Name = 'x'`n Daat = 1 }"
        { Invoke-SRExperiment $wrong -Trial } | Should -Throw '*wrong.psd1*, line *: *'
        { Invoke-SRExperiment (Join-Path $TestDrive 'none*.psd1') -Trial -ErrorAction Stop } | Should -Throw '*matches no file*'
    }

    It 'overwrites a file by force alone, and knows so before it begins' {
        $file = Join-Path $TestDrive results.csv
        Set-Content $file 'mine'
        { Invoke-SRExperiment $recipe -Trial -OutputDirectory (Join-Path $TestDrive never) -OutFile $file } | Should -Throw '*Force*'
        Join-Path $TestDrive never | Should -Not -Exist
        Get-Content $file | Should -Be 'mine'
        { Invoke-SRExperiment $recipe -Trial -OutFile (Join-Path $TestDrive results.xls) } | Should -Throw '*.csv*'
    }

    It 'reads as Import-PowerShellDataFile does: <_>' -ForEach (Get-ChildItem "$PSScriptRoot/../../examples/reproduce/*.psd1").FullName {
        (Import-PowerShellDataFile $_).Name | Should -Not -BeNullOrEmpty
    }

    It 'tries every recipe of the examples: <_>' -ForEach (Get-ChildItem "$PSScriptRoot/../../examples/reproduce/*.psd1").FullName {
        $watch = [Diagnostics.Stopwatch]::StartNew()
        $cells = Invoke-SRExperiment $_ -Trial -OutputDirectory (Join-Path $TestDrive ([IO.Path]::GetFileNameWithoutExtension($_)))
        $bad = $cells | Where-Object Status -NotIn Done, Published | ForEach-Object { "$($_.Name): $($_.Reason)" }
        $bad | Should -BeNullOrEmpty
        $cells | Where-Object Status -EQ Done | Should -Not -BeNullOrEmpty
        Write-Host "$(Split-Path -Leaf $_): $(@($cells).Count) cells, $([int]$watch.Elapsed.TotalSeconds) s"
    }
}

Describe 'pssr experiment' {
    It 'prints the table, and JSON lines' {
        $pssr = Join-Path $root artifacts/pssr/pssr
        $table = & $pssr experiment $recipe --trial --out $out
        $LASTEXITCODE | Should -Be 0
        $table[0] | Should -Match '^data +degradation +scale +method +NoiseLevel +PSNR'
        $lines = & $pssr experiment $recipe --trial --out $out --json | ConvertFrom-Json
        $lines.status | Should -Be 'done', 'done', 'done', 'done'
        & $pssr experiment $recipe --data (Join-Path $TestDrive none) --what-if 2>&1 | Out-String | Should -Match 'must lie in'
        $LASTEXITCODE | Should -Be 2
    }
}

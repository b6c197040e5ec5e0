BeforeAll {
    $root = Split-Path (Split-Path $PSScriptRoot)
    . (Join-Path $root tools/Shell.ps1)
    Import-Module (Join-Path $root 'PSSR.psd1') -Force
    $before = $env:PSSR_MODELS
    # TestDrive is emptied after each block, and these blocks follow one model.
    $env:PSSR_MODELS = (New-Item -ItemType Directory (Join-Path ([IO.Path]::GetTempPath()) ([guid]::NewGuid()))).FullName
    $null = Build-DiffusionPrior (Join-Path $env:PSSR_MODELS tiny) -Name tiny -Steps 2 `
        -BatchSize 1 -CropSize 16 -NumChannels 32 -ChannelMult '1,4'
    $quick = @{ Model = 'tiny'; PictureCount = 2; CropSize = 48 }
}

AfterAll {
    Remove-Item -Recurse -Force $env:PSSR_MODELS
    $env:PSSR_MODELS = $before
}

Describe 'Find-PerceptualRecoverableField' {
    It 'gives one field a scale, whole numbers or not' {
        $fields = Find-PerceptualRecoverableField @quick -Scale 2.7, 2, 8
        $fields.Scale | Should -Be 2, 2.7, 8
        $fields[0].Curve.Count | Should -Be 1000
        $fields[0].Calibration.Pictures | Should -Be 2
        $fields[2].NoiseLevel | Should -BeGreaterOrEqual $fields[0].NoiseLevel
    }

    It 'has a compact view' {
        $view = Find-PerceptualRecoverableField @quick -Scale 3 | Out-String -Width 160
        $view | Should -Match 'NoiseLevel\s+Usable\s+t\*'
        $view | Should -Match '3x'
    }

    It 'draws the curves' {
        $text = Invoke-Shell -Command (
            "Import-Module '$root/PSSR.psd1'; " +
            "`$null = Find-PerceptualRecoverableField -Model tiny -PictureCount 2 -CropSize 48 -Scale 3 -Show") | Out-String
        $text | Should -Match 'signature L\^S'
        $text | Should -Match '\^ (t\*|compromise)'
    }

    It 'draws as Write-Host does: 6>$null leaves it out' {
        $drawn = Find-PerceptualRecoverableField @quick -Scale 3 -Show 6>&1
        "$drawn" | Should -Match 'signature L\^S'
        Find-PerceptualRecoverableField @quick -Scale 3 -Show 6>$null | Should -HaveCount 1
    }

    It 'takes a unit in upper and lower case' {
        (Find-PerceptualRecoverableField @quick -Scale 3 -Unit paper).Options.Unit | Should -Be `
            (Find-PerceptualRecoverableField @quick -Scale 3 -Unit Paper).Options.Unit
        (Find-PerceptualRecoverableField @quick -Scale 3 -Unit paper).Options.Unit | Should -Not -Be `
            (Find-PerceptualRecoverableField @quick -Scale 3 -Unit perelement).Options.Unit
    }

    It 'says that a field is empty, and the nearest compromise' {
        $field = Find-PerceptualRecoverableField @quick -Scale 8 -SignatureThreshold 0.001 -FidelityThreshold 0.001
        $field.IsEmpty | Should -BeTrue
        $field.Advice | Should -BeLike '*nearest compromise*'
    }

    It 'measures on pictures by pipeline, and goes on after a bad one' {
        $bad = Join-Path $TestDrive 'bad.png'
        Set-Content $bad 'no picture'
        $good = Join-Path $root 'examples/*.png' -Resolve | Select-Object -First 1
        $field = Get-Item $bad, $good |
            Find-PerceptualRecoverableField -Model tiny -CropSize 48 -Scale 2 -ErrorAction SilentlyContinue -ErrorVariable problem
        $field.Calibration.Pictures | Should -Be 1
        $problem.FullyQualifiedErrorId | Should -Be 'ImageFailed,PSSR.Cmdlets.FindPerceptualRecoverableFieldCommand'
    }

    It 'tries levels and keeps the best' {
        $field = Find-PerceptualRecoverableField @quick -Scale 2 -NoiseLevel 0, 0.02 -Steps 1 -Metric Psnr
        $field.Mode | Should -Be 'Empirical'
        $field.Measured.NoiseLevel | Should -Be 0, 0.02
        $field.NoiseLevel | Should -Be ($field.Measured | Sort-Object Psnr | Select-Object -Last 1).NoiseLevel
    }

    It 'refuses politely to be interactive where nobody can be asked' {
        { Find-PerceptualRecoverableField @quick -Interactive } |
            Should -Throw -ErrorId 'InvalidOption,PSSR.Cmdlets.FindPerceptualRecoverableFieldCommand'
    }

    It 'saves nothing under WhatIf' {
        $null = Find-PerceptualRecoverableField @quick -Scale 2 -Save -WhatIf
        Join-Path $env:PSSR_MODELS tiny field.json | Should -Not -Exist
    }

    It 'saves what an upscale then takes' {
        $field = Find-PerceptualRecoverableField @quick -Scale 2 -Save
        $field.SavedTo | Should -Be (Join-Path $env:PSSR_MODELS tiny field.json)
        $picture = Join-Path $TestDrive 'small.png'
        [IO.File]::WriteAllBytes($picture, (& (Join-Path $PSScriptRoot SmallPicture.ps1)))
        $result = Invoke-DiffusionUpscale -LiteralPath $picture -Model tiny -Scale 2 -Steps 1
        $result.Decisions.noiseLevelFrom | Should -BeLike 'field of tiny, at scale 2*'
        $result.Decisions.noiseLevel | Should -Be $field.NoiseLevel
        (Find-PerceptualRecoverableField -Model tiny -Scale 2 -PictureCount 1).Calibration.Pictures | Should -Be 2
    }
}

Describe 'Export-RecoverableField' {
    It 'writes <_>' -ForEach 'csv', 'json', 'svg' {
        $path = Join-Path $TestDrive "field.$_"
        $file = Find-PerceptualRecoverableField -Model tiny -Scale 2, 3 | Export-RecoverableField $path
        $file.FullName | Should -Be $path
        $text = Get-Content -Raw $path
        switch ($_) {
            csv { $text | ConvertFrom-Csv | Group-Object scale | ForEach-Object Count | Should -Be 1000, 1000 }
            json { ($text | ConvertFrom-Json).scale | Should -Be 2, 3 }
            svg { ([xml] $text).svg.g.Count | Should -Be 2 }
        }
        { Find-PerceptualRecoverableField -Model tiny -Scale 2 | Export-RecoverableField $path } |
            Should -Throw '*exists already*' -ErrorId 'InvalidOption,PSSR.Cmdlets.ExportRecoverableFieldCommand'
        Find-PerceptualRecoverableField -Model tiny -Scale 2 | Export-RecoverableField $path -Force | Should -Not -BeNullOrEmpty
    }

    It 'says before any search that its file can''t be written: <_>' -ForEach 'there.csv', 'field.xyz', 'none/field.csv' {
        Set-Content (Join-Path $TestDrive there.csv) precious
        $path, $searched = (Join-Path $TestDrive $_), [Collections.Generic.List[int]]::new()
        { 1 | ForEach-Object { $searched.Add($_) } | Export-RecoverableField $path } |
            Should -Throw -ErrorId 'InvalidOption,PSSR.Cmdlets.ExportRecoverableFieldCommand'
        $searched | Should -BeNullOrEmpty
        Get-Content (Join-Path $TestDrive there.csv) | Should -Be precious
    }

    It 'writes nothing under WhatIf' {
        Find-PerceptualRecoverableField -Model tiny -Scale 2 | Export-RecoverableField (Join-Path $TestDrive 'none.csv') -WhatIf
        Join-Path $TestDrive 'none.csv' | Should -Not -Exist
    }
}

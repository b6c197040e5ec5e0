BeforeAll {
    $root = Split-Path (Split-Path $PSScriptRoot)
    Import-Module (Join-Path $root 'PSSR.psd1') -Force
    $examples = Join-Path $root examples
}

Describe 'New-DegradedImage' {
    It 'shrinks pictures from the pipeline, and passes on what they went through' {
        $results = Get-ChildItem (Join-Path $examples *.png) | New-DegradedImage -OutputDirectory (Join-Path $TestDrive small) -Scale 3
        $results.Count | Should -Be (Get-ChildItem (Join-Path $examples *.png)).Count
        foreach ($result in $results) {
            $result.Output | Should -Exist
            $result.Scale | Should -Be 3
            $result.Width | Should -Be ([Math]::Floor($result.InputWidth / 3))
        }
        $results | Out-String -Width 200 | Should -Match "JPEG"
    }

    It 'makes a drawn set again exactly from its records' {
        $first = New-DegradedImage (Join-Path $examples drawing.png) -Degradation severe -Seed 5 `
            -OutputDirectory (Join-Path $TestDrive severe)
        $first.JpegQuality | Should -BeIn (40..50)
        $again = New-DegradedImage -FromRecord (Join-Path $TestDrive 'severe/*.degradation.json') `
            -OutputDirectory (Join-Path $TestDrive again) -WarningVariable warned
        $again.AsRecorded | Should -BeTrue
        $warned | Should -BeNullOrEmpty
        (Get-FileHash $again.Output).Hash | Should -Be (Get-FileHash $first.Output).Hash
    }

    It 'names its records, and pipes on as pictures' {
        New-DegradedImage -FromRecord (Join-Path $TestDrive 'none*.json') -OutputDirectory (Join-Path $TestDrive none) `
            -ErrorAction SilentlyContinue -ErrorVariable nothing | Should -BeNullOrEmpty
        $nothing.FullyQualifiedErrorId | Should -Be 'PathNotFound,PSSR.Cmdlets.NewDegradedImageCommand'
        $first = New-DegradedImage (Join-Path $examples drawing.png) -OutputDirectory (Join-Path $TestDrive piped)
        (New-DegradedImage -FromRecord $first.Record -OutputDirectory (Join-Path $TestDrive piped2)).AsRecorded | Should -BeTrue
        $first | Invoke-DiffusionUpscale -Scale 1 -NoiseLevel 0 -OutputDirectory (Join-Path $TestDrive up) |
            ForEach-Object Status | Should -Be Done
    }

    It 'goes on after a picture that can''t be read' {
        $folder = New-Item -ItemType Directory (Join-Path $TestDrive mixed)
        [IO.File]::WriteAllBytes((Join-Path $folder a.png), [IO.File]::ReadAllBytes((Join-Path $examples drawing.png))[0..39])
        Copy-Item (Join-Path $examples drawing.png) (Join-Path $folder b.png)
        $results = New-DegradedImage $folder -OutputDirectory (Join-Path $TestDrive mixed-out) `
            -ErrorVariable problems -ErrorAction SilentlyContinue
        $results.Count | Should -Be 1
        $problems[0].FullyQualifiedErrorId | Should -Be 'ImageFailed,PSSR.Cmdlets.NewDegradedImageCommand'
    }

    It 'prepares true pictures and what is shrunk of them, which are measured together' {
        $names = 'a [1].png', "o'clock.png"
        $folder = New-Item -ItemType Directory (Join-Path $TestDrive 'true in')
        foreach ($name in $names) { Copy-Item -LiteralPath (Join-Path $examples drawing.png) (Join-Path $folder $name) }

        $made = New-DegradedImage $folder -Prepare CentreCrop -Size 48 -Scale 4 -TruthDirectory (Join-Path $TestDrive hr) `
            -OutputDirectory (Join-Path $TestDrive lr)

        $made.Truth | Split-Path -Leaf | Sort-Object | Should -Be $names
        $made.InputWidth | Should -Be 48, 48
        $made.Width | Should -Be 12, 12
        $quality = $made | Invoke-DiffusionUpscale -Scale 4 -NoiseLevel 0 -OutputDirectory (Join-Path $TestDrive 'sr out') |
            Measure-ImageQuality -ReferenceDirectory (Join-Path $TestDrive hr) -Lpips Never
        $quality.Count | Should -Be 2
        $quality.Width | Should -Be 48, 48
    }

    It 'merges folders without losing a picture' {
        foreach ($name in 'one', 'two') {
            New-Item -ItemType Directory (Join-Path $TestDrive $name) | Out-Null
            Copy-Item (Join-Path $examples drawing.png) (Join-Path $TestDrive $name)
        }
        $made = New-DegradedImage (Join-Path $TestDrive one), (Join-Path $TestDrive two) -Merge -OutputDirectory (Join-Path $TestDrive both)
        $made.Output | Split-Path -Leaf | Sort-Object | Should -Be one_drawing.png, two_drawing.png
        $piped = Get-ChildItem (Join-Path $TestDrive one), (Join-Path $TestDrive two) -Filter *.png |
            New-DegradedImage -Merge -OutputDirectory (Join-Path $TestDrive both)
        $piped.Status | Should -Be Skipped, Skipped
    }

    It 'draws <_>, and makes it again' -ForEach 'codeformer-stage2', 'codeformer-stage3', 'bsrgan-like', 'realesrgan-like' {
        $first = New-DegradedImage (Join-Path $examples drawing.png) -Degradation $_ -Seed 3 -OutputDirectory (Join-Path $TestDrive $_)
        $again = New-DegradedImage -FromRecord $first.Record -OutputDirectory (Join-Path $TestDrive "$_ again")
        $again.AsRecorded | Should -BeTrue
        (Get-FileHash $again.Output).Hash | Should -Be (Get-FileHash $first.Output).Hash
    }

    It 'tells options that go with nothing' {
        { New-DegradedImage (Join-Path $examples drawing.png) -Size 64 -OutputDirectory (Join-Path $TestDrive none) } |
            Should -Throw -ErrorId 'InvalidOption,PSSR.Cmdlets.NewDegradedImageCommand' -ExpectedMessage '*Prepare*'
    }

    It 'measures results through a JPEG of DPI''s quality' {
        $true_ = Join-Path $TestDrive 'jpeg hr'
        New-DegradedImage (Join-Path $examples drawing.png) -Scale 1 -OutputDirectory $true_ | Out-Null
        $export = Export-UpscaleResult (Join-Path $true_ drawing.png) -OutputDirectory (Join-Path $TestDrive jpeg) -Format Jpeg -Quality 75
        $measured = Measure-ImageQuality $export.Output $true_ -Preset Paper-DPI -Lpips Never
        $measured.Psnr | Should -BeGreaterThan 20
        $measured.Psnr | Should -BeLessThan 60
    }

    It 'refuses impossible values, and writes nothing with -WhatIf' {
        { New-DegradedImage (Join-Path $examples drawing.png) -BlurSize 4 -OutputDirectory (Join-Path $TestDrive none) } |
            Should -Throw -ErrorId 'InvalidOption,PSSR.Cmdlets.NewDegradedImageCommand'
        New-DegradedImage (Join-Path $examples drawing.png) -OutputDirectory (Join-Path $TestDrive none) -WhatIf
        Join-Path $TestDrive none | Should -Not -Exist
    }
}

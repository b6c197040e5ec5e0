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

    It 'refuses impossible values, and writes nothing with -WhatIf' {
        { New-DegradedImage (Join-Path $examples drawing.png) -BlurSize 4 -OutputDirectory (Join-Path $TestDrive none) } |
            Should -Throw -ErrorId 'InvalidOption,PSSR.Cmdlets.NewDegradedImageCommand'
        New-DegradedImage (Join-Path $examples drawing.png) -OutputDirectory (Join-Path $TestDrive none) -WhatIf
        Join-Path $TestDrive none | Should -Not -Exist
    }
}

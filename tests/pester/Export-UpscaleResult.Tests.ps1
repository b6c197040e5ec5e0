BeforeAll {
    $root = Split-Path (Split-Path $PSScriptRoot)
    Import-Module (Join-Path $root 'PSSR.psd1') -Force
    $folder = (New-Item -ItemType Directory (Join-Path ([IO.Path]::GetTempPath()) ([guid]::NewGuid()))).FullName
    Copy-Item (Join-Path $root 'examples/drawing.png') (Join-Path $folder 'a [1].png')
    $result = Invoke-DiffusionUpscale -LiteralPath (Join-Path $folder 'a [1].png') -Scale 1 -NoiseLevel 0 `
        -OutputDirectory (Join-Path $folder big)
}

AfterAll {
    Remove-Item -LiteralPath $folder -Recurse
}

Describe 'Export-UpscaleResult' {
    It 'writes results from the pipeline as <format>' -ForEach @(
        @{ format = 'Webp'; file = 'a [1].webp'; record = $true }
        @{ format = 'Jpeg'; file = 'a [1].jpg'; record = $true }
        @{ format = 'Tiff'; file = 'a [1].tif'; record = $true }
        @{ format = 'Bmp'; file = 'a [1].bmp'; record = $false }
    ) {
        $copy = $result | Export-UpscaleResult -OutputDirectory (Join-Path $TestDrive $format) -Format $format
        $copy.Output | Should -Be (Join-Path $TestDrive $format $file)
        Test-Path -LiteralPath $copy.Output | Should -BeTrue
        $copy.HasRecord | Should -Be $record
        $copy.Length | Should -Be (Get-Item -LiteralPath $copy.Output).Length
        $copy | Out-String -Width 300 | Should -Match "$format\s+$($result.Width)x$($result.Height)"
    }

    It 'takes files by name and by property, and pipes on as the file it wrote' {
        $files = Get-ChildItem (Join-Path $folder big) -Filter *.png |
            Export-UpscaleResult -OutputDirectory (Join-Path $TestDrive files) -Format Webp | Get-Item
        $files.Name | Should -Be 'a [1].webp'
        (Export-UpscaleResult (Join-Path $folder 'big/*.png') (Join-Path $TestDrive wild) -Format Webp).Output |
            Should -Be (Join-Path $TestDrive wild 'a [1].webp')
    }

    It 'keeps what is there, and replaces it with -Force' {
        $arguments = @{ OutputDirectory = Join-Path $TestDrive twice; Format = 'Webp' }
        ($result | Export-UpscaleResult @arguments).Status | Should -Be Done
        ($result | Export-UpscaleResult @arguments).Status | Should -Be Skipped
        $result | Export-UpscaleResult @arguments -Quality 50 -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        $problem.FullyQualifiedErrorId | Should -Be 'ImageFailed,PSSR.Cmdlets.ExportUpscaleResultCommand'
        $result | Export-UpscaleResult @arguments -Force | Should -Not -BeNullOrEmpty
    }

    It 'never writes over the result or its source' {
        $result | Export-UpscaleResult -Force -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        $problem.Exception.Message | Should -BeLike '*itself*'
        $result | Export-UpscaleResult -OutputDirectory $folder -Force -ErrorAction SilentlyContinue -ErrorVariable problem |
            Should -BeNullOrEmpty
        $problem.Exception.Message | Should -BeLike '*was made of*'
    }

    It 'writes nothing with -WhatIf' {
        $result | Export-UpscaleResult -OutputDirectory (Join-Path $TestDrive nothing) -WhatIf | Should -BeNullOrEmpty
        Join-Path $TestDrive nothing | Should -Not -Exist
    }

    It 'goes on after a file that is no picture' {
        [IO.File]::WriteAllBytes((Join-Path $TestDrive bad.png), [IO.File]::ReadAllBytes($result.Output)[0..39])
        $copies = Export-UpscaleResult -LiteralPath (Join-Path $TestDrive bad.png), $result.Output `
            -OutputDirectory (Join-Path $TestDrive on) -Format Jpeg -Quality 60 `
            -ErrorAction SilentlyContinue -ErrorVariable problem
        $copies.Count | Should -Be 1
        $problem.TargetObject | Should -Be (Join-Path $TestDrive bad.png)
    }

    It 'refuses 16 bits where the format has 8' {
        { $result | Export-UpscaleResult -OutputDirectory (Join-Path $TestDrive none) -Format Jpeg -BitDepth 16 } |
            Should -Throw -ErrorId 'InvalidOption,PSSR.Cmdlets.ExportUpscaleResultCommand'
    }
}

# Output is no terminal here: what is drawn is in tests/PSSR.Tests/Report and Drawing.
BeforeAll {
    $root = Split-Path (Split-Path $PSScriptRoot)
    Import-Module (Join-Path $root 'PSSR.psd1') -Force
    $pssr = Join-Path $root "artifacts/pssr/pssr$($IsWindows ? '.exe' : '')"
    $folder = (New-Item -ItemType Directory (Join-Path $TestDrive pictures)).FullName
    [IO.File]::WriteAllBytes("$folder/a [1].png", (& (Join-Path $PSScriptRoot SmallPicture.ps1)))
    $result = Invoke-DiffusionUpscale -LiteralPath "$folder/a [1].png" -NoiseLevel 0
    $line = 'a [[]1]_x2.png: 24x16, * kB, of a [[]1].png 12x8 by pssr-prior'
}

Describe 'Show-UpscaleResult' {
    It 'puts out a plain line for a result, a path and a file' {
        $result | Show-UpscaleResult | Should -BeLike $line
        Show-UpscaleResult -LiteralPath $result.Output | Should -BeLike $line
        Get-Item -LiteralPath $result.Output | Show-UpscaleResult -Compare -Mode HalfBlock | Should -BeLike $line
        Show-UpscaleResult $folder | Should -HaveCount 2
        Show-UpscaleResult $folder | Should -Not -Match '\p{Cc}'
    }

    It 'has an error for what is no picture, and goes on' {
        [IO.File]::WriteAllBytes("$TestDrive/bad.png", [byte[]] (0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0))
        $lines = Show-UpscaleResult -LiteralPath "$TestDrive/bad.png", $result.Output -ErrorVariable bad -ErrorAction SilentlyContinue
        $lines | Should -BeLike $line
        $bad.FullyQualifiedErrorId | Should -BeLike 'ImageFailed,*'
    }

    It 'has an error for a comparison with a picture that nobody knows' {
        $error_ = { Show-UpscaleResult -LiteralPath "$folder/a [1].png" -Compare -ErrorAction Stop }
        $error_ | Should -Throw '*no record*'
    }

    It 'is the same as pssr show, which tells of trouble by 2' {
        & $pssr show $result.Output --mode half-block | Should -BeLike $line
        $LASTEXITCODE | Should -Be 0
        & $pssr show "$folder/a [1].png" --compare 2>&1 | Should -BeLike '*no record*'
        $LASTEXITCODE | Should -Be 2
        & $pssr show $result.Output --mode cinema 2>&1 | Out-String | Should -BeLike '*half-block*'
        $LASTEXITCODE | Should -Be 3
    }

    # A script for sh in the place of the desktop's opener.
    if ($IsLinux) {
        It 'has the desktop open the picture, or the pair, when it is told to' {
            $bin = (New-Item -ItemType Directory (Join-Path $TestDrive bin)).FullName
            $note = "'$TestDrive/opened'"
            Set-Content "$bin/xdg-open" "#!/bin/sh`nprintf '%s\n' `"`$1`" > $note.tmp`nmv $note.tmp $note"
            chmod +x "$bin/xdg-open"
            $path = $env:PATH
            $env:PATH = "${bin}:$path"
            try {
                foreach ($compare in $false, $true) {
                    $result | Show-UpscaleResult -Mode Viewer -Compare:$compare | Should -BeLike $line
                    while (-not (Test-Path "$TestDrive/opened")) { Start-Sleep -Milliseconds 20 }
                    $opened = Get-Content "$TestDrive/opened"
                    Remove-Item "$TestDrive/opened"
                    if ($compare) {
                        Show-UpscaleResult -LiteralPath $opened | Should -BeLike '*: 56x16,*'
                        Remove-Item -LiteralPath (Split-Path $opened) -Recurse
                    }
                    else { $opened | Should -Be $result.Output }
                }
            }
            finally { $env:PATH = $path }
        }
    }
}

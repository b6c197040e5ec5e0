# What a new user meets first.
BeforeAll {
    $root = Split-Path (Split-Path $PSScriptRoot)
    . (Join-Path $root tools/Shell.ps1)
    $module = Join-Path $root PSSR.psd1
    $about = Get-Content (Join-Path $root docs/help/about_PSSR.help.txt)
    $body = $about | Select-Object -Skip ($about.IndexOf('LONG DESCRIPTION') + 1)
    # The first block of code.
    $lines = $body | Select-Object -Skip ([array]::FindIndex([string[]] $body, [Predicate[string]] { $args[0] -like '        *' })) |
        ForEach-Object { if ($_ -notlike '        *') { $ended = $true } if (-not $ended) { $_.Trim() } }
}

Describe 'The first import' {
    It 'prints nothing' {
        Invoke-Shell -Command "Import-Module '$module'" 2>&1 | Should -BeNullOrEmpty
        $LASTEXITCODE | Should -Be 0
    }
}

Describe 'about_PSSR' {
    It 'begins with five lines' {
        $lines | Should -HaveCount 5
        [array]::FindIndex([string[]] $body, [Predicate[string]] { $args[0] -like '        *' }) | Should -BeLessOrEqual 3
    }

    It 'has lines that work as they are typed' {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive first)).FullName
        [IO.File]::WriteAllBytes("$folder/photo.png", (& (Join-Path $PSScriptRoot SmallPicture.ps1)))
        $typed = @("Import-Module '$module'", "Set-Location '$folder'", '$ErrorActionPreference = ''Stop''') + $lines
        Set-Content (Join-Path $TestDrive typed.ps1) $typed
        $said = Invoke-Shell -File (Join-Path $TestDrive typed.ps1) 2>&1 | ForEach-Object { "$_" }
        $LASTEXITCODE | Should -Be 0 -Because ($said -join "`n")
        foreach ($made in 'photo_x2.png', 'photo_x2.png.pssr.json', 'big/photo.png') { Join-Path $folder $made | Should -Exist }
        Join-Path $folder large | Should -Not -Exist
        $said -join "`n" | Should -Match 'photo_x2\.png: 24x16, [\d.]+ kB, of photo\.png 12x8'
        $said -join "`n" | Should -Match 'What if: .*photo\.png'
    }
}

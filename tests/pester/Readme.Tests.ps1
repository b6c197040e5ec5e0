BeforeAll {
    $root = Split-Path (Split-Path $PSScriptRoot)
    . (Join-Path $root tools/Shell.ps1)
    Import-Module (Join-Path $root 'PSSR.psd1') -Force
    $folder = (New-Item -ItemType Directory (Join-Path $TestDrive user)).FullName
    # A quarter as large, for a machine that has no time.
    New-DegradedImage (Join-Path $root 'examples/*.png') -OutputDirectory (Join-Path $folder examples) -Scale 4 | Out-Null
    Remove-Item (Join-Path $folder 'examples/*.json')

    # The code under a heading of the README as one types it, in a folder of one's own.
    $text = Get-Content -Raw (Join-Path $root README.md)
    $block = [regex]::Match($text, '(?ms)^## Use$.*?(?=^## )').Value
    $code = @($block -split '\r?\n' | Where-Object { $_ -match '^ {4}' } | ForEach-Object { $_.Substring(4) }) -join "`n"
    $typed = $code.Replace('./PSSR.psd1', "'$(Join-Path $root PSSR.psd1)'").
        Replace('artifacts/pssr/pssr', "& '$(Join-Path $root artifacts/pssr/pssr)'")

    function Invoke-Typed {
        $script = "Set-Location '$folder'; `$PSNativeCommandUseErrorActionPreference = `$true; `$ErrorActionPreference = 'Stop'`n$typed"
        Set-Content (Join-Path $TestDrive typed.ps1) $script
        Invoke-Shell -File (Join-Path $TestDrive typed.ps1) 2>&1 | ForEach-Object { "$_" }
    }
}

Describe 'The README''s lines under Use' {
    It 'are there' {
        $code | Should -Match '(?s)Import-Module.*Invoke-DiffusionUpscale.*Export-UpscaleReport.*pssr upscale'
    }

    It 'work as they are typed, in order, and again' {
        $first = Invoke-Typed
        $LASTEXITCODE | Should -Be 0 -Because ($first -join "`n")
        $made = Get-ChildItem $folder -Recurse -File | Where-Object Name -NotLike report.* | Select-Object FullName, LastWriteTimeUtc
        ($made.FullName -like '*.pssr.json').Count | Should -Be 9
        @($first -match '"status":"done"').Count | Should -Be 3
        $again = Invoke-Typed
        $LASTEXITCODE | Should -Be 0 -Because ($again -join "`n")
        @($again -match '"status":"skipped"').Count | Should -Be 3
        @($again -match 'done before').Count | Should -BeGreaterOrEqual 6
        Get-ChildItem $folder -Recurse -File | Where-Object Name -NotLike report.* | Select-Object FullName, LastWriteTimeUtc |
            ForEach-Object { "$($_.FullName) $($_.LastWriteTimeUtc.Ticks)" } |
            Should -Be ($made | ForEach-Object { "$($_.FullName) $($_.LastWriteTimeUtc.Ticks)" })
        $report = Get-ChildItem $folder -Recurse -Filter report.csv | Import-Csv
        $report.Count | Should -Be 3
        $report.psnr | ForEach-Object { [double] $_ | Should -BeGreaterThan 10 }
    }
}

# Samples, moments of the walk, back-projection and baselines, of methods other than ECDP, in the real shell and on the command line.
BeforeAll {
    $root = Split-Path (Split-Path $PSScriptRoot)
    Import-Module (Join-Path $root 'PSSR.psd1') -Force
    $pssr = Join-Path $root "artifacts/pssr/pssr$($IsWindows ? '.exe' : '')"
    $png = & (Join-Path $PSScriptRoot SmallPicture.ps1) # 12x8
    $fast = @{ Scale = 2; Method = 'DiffSR'; NoiseLevel = 0.05; Steps = 2; Precision = 'fp32' }
}

Describe 'Invoke-DiffusionUpscale' {
    BeforeEach {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        $picture = Join-Path $folder 'a [1] ü.png'
        [IO.File]::WriteAllBytes($picture, $png)
    }

    It 'saves samples and moments beside a result of any name, and the result is what it is without' {
        $plain = Invoke-DiffusionUpscale -LiteralPath $picture @fast -OutputDirectory (Join-Path $folder plain)

        $result = Invoke-DiffusionUpscale -LiteralPath $picture @fast -Samples 2 -Trace 1, 0.5 -Verbose:$false

        $others = 'mean', 'sample2', 'std', 't0.5_x', 't0.5_x0', 't1_x', 't1_x0', 'trace'
        $result.Others.Keys | Sort-Object | Should -Be $others
        foreach ($name in $others) { $result.Others[$name] | Should -Be (Join-Path $folder "a [1] ü_x2_$name.png") }
        $result.Others.Values | Where-Object { -not (Test-Path -LiteralPath $_) } | Should -BeNullOrEmpty
        (Get-FileHash -LiteralPath $result.Output).Hash | Should -Be (Get-FileHash -LiteralPath $plain.Output).Hash
        $result.Decisions['traced'] | Should -Not -BeNullOrEmpty
        $again = Invoke-DiffusionUpscale $folder @fast -Samples 2 -Trace 1, 0.5
        $again.Input, $again.Reason | Should -Be $picture, 'done before'
        $otherwise = Invoke-DiffusionUpscale -LiteralPath $picture @fast -WarningAction Ignore
        $otherwise.Reason | Should -BeLike 'Samples is the default now and was 2*'
    }

    It 'has moments and samples passed over, or measured, by what measures the folder' {
        $null = Invoke-DiffusionUpscale -LiteralPath $picture @fast -Samples 2 -Trace 0 -OutputDirectory (Join-Path $folder out)
        $truth = Invoke-DiffusionUpscale -LiteralPath $picture -Scale 2 -Method Nearest -OutputDirectory (Join-Path $folder truth)
        $reference = (New-Item -ItemType Directory (Join-Path $folder reference)).FullName
        Copy-Item -LiteralPath $truth.Output $reference # without its record, which would tell that it is no true picture

        $measured = Measure-ImageQuality (Join-Path $folder out) -ReferenceDirectory $reference -WarningAction Ignore

        $measured.Path | Split-Path -Leaf | Sort-Object Length | Should -Be 'a [1] ü.png', 'a [1] ü_mean.png', 'a [1] ü_sample2.png'
    }

    It 'needs no model for a baseline, and names none' -ForEach 'Bicubic', 'Nearest' {
        $result = Invoke-DiffusionUpscale -LiteralPath $picture -Scale 2.5 -Method $_ -Consistency 3 -Suffix _b

        $result.Method, $result.Model, $result.Evaluations, $result.Width, $result.Height | Should -Be $_, $null, 0, 30, 20
        $record = Get-Content -LiteralPath $result.Record | ConvertFrom-Json
        $record.model, $record.options.method, $record.options.consistency | Should -Be $null, $_.ToLowerInvariant(), 3
    }

    It 'refuses, by name, what a method has no use for' -ForEach @(
        @{ Wrong = @{ Method = 'Bicubic'; Steps = 2 }; Name = 'Steps' }
        @{ Wrong = @{ Method = 'Nearest'; Trace = 0.5 }; Name = 'Trace' }
        @{ Wrong = @{ Method = 'ECDP'; Initial = 'pssr-flow-x4' }; Name = 'Initial' }
        @{ Wrong = @{ Method = 'DPI'; AsPrinted = $true; AsReleased = $true }; Name = 'AsPrinted' }
        @{ Wrong = @{ Method = 'DiffSR'; FidelityThreshold = 0.5 }; Name = 'ECDP' }
        @{ Wrong = @{ Trace = 0..16 | ForEach-Object { $_ / 20 } }; Name = 'Trace' }
    ) {
        { Invoke-DiffusionUpscale -LiteralPath $picture @Wrong -ErrorAction Stop } | Should -Throw "*$Name*"
    }
}

Describe 'pssr upscale' {
    It 'draws and shows as the cmdlet does' {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        $picture = Join-Path $folder a.png
        [IO.File]::WriteAllBytes($picture, $png)
        $result = Invoke-DiffusionUpscale $picture @fast -Samples 2 -Trace 0.5, 0 -Consistency 1 -OutputDirectory (Join-Path $folder shell)

        & $pssr upscale $picture --out (Join-Path $folder cli) --scale 2 --method diff-sr --noise-level 0.05 --steps 2 --precision fp32 `
            --samples 2 --trace 0.5,0 --consistency 1 | Out-Null

        $LASTEXITCODE | Should -Be 0
        $names = @('a.png') + @($result.Others.Keys | ForEach-Object { "a_$_.png" }) | Sort-Object
        Get-ChildItem (Join-Path $folder cli) -Filter *.png | ForEach-Object Name | Sort-Object | Should -Be $names
        foreach ($name in $names) {
            (Get-FileHash (Join-Path $folder cli $name)).Hash | Should -Be (Get-FileHash (Join-Path $folder shell $name)).Hash
        }
    }
}

BeforeAll {
    $root = Split-Path (Split-Path $PSScriptRoot)
    Import-Module (Join-Path $root 'PSSR.psd1') -Force
    # The small flow of the golden cases, as a model: x4, random weights.
    $reference = Join-Path $root tests/reference
    $model = (New-Item -ItemType Directory (Join-Path $TestDrive flow)).FullName
    Copy-Item (Join-Path $reference _shared/ecdp_weights.pt) $model
    @{
        name = 'golden-flow'; kind = 'flow'; architecture = 'ecdp-unet'; prediction = 'both'; valueRange = 0, 1; weights = 'ecdp_weights.pt'
        options = (Get-Content (Join-Path $reference ecdp-ode-8x8/case.json) | ConvertFrom-Json).config.model
        sha256 = (Get-FileHash (Join-Path $model ecdp_weights.pt)).Hash.ToLowerInvariant()
        sampling = @{ solver = 'dpm-solver'; steps = 2; temperature = 0.5; consistency = 1 }
    } | ConvertTo-Json -Depth 5 | Set-Content (Join-Path $model card.json)
    # 12x8 RGB.
    $png = & (Join-Path $PSScriptRoot SmallPicture.ps1)
}

Describe 'Invoke-DiffusionUpscale -Method ECDP' {
    BeforeEach {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        $picture = Join-Path $folder a.png
        [IO.File]::WriteAllBytes($picture, $png)
    }

    It 'samples as the model''s card says' {
        $result = Invoke-DiffusionUpscale $picture -Method ECDP -Model $model -Scale 4
        $result.Width, $result.Height, $result.Evaluations | Should -Be 48, 32, 2
        $result.Method, $result.Model, $result.Others.Count | Should -Be 'ECDP', 'golden-flow', 0
        $result.Decisions['solver'], $result.Decisions['temperature'], $result.Decisions['consistency'] | Should -Be 'DpmSolver', 0.5, 1
    }

    It 'takes the solver and its settings from the parameters, and records them' {
        $result = Invoke-DiffusionUpscale $picture -Method ECDP -Model $model -Scale 3 -Solver DormandPrince `
            -RelativeTolerance 0.1 -AbsoluteTolerance 0.1 -Temperature 0 -Consistency 0
        $result.Width, $result.Height | Should -Be 36, 24
        $result.Decisions['resampledFrom'] | Should -Match '48x32'
        $record = Get-Content "$($result.Output).pssr.json" | ConvertFrom-Json
        $record.options.flow.solver, $record.options.flow.relativeTolerance, $record.options.flow.consistency |
            Should -Be 'dormand-prince', 0.1, 0
    }

    It 'saves every sample, their mean and their deviation, and takes none of them for an input' {
        $result = Invoke-DiffusionUpscale $picture -Method ECDP -Model $model -Scale 4 -Samples 2 -Seed 5
        $names = 'a.png', 'a_x4.png', 'a_x4_mean.png', 'a_x4_sample2.png', 'a_x4_std.png'
        Get-ChildItem -LiteralPath $folder -Filter *.png | ForEach-Object Name | Sort-Object | Should -Be ($names | Sort-Object)
        $result.Others['mean'] | Should -Be (Join-Path $folder a_x4_mean.png)
        $second = Invoke-DiffusionUpscale $picture -Method ECDP -Model $model -Scale 4 -Seed 6 -OutputDirectory (Join-Path $folder second)
        (Get-FileHash $second.Output).Hash | Should -Be (Get-FileHash $result.Others['sample2']).Hash
        $again = Invoke-DiffusionUpscale $folder -Method ECDP -Model $model -Scale 4 -Samples 2
        $again.Input, $again.Status | Should -Be $picture, 'Skipped'
    }

    It 'refuses settings that mean nothing, by name' -ForEach @(
        @{ Wrong = @{ Method = 'DiffSR'; Temperature = 0.5 }; Name = 'ECDP' }
        @{ Wrong = @{ Method = 'ECDP'; Solver = 'DormandPrince'; Steps = 5 }; Name = 'Steps' }
        @{ Wrong = @{ Method = 'ECDP'; Solver = 'Ddim'; RelativeTolerance = 0.1 }; Name = 'RelativeTolerance' }
    ) {
        { Invoke-DiffusionUpscale $picture @Wrong -ErrorAction Stop } | Should -Throw "*$Name*"
    }
}

BeforeAll {
    $root = Split-Path (Split-Path $PSScriptRoot)
    Import-Module (Join-Path $root 'PSSR.psd1') -Force
    $layout = @{
        sr_factor = 2; rrdb_num_blocks = 1; rrdb_block_selection = @(0)
        rrdb_network_features = 8; rrdb_intermediate_features = 4; rrdb_head_residual = $true
        time_channels = 8; base = 16; channels = @(16); num_blocks = @(1); mean = 'encoder'; patch = 2
    } | ConvertTo-Json -Compress
    $tiny = @{
        EncoderSteps = 1; Steps = 1; BatchSize = 1; CropSize = 16; Scale = 2; Network = $layout; Name = 'tiny'; ValidateEvery = 0
        ImageFolder = Join-Path $root examples
    }
}

Describe 'Build-FlowUpscaler' {
    It 'trains a model that upscales by ECDP' {
        $folder = Join-Path $TestDrive tiny
        $model = Build-FlowUpscaler $folder @tiny
        $model.Kind | Should -Be 'flow'
        $picture = Join-Path $root 'examples/*.png' -Resolve | Select-Object -First 1
        $result = Invoke-DiffusionUpscale -LiteralPath $picture -Method ECDP -Model $folder -Scale 2 -Steps 1 -Temperature 0 `
            -OutputDirectory (Join-Path $TestDrive out)
        $result.Model | Should -Be 'tiny'
        $result.Evaluations | Should -Be 1
    }

    It 'answers to Train-FlowUpscaler and takes a finished encoder' {
        $first = Join-Path $TestDrive first
        $trained = Train-FlowUpscaler $first @tiny
        $second = Train-FlowUpscaler (Join-Path $TestDrive second) @tiny -Encoder (Join-Path $first encoder)
        $second.Sha256 | Should -Be $trained.Sha256
    }

    It 'takes the scale from the layout, and from -Scale where it was typed' {
        $given = $tiny.Clone()
        $given.Remove('Scale')
        (Build-FlowUpscaler (Join-Path $TestDrive layout) @given).Scale | Should -Be 2
        (Build-FlowUpscaler (Join-Path $TestDrive typed) @given -Scale 4).Scale | Should -Be 4
    }

    It 'begins with a preset, and what is typed counts more' {
        $small = $tiny.Clone()
        $small.Network = $layout.Replace('"encoder"', '"bicubic"')
        $model = Build-FlowUpscaler (Join-Path $TestDrive preset) @small -Preset paper-div2k -EncoderBatchSize 1 -QualitySteps 0 `
            -HybridLambda 0.5 -HalveAt 0.5
        $training = (Get-Content -Raw (Join-Path $model.Folder card.json) | ConvertFrom-Json).training
        $training.preset.name | Should -Be paper-div2k
        $training.preset.changed.BatchSize | Should -Be 1
        $training.preset.changed.HalveAt | Should -Be 0.5
        $training.options.GradientValue | Should -Be 10
        $training.command | Should -BeLike '* --preset paper-div2k * --halve-at 0.5 *'
        (Get-Content -Raw (Join-Path $model.Folder card.json) | ConvertFrom-Json).options.hybrid_lambda | Should -Be 0.5
    }

    It 'says which features a preset wants, and trains nothing without them' {
        $small = $tiny.Clone()
        $small.Network = $layout.Replace('"encoder"', '"bicubic"')
        { Build-FlowUpscaler (Join-Path $TestDrive wanting) @small -Preset paper-celeba } | Should -Throw '*vgg19*'
        Join-Path $TestDrive wanting | Should -Not -Exist
    }

    It 'names what is no layout' {
        $bad = $tiny.Clone()
        foreach ($typed in '[1', '{"\ud800":1}') {
            $bad.Network = $typed
            { Build-FlowUpscaler (Join-Path $TestDrive bad) @bad } | Should -Throw '*is no JSON object*'
        }
    }

    It 'writes nothing with -WhatIf' {
        Build-FlowUpscaler (Join-Path $TestDrive nothing) @tiny -WhatIf
        Join-Path $TestDrive nothing | Should -Not -Exist
    }
}

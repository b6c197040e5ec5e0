BeforeAll {
    $root = Split-Path (Split-Path $PSScriptRoot)
    Import-Module (Join-Path $root 'PSSR.psd1') -Force
    $tiny = @{
        Steps = 2; BatchSize = 1; CropSize = 16; NumChannels = 32; ChannelMult = '1,1'; Name = 'tiny'
        ValidateEvery = 1; ValidationCount = 1
    }
}

Describe 'Build-ConditionCorrector' {
    It 'trains a corrector, with samples to look at' {
        $folder = Join-Path $TestDrive tiny
        $model = Build-ConditionCorrector $folder @tiny -ImageFolder (Join-Path $root examples)
        $model.Name | Should -Be 'tiny'
        $model.Kind | Should -Be 'corrector'
        $model.Architecture | Should -Be 'condition-corrector'
        Join-Path $folder samples.png | Should -Exist
        Get-Content (Join-Path $folder validation.jsonl) | ConvertFrom-Json | ForEach-Object step | Should -Be 1, 2
        (Test-SRModel $folder).Passed | Should -BeTrue
    }

    It 'pipes into Invoke-DiffusionUpscale' {
        $small = New-DegradedImage (Join-Path $root examples/drawing.png) -Scale 8 -OutputDirectory (Join-Path $TestDrive small)
        $result = Build-ConditionCorrector (Join-Path $TestDrive piped) @tiny |
            Invoke-DiffusionUpscale $small.Output -Method DPI -Scale 2 -Steps 3 -OutputDirectory (Join-Path $TestDrive up)
        $result.Status | Should -Be Done
        $result.Decisions['corrector'] | Should -Be 'tiny'
    }

    It 'answers to Train-ConditionCorrector, and takes degradations and objectives by name' {
        $model = Train-ConditionCorrector (Join-Path $TestDrive severe) @tiny -Degradation severe -Objective released
        $card = Get-Content -Raw (Join-Path $model.Folder card.json) | ConvertFrom-Json
        $card.training.options.Degradation | Should -Be 'severe'
        $card.training.command | Should -BeLike 'pssr build corrector --out severe *--degradation severe *'
    }

    It 'begins with the paper''s settings, and what is typed counts more' {
        $model = Build-ConditionCorrector (Join-Path $TestDrive paper) @tiny -Preset paper -Scale 2 -NumHeads 1
        $card = Get-Content -Raw (Join-Path $model.Folder card.json) | ConvertFrom-Json
        $card.training.preset.name | Should -Be paper
        $card.training.preset.changed.Scale | Should -Be 2
        $card.training.options.Crops | Should -Be Centre
        $card.options.resblock_updown | Should -BeTrue
        $card.options.num_heads | Should -Be 1
    }

    It 'does not train over a finished model' {
        $folder = Join-Path $TestDrive twice
        $null = Build-ConditionCorrector $folder @tiny
        { Build-ConditionCorrector $folder @tiny } | Should -Throw -ErrorId 'InvalidOption,PSSR.Cmdlets.BuildConditionCorrectorCommand'
    }

    It 'writes nothing with -WhatIf' {
        Build-ConditionCorrector (Join-Path $TestDrive nothing) @tiny -WhatIf
        Join-Path $TestDrive nothing | Should -Not -Exist
    }
}

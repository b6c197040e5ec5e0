BeforeAll {
    $root = Split-Path (Split-Path $PSScriptRoot)
    Import-Module (Join-Path $root 'PSSR.psd1') -Force
    $weights = Join-Path $root 'tests/reference/rrdbnet-x4/trainer_checkpoint.pt'
    $before = $env:PSSR_MODELS
    # TestDrive is emptied after each block, and these blocks follow one model.
    $env:PSSR_MODELS = (New-Item -ItemType Directory (Join-Path ([IO.Path]::GetTempPath()) ([guid]::NewGuid()))).FullName
}

AfterAll {
    Remove-Item -Recurse $env:PSSR_MODELS
    $env:PSSR_MODELS = $before
}

Describe 'Import-SRModel' {
    It 'imports a checkpoint and says what it assumed' {
        $result = Import-SRModel $weights -Name imported -WarningVariable said -WarningAction SilentlyContinue
        $result.Model.Card.Architecture | Should -Be 'rrdbnet'
        $said -join ' ' | Should -BeLike '*model_avg*'
        (Get-SRModel imported).Folder | Should -Be (Join-Path $env:PSSR_MODELS 'imported')
    }

    It 'does nothing under WhatIf' {
        Import-SRModel $weights -Name nothing -WhatIf
        Join-Path $env:PSSR_MODELS 'nothing' | Should -Not -Exist
    }

    It 'gives one error for a hostile file' {
        Import-SRModel (Join-Path $root 'tests/reference/checkpoint-basic/evil_system_zip.pt') `
            -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        $problem.FullyQualifiedErrorId | Should -Be 'ModelFailed,PSSR.Cmdlets.ImportSRModelCommand'
        $problem.Exception.Message | Should -BeLike '*system*'
    }

    It 'takes options of the architecture' {
        $unet = Join-Path $root 'tests/reference/unet-oldstyle/weights.pt'
        $result = Import-SRModel $unet -Name unet -Option @{ num_heads = 4 } `
            -Schedule cosine -DiffusionSteps 500 -Precision fp16 -WarningAction SilentlyContinue
        $result.Model.Card.Schedule.Steps | Should -Be 500
        $result.Model.Card.Options['num_heads'].ToString() | Should -Be '4'
    }

    It 'takes a TorchScript module when it is named as one' {
        $script = Join-Path $root 'tests/PSSR.Tests/Models/Scripts/features.torchscript.pt'
        (Import-SRModel $script -Name script -Architecture torchscript -Option @{ input_size = 16; mean = 0.5, 0.5, 0.5 }).Model.Card.Kind |
            Should -Be 'features'
    }
}

Describe 'Test-SRModel' {
    It 'passes what was imported, by pipeline' {
        Get-SRModel imported | Test-SRModel | ForEach-Object Passed | Should -BeTrue
        Test-SRModel script, unet | ForEach-Object Passed | Should -Be $true, $true
    }

    It 'fails a damaged file' {
        Import-SRModel $weights -Name damaged -WarningAction SilentlyContinue | Out-Null
        Add-Content (Get-SRModel damaged).WeightsPath 'x'
        $result = Test-SRModel damaged
        $result.Passed | Should -BeFalse
        $result.Checks[0].Name | Should -Be 'hash'
    }
}

Describe 'Export-SRModel' {
    It 'writes a file and returns it' {
        $file = Export-SRModel imported (Join-Path $TestDrive 'out.safetensors')
        $file.Length | Should -BeGreaterThan 90000
        Export-SRModel imported $file.FullName -ErrorAction SilentlyContinue -ErrorVariable problem
        $problem.FullyQualifiedErrorId | Should -Be 'InvalidOption,PSSR.Cmdlets.ExportSRModelCommand'
    }
}

Describe 'Remove-SRModel' {
    It 'asks before it deletes' {
        (Get-Command Remove-SRModel).ImplementingType.GetCustomAttributes($false).ConfirmImpact | Should -Contain 'High'
        Remove-SRModel damaged -WhatIf
        Get-SRModel damaged | Should -Not -BeNullOrEmpty
    }

    It 'deletes the user''s models and nothing else' {
        Get-SRModel damaged | Remove-SRModel -Confirm:$false
        Join-Path $env:PSSR_MODELS 'damaged' | Should -Not -Exist
        Copy-Item -Recurse (Get-SRModel script).Folder (Join-Path $TestDrive 'elsewhere')
        Remove-SRModel (Join-Path $TestDrive 'elsewhere') -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable problem
        $problem.FullyQualifiedErrorId | Should -Be 'InvalidOption,PSSR.Cmdlets.RemoveSRModelCommand'
    }
}

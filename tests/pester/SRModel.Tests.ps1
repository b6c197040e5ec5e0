BeforeAll {
    $root = Split-Path (Split-Path $PSScriptRoot)
    . (Join-Path $root tools/Shell.ps1)
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
        $result.Architecture | Should -Be 'rrdbnet'
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

    It 'takes a name with brackets, escaped or not, and has an error where wildcards match nothing' {
        $file = Join-Path $TestDrive '[m].pt'
        [IO.File]::Copy($weights, $file)
        foreach ($path in $file, [WildcardPattern]::Escape($file)) {
            (Import-SRModel $path -Name brackets -Force -WarningAction SilentlyContinue).Model.Name | Should -Be brackets
        }
        Import-SRModel (Join-Path $TestDrive 'none*.pt') -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        $problem.FullyQualifiedErrorId | Should -Be 'PathNotFound,PSSR.Cmdlets.ImportSRModelCommand'
        $problem.Exception.Message | Should -BeLike "*none``*.pt' matches no file or folder."
    }

    It 'takes options of the architecture' {
        $unet = Join-Path $root 'tests/reference/unet-oldstyle/weights.pt'
        $result = Import-SRModel $unet -Name unet -Option @{ num_heads = 4 } `
            -Schedule cosine -DiffusionSteps 500 -Precision fp16 -WarningAction SilentlyContinue
        $result.Model.Schedule, $result.Model.DiffusionSteps | Should -Be cosine, 500
        (Get-Content -Raw (Join-Path $result.Folder card.json) | ConvertFrom-Json).options.num_heads | Should -Be 4
    }

    It 'takes a word in any case, as every set of values does' {
        $unet = Join-Path $root 'tests/reference/unet-oldstyle/weights.pt'
        (Import-SRModel $unet -Name loud -Precision BF16 -WarningAction SilentlyContinue).Model.Name | Should -Be loud
    }

    It 'takes a TorchScript module when it is named as one' {
        $script = Join-Path $root 'tests/PSSR.Tests/Models/Scripts/features.torchscript.pt'
        (Import-SRModel $script -Name script -Architecture torchscript -Option @{ input_size = 16; mean = 0.5, 0.5, 0.5 }).Kind |
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

    It 'takes wildcards, and is an error for a name that is not there' {
        (Test-SRModel 'u*', 'scr?pt').Name | Should -Be unet, script
        Test-SRModel 'none-*' | Should -BeNullOrEmpty
        Test-SRModel none -ErrorAction SilentlyContinue -ErrorVariable problem
        $problem.FullyQualifiedErrorId | Should -Be 'ModelNotFound,PSSR.Cmdlets.TestSRModelCommand'
        $problem.CategoryInfo.Category | Should -Be ObjectNotFound
    }

    It 'takes a folder where the shell is, told by a slash' {
        Push-Location $env:PSSR_MODELS
        try { (Test-SRModel ./unet).Folder | Should -Be (Join-Path $env:PSSR_MODELS unet) }
        finally { Pop-Location }
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

Describe 'A model that was exported' {
    It 'comes back with what its weights do not tell, and without a question' {
        $file = Export-SRModel pssr-flow-x2 (Join-Path $TestDrive 'x2.safetensors')
        $imported = Import-SRModel $file.FullName -Name back -WarningVariable said
        $said | Should -BeNullOrEmpty
        $back, $was = $imported.Folder, (Get-SRModel pssr-flow-x2).Folder |
            ForEach-Object { Get-Content -Raw (Join-Path $_ card.json) | ConvertFrom-Json }
        $back.options | ConvertTo-Json | Should -Be ($was.options | ConvertTo-Json)
        $back.sampling | ConvertTo-Json | Should -Be ($was.sampling | ConvertTo-Json)
        $imported.Scale | Should -Be 2
        Remove-SRModel back -Confirm:$false
    }
}

Describe 'A model''s name' {
    It 'wins over a folder of that name where the shell is' {
        Copy-Item -Recurse (Get-SRModel pssr-prior).Folder (Join-Path $TestDrive imported)
        Push-Location $TestDrive
        try {
            (Test-SRModel imported).Model.Kind | Should -Be 'encoder'
            (Test-SRModel ./imported).Model.Kind | Should -Be 'prior'
        }
        finally { Pop-Location }
    }
}

Describe 'A broken card' {
    It 'is one error, and every other model works' {
        $folder = New-Item -ItemType Directory (Join-Path $env:PSSR_MODELS broken)
        Set-Content (Join-Path $folder card.json) '{"name":"\ud800","kind":null}'
        $models = Get-SRModel -ErrorAction SilentlyContinue -ErrorVariable problem
        $problem.Count | Should -Be 1
        "$problem" | Should -BeLike '*card.json*'
        $models.Name | Should -Contain 'pssr-prior'
        (Test-SRModel pssr-prior).Checks.Name | Should -Contain 'settings'
        Remove-Item -Recurse $folder
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

    It 'takes wildcards, which mean the user''s own, and asks nothing with -Force' {
        foreach ($name in 'old-1', 'old-2') { Import-SRModel $weights -Name $name -WarningAction SilentlyContinue | Out-Null }
        Remove-SRModel 'old-*' -Force -WhatIf
        (Get-SRModel 'old-*').Count | Should -Be 2
        $embedded = @(Get-SRModel | Where-Object Embedded).Count
        (Remove-SRModel 'old-*', 'pssr-*' -Force -PassThru).Name | Should -Be old-1, old-2
        Get-SRModel 'old-*' | Should -BeNullOrEmpty
        @(Get-SRModel | Where-Object Embedded).Count | Should -Be $embedded
    }
}

Describe 'Find-SRModel, Install-SRModel' {
    It 'lists public models with licence, size and hash, and asks no server' {
        $all = Find-SRModel
        $all.Name | Should -Contain ffhq-256
        $all | ForEach-Object { $_.License | Should -Not -BeNullOrEmpty }
        (Find-SRModel lpips-* | Measure-Object).Count | Should -Be 3
        (Find-SRModel ffhq-256).IsInstalled | Should -BeFalse
    }

    It 'says what it would fetch, and does nothing' {
        Find-SRModel torchvision-vgg16 | Install-SRModel -WhatIf
        Join-Path $env:PSSR_MODELS torchvision-vgg16 | Should -Not -Exist
        Join-Path $env:PSSR_MODELS .downloads | Should -Not -Exist
    }

    It 'wants the licence accepted where nobody can be asked' {
        $said = Invoke-Shell -Command "Import-Module '$(Join-Path $root PSSR.psd1)'; Install-SRModel lpips-v0.1-alex" 2>&1 | Out-String
        $said | Should -BeLike '*BSD-2-Clause*AcceptLicense*'
    }

    It 'refuses a file that only has the name, and goes on with the next model' {
        $folder = New-Item -ItemType Directory (Join-Path $TestDrive public)
        Copy-Item $weights (Join-Path $folder alex.pth)
        Install-SRModel lpips-v0.1-alex, no-such -Source $folder -AcceptLicense `
            -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        $problem.Count | Should -Be 2
        $problem[0] | Should -BeLike '*is not the alex.pth that was published*'
        $problem[1] | Should -BeLike "*no model 'no-such'*"
    }
}

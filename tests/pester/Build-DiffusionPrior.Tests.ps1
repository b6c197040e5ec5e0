BeforeAll {
    $root = Split-Path (Split-Path $PSScriptRoot)
    Import-Module (Join-Path $root 'PSSR.psd1') -Force
    $tiny = @{
        Steps = 2; BatchSize = 1; CropSize = 16; NumChannels = 32; ChannelMult = '1,4'; Name = 'tiny'
        ImageFolder = Join-Path $root examples
    }
}

Describe 'Build-DiffusionPrior' {
    It 'trains a model that can be used' {
        $folder = Join-Path $TestDrive tiny
        $model = Build-DiffusionPrior $folder @tiny
        $model.Name | Should -Be 'tiny'
        Join-Path $folder card.json | Should -Exist
        $picture = Join-Path $root 'examples/*.png' -Resolve | Select-Object -First 1
        $result = Invoke-DiffusionUpscale -LiteralPath $picture -Model $folder -Scale 1 -NoiseLevel 0.1 -Steps 1 `
            -OutputDirectory (Join-Path $TestDrive out)
        $result.Model | Should -Be 'tiny'
    }

    It 'begins with the paper''s settings, and what is typed counts more' {
        $model = Build-DiffusionPrior (Join-Path $TestDrive paper) @tiny -Preset paper
        $card = Get-Content -Raw (Join-Path $model.Folder card.json) | ConvertFrom-Json
        $card.schedule.name | Should -Be scaled-linear
        $card.training.preset.changed.Steps | Should -Be 2
        $card.training.command | Should -BeLike 'pssr build prior --out paper --preset paper --name tiny *'
    }

    It 'warns of a picture that can''t be read and goes on, and calls the model as its folder' {
        $pictures = New-Item -ItemType Directory (Join-Path $TestDrive pictures)
        Copy-Item (Join-Path $root examples/drawing.png) $pictures
        Set-Content (Join-Path $pictures bad.png) 'no picture'
        $settings = $tiny.Clone()
        $settings.Remove('Name')
        $settings.ImageFolder = "$pictures"
        $model = Build-DiffusionPrior (Join-Path $TestDrive mine) @settings -WarningVariable said -WarningAction SilentlyContinue
        $model.Name | Should -Be mine
        $said.Count | Should -Be 1
        "$said" | Should -BeLike '*bad.png*It is left out.'
    }

    It 'names the option that differs from the training that it would go on with' {
        $folder = New-Item -ItemType Directory (Join-Path $TestDrive later)
        $shell = [powershell]::Create([System.Management.Automation.RunspaceMode]::NewRunspace)
        $settings = $tiny.Clone()
        $settings.Steps = 100000
        $null = $shell.AddScript('param($module, $out, $settings) Import-Module $module; Build-DiffusionPrior $out @settings').
            AddArgument((Join-Path $root PSSR.psd1)).AddArgument("$folder").AddArgument($settings)
        $running = $shell.BeginInvoke()
        try {
            while ($shell.Streams.Progress.Count -eq 0 -and -not $running.IsCompleted) { Start-Sleep -Milliseconds 50 }
        }
        finally { & (Join-Path $PSScriptRoot StopShell.ps1) $shell $running }
        $settings.Seed = 7
        { Build-DiffusionPrior $folder @settings } | Should -Throw '*another Seed (0, now 7)*' -ErrorId 'ModelFailed,*'
    }

    It 'does not train over a finished model' {
        $folder = Join-Path $TestDrive twice
        $null = Build-DiffusionPrior $folder @tiny
        { Build-DiffusionPrior $folder @tiny } | Should -Throw -ErrorId 'InvalidOption,PSSR.Cmdlets.BuildDiffusionPriorCommand'
    }

    It 'writes nothing with -WhatIf' {
        Build-DiffusionPrior (Join-Path $TestDrive nothing) @tiny -WhatIf
        Join-Path $TestDrive nothing | Should -Not -Exist
    }
}

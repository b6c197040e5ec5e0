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

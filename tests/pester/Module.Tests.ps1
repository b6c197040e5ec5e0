BeforeAll {
    $root = Split-Path (Split-Path $PSScriptRoot)
    . (Join-Path $root tools/Shell.ps1)
    Import-Module (Join-Path $root 'PSSR.psd1') -Force
}

Describe 'PSSR module' {
    It 'exports its cmdlets and nothing else' {
        (Get-Command -Module PSSR -CommandType Cmdlet).Name | Sort-Object |
            Should -Be @(
                'Build-ConditionCorrector', 'Build-DiffusionPrior', 'Build-FlowUpscaler', 'Compare-ImageQuality'
                'Export-RecoverableField', 'Export-SRModel', 'Export-UpscaleReport', 'Export-UpscaleResult'
                'Find-PerceptualRecoverableField', 'Find-SRModel', 'Get-PssrEnvironment', 'Get-SRModel'
                'Get-UpscaleArray', 'Import-SRModel', 'Install-PssrRuntime', 'Install-SRModel'
                'Invoke-DiffusionUpscale', 'Invoke-SRExperiment', 'Measure-FaceConsistency', 'Measure-FrequencyError'
                'Measure-ImageQuality', 'Measure-ImageSetQuality', 'New-DegradedImage', 'Receive-UpscaleArray', 'Remove-SRModel'
                'Show-UpscaleResult', 'Start-UpscaleShard', 'Stop-UpscaleArray', 'Submit-UpscaleArray', 'Test-SRModel'
                'Wait-UpscaleArray', 'Watch-UpscaleFolder'
            )
        (Get-Command -Module PSSR -CommandType Alias).Name | Sort-Object | Should -Be 'Train-ConditionCorrector', 'Train-FlowUpscaler'
        (Get-Command -Module PSSR -CommandType Function) | Should -BeNullOrEmpty
    }

    It 'is imported without a warning, names with unapproved verbs and all' {
        Import-Module (Join-Path $root 'PSSR.psd1') -Force -WarningVariable warned -WarningAction SilentlyContinue
        $warned | Should -BeNullOrEmpty
        (Get-Alias Train-ConditionCorrector).ResolvedCommandName | Should -Be 'Build-ConditionCorrector'
    }

    It 'uses approved verbs and says what each cmdlet puts out' {
        $approved = (Get-Verb).Verb
        foreach ($command in Get-Command -Module PSSR -CommandType Cmdlet) {
            $command.Verb | Should -BeIn $approved
            $command.OutputType | Should -Not -BeNullOrEmpty
        }
    }

    It 'asks before it writes: <_>' -ForEach @(
        'Export-RecoverableField', 'Find-PerceptualRecoverableField', 'Invoke-DiffusionUpscale'
        'Build-ConditionCorrector', 'Build-DiffusionPrior', 'Build-FlowUpscaler'
        'New-DegradedImage', 'Import-SRModel', 'Export-SRModel', 'Install-PssrRuntime', 'Install-SRModel'
        'Export-UpscaleReport', 'Export-UpscaleResult', 'Measure-FrequencyError'
        'Invoke-SRExperiment', 'Remove-SRModel', 'Submit-UpscaleArray', 'Watch-UpscaleFolder'
    ) {
        (Get-Command $_).Parameters.Keys | Should -Contain 'WhatIf'
    }

    It 'keeps its assemblies in a load context of their own' {
        $assembly = (Get-Command Get-PssrEnvironment).ImplementingType.Assembly
        [System.Runtime.Loader.AssemblyLoadContext]::GetLoadContext($assembly).Name | Should -Be 'PSSR'
    }

    It 'can be imported again' {
        Import-Module (Join-Path $root 'PSSR.psd1') -Force
        Get-PssrEnvironment | Should -Not -BeNullOrEmpty
    }

    It 'says how to build it when it is not built' {
        $copy = New-Item -ItemType Directory (Join-Path $TestDrive 'checkout')
        Copy-Item (Join-Path $root 'PSSR.psd1') $copy
        New-Item -ItemType Directory (Join-Path $copy 'module') | Out-Null
        Copy-Item (Join-Path $root 'module/PSSR.psm1'), (Join-Path $root 'module/*.ps1xml') (Join-Path $copy 'module')
        $output = Invoke-Shell -Command "Import-Module '$(Join-Path $copy 'PSSR.psd1')' -ErrorAction Stop" 2>&1
        $LASTEXITCODE | Should -Be 1
        $output -join ' ' | Should -BeLike '*./build.sh build*'
    }
}

Describe 'Get-PssrEnvironment' {
    It 'names the libraries in use' {
        $environment = Get-PssrEnvironment
        $environment.TorchProblem | Should -BeNullOrEmpty
        $environment.TorchVersion | Should -Match '^\d+\.\d+'
        $environment.TorchProvider | Should -Be 'TorchSharp'
        $environment.ImageLibrary | Should -Not -BeNullOrEmpty
        $environment.Threads | Should -BeGreaterThan 0
    }

    It 'has a view for people' {
        Get-PssrEnvironment | Out-String | Should -Match 'CpuFeatures'
    }
}

Describe 'Get-SRModel' {
    It 'lists the embedded prior' {
        (Get-SRModel pssr-prior).Architecture | Should -Be 'guided-unet'
        Get-SRModel 'pssr-*' | Should -Not -BeNullOrEmpty
    }

    It 'is an error for a name that is not there' {
        Get-SRModel no-such-model -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        $problem.FullyQualifiedErrorId | Should -Be 'ModelNotFound,PSSR.Cmdlets.GetSRModelCommand'
    }
}

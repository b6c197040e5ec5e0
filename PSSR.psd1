@{
    RootModule           = 'module/PSSR.psm1'
    ModuleVersion        = '0.2.0'
    GUID                 = 'b0a4b8f6-5c0f-4b52-9a3e-6d1f1a7c2e95'
    Author               = 'The PSSR contributors'
    Copyright            = '(c) The PSSR contributors. MIT licence.'
    Description          = 'Upscales images with diffusion models: Diff-SR, DPI and ECDP.'
    CompatiblePSEditions = @('Core')
    PowerShellVersion    = '7.6'
    FormatsToProcess     = @('module/PSSR.Format.ps1xml')
    TypesToProcess       = @('module/PSSR.Types.ps1xml')
    CmdletsToExport      = @('Build-ConditionCorrector', 'Build-DiffusionPrior', 'Build-FlowUpscaler', 'Compare-ImageQuality', 'Export-RecoverableField', 'Export-SRModel', 'Export-UpscaleReport', 'Export-UpscaleResult', 'Find-PerceptualRecoverableField', 'Find-SRModel', 'Get-PssrEnvironment', 'Get-SRModel', 'Get-UpscaleArray', 'Import-SRModel', 'Install-PssrRuntime', 'Install-SRModel',
                             'Invoke-DiffusionUpscale', 'Invoke-SRExperiment', 'Measure-FaceConsistency', 'Measure-FrequencyError', 'Measure-ImageQuality', 'Measure-ImageSetQuality',
                             'New-DegradedImage', 'Receive-UpscaleArray', 'Remove-SRModel', 'Show-UpscaleResult', 'Start-UpscaleShard', 'Stop-UpscaleArray', 'Submit-UpscaleArray', 'Test-SRModel',
                             'Wait-UpscaleArray', 'Watch-UpscaleFolder')
    FunctionsToExport    = @()
    VariablesToExport    = @()
    AliasesToExport      = @('Train-ConditionCorrector', 'Train-FlowUpscaler')
    PrivateData          = @{
        PSData = @{
            Tags         = @('super-resolution', 'upscale', 'diffusion', 'image', 'PSEdition_Core', 'Windows', 'Linux', 'MacOS')
            LicenseUri   = 'https://licenses.nuget.org/MIT'
            # Leads nowhere until the project has a public address; build.ps1 pack -ProjectUri puts that in its place.
            ProjectUri   = 'https://pssr.example'
            ReleaseNotes = 'https://pssr.example/blob/main/CHANGELOG.md'
        }
    }
}

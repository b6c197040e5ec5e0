BeforeAll {
    $root = Split-Path (Split-Path $PSScriptRoot)
    Import-Module (Join-Path $root 'PSSR.psd1') -Force
    $examples = Join-Path $root examples
    # A convolution and a mean: no faces, but a TorchScript file as an embedder is.
    $embedder = Join-Path $root tests/PSSR.Tests/Models/Scripts/features.torchscript.pt
}

Describe 'Measure-FaceConsistency' {
    It 'measures results against the pictures that they should be' {
        $small = New-DegradedImage (Join-Path $examples *.png) -Scale 2 -OutputDirectory (Join-Path $TestDrive small)
        $results = $small | Invoke-DiffusionUpscale -Scale 2 -NoiseLevel 0 -OutputDirectory (Join-Path $TestDrive up)
        $faces = $results | Measure-FaceConsistency -ReferenceDirectory $examples -Embedder $embedder -InputSize 32
        $faces.Count | Should -Be $results.Count
        $faces.Distance | ForEach-Object { $_ | Should -BeGreaterOrEqual 0; $_ | Should -BeLessThan 0.4 }
        $faces.Same | Should -Not -Contain $false
        $faces | Out-String -Width 200 | Should -Match 'features.torchscript'

        $summary = Measure-FaceConsistency (Join-Path $TestDrive up/*.png) $examples $embedder -InputSize 32 -Summary -Threshold 1e-9
        $summary.Count | Should -Be $results.Count
        $summary.Acc | Should -Be 0
        $summary.Cs | Should -BeGreaterThan 0
    }

    It 'ends with one error when there is no such embedder' {
        { Measure-FaceConsistency (Join-Path $examples drawing.png) $examples no-such-embedder } |
            Should -Throw -ErrorId 'ModelNotFound,PSSR.Cmdlets.MeasureFaceConsistencyCommand'
    }
}

# Diff-SR, Figure 4: which noise recovers a picture, at x2, x4 and x8.
#
#     Invoke-SRExperiment examples/reproduce/diffsr-figure4.psd1 -DataDirectory photos -OutFile figure4.html
#
# The field itself, both losses with their thresholds, is a command's of its own (docs/field.md), by the same prior:
#
#     Find-PerceptualRecoverableField photos -Scale 2, 4, 8 -Model diffsr-reds -Show | Export-RecoverableField figure4.svg
@{
    Name = 'diffsr-figure4'
    Title = 'Diff-SR, Figure 4: the recoverable field by trying'
    Source = 'arXiv 2306.00714, Figure 4'
    Notes = @(
        'The paper draws the losses. This tries the levels that they allow and forbid.'
        'Says its text: about 20 % of noise at x2, about 40 % at x4; at x8 there is no field, and 50 to 65 % are still reasonable.'
        'The prior is that of Table 2; which one the paper took here, it does not say.'
        'Model = ''pssr-prior'' takes the embedded prior, which was trained at low noise: a twentieth of these levels suits it.'
    )
    Data = @{
        Name = 'pictures'; Folder = '.'
        From = 'any folder of pictures; the paper''s are not named.'
    }
    Prepare = @{ Prepare = 'CentreCrop'; Size = 256 }
    Degrade = @{ Name = 'bicubic' }
    Scales = 2, 4, 8
    Models = @(
        @{
            Name = 'diffsr-reds'; Kind = 'Prior'; File = 'diffsr-reds/weights.safetensors'
            From = 'Build-DiffusionPrior diffsr-reds -Preset paper -ImageFolder data/reds/train.'
        }
    )
    Methods = @{
        Name = 'Diff-SR'; Method = 'DiffSR'; Model = 'diffsr-reds'; Sweep = @{ NoiseLevel = .1, .15, .2, .25, .3, .4, .5, .575, .65, .75 }
    }
    Metrics = @{ Preset = 'Paper-DiffSR'; Show = 'PSNR', 'SSIM', 'LPIPS' }
    Chart = @{ X = 'NoiseLevel'; Y = 'LPIPS', 'SSIM'; By = 'Scale' }
}

# Diff-SR, Figure 3: results by the amount of noise, at x2.6 and x4.5.
#
#     Invoke-SRExperiment examples/reproduce/diffsr-figure3.psd1 -DataDirectory photos -OutFile figure3.html
@{
    Name = 'diffsr-figure3'
    Title = 'Diff-SR, Figure 3: noise, at two scales'
    Source = 'arXiv 2306.00714, Figure 3'
    Notes = @(
        'The paper shows pictures, faces among them, and no numbers. Says its text: 20 % of noise do at x2.6, at x4.5 they leave blur.'
        'The prior is that of Table 2; which one the paper took here, it does not say.'
        'Model = ''pssr-prior'' takes the embedded prior, which was trained at low noise: a twentieth of these levels suits it.'
    )
    Data = @{
        Name = 'pictures'; Folder = '.'
        From = 'any folder of pictures; the paper''s are not named.'
    }
    Prepare = @{ Prepare = 'CentreCrop'; Size = 256 }
    Degrade = @{ Name = 'bicubic' }
    Scales = 2.6, 4.5
    Models = @(
        @{
            Name = 'diffsr-reds'; Kind = 'Prior'; File = 'diffsr-reds/weights.safetensors'
            From = 'Build-DiffusionPrior diffsr-reds -Preset paper -ImageFolder data/reds/train.'
        }
    )
    Methods = @{
        Name = 'Diff-SR'; Method = 'DiffSR'; Model = 'diffsr-reds'; Sweep = @{ NoiseLevel = .05, .1, .2, .3, .4, .5, .6, .7, .8 }
    }
    Metrics = @{ Preset = 'Paper-DiffSR'; Show = 'PSNR', 'SSIM', 'LPIPS' }
    Chart = @{ X = 'NoiseLevel'; Y = 'PSNR', 'SSIM', 'LPIPS'; By = 'Scale' }
}

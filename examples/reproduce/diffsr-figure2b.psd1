# Diff-SR, Figure 2b: a true picture under noise, and what the prior makes of it.
#
#     Invoke-SRExperiment examples/reproduce/diffsr-figure2b.psd1 -DataDirectory photos -OutFile figure2b.html
@{
    Name = 'diffsr-figure2b'
    Title = 'Diff-SR, Figure 2b: recovery from noise'
    Source = 'arXiv 2306.00714, Figure 2b'
    Notes = @(
        'The paper shows pictures and no numbers.'
        'Says its text: next to no change up to step 100 of 1000, slight ones up to 600, and another picture beyond.'
        'The bound that it draws beside is the signature loss: pssr field --scale 1.'
        'The prior is that of Table 2; which one the paper took here, it does not say.'
        'Model = ''pssr-prior'' takes the embedded prior, which was trained at low noise: a twentieth of these levels suits it.'
    )
    Data = @{
        Name = 'pictures'; Folder = '.'
        From = 'any folder of pictures; the paper''s are not named.'
    }
    Prepare = @{ Prepare = 'CentreCrop'; Size = 256 }
    Degrade = @{ Name = 'none'; Scale = 1 }
    Models = @(
        @{
            Name = 'diffsr-reds'; Kind = 'Prior'; File = 'diffsr-reds/weights.safetensors'
            From = 'Build-DiffusionPrior diffsr-reds -Preset paper -ImageFolder data/reds/train.'
        }
    )
    Methods = @{
        Name = 'Diff-SR'; Method = 'DiffSR'; Model = 'diffsr-reds'
        Sweep = @{ NoiseLevel = .02, .05, .1, .2, .3, .4, .5, .6, .7, .8, .9 }
    }
    WithoutBaselines = $true
    Metrics = @{ Preset = 'Paper-DiffSR'; Show = 'PSNR', 'SSIM', 'LPIPS' }
    Chart = @{ X = 'NoiseLevel'; Y = 'PSNR', 'SSIM', 'LPIPS' }
}

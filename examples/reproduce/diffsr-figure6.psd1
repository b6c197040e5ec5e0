# Diff-SR, Figure 6: how much noise is best at which scale. The paper's set is REDS; any folder of photographs shows the same.
#
#     Invoke-SRExperiment examples/reproduce/diffsr-figure6.psd1 -DataDirectory photos -OutFile figure6.html
@{
    Name = 'diffsr-figure6'
    Title = 'Diff-SR, Figure 6: noise level against scale'
    Source = 'arXiv 2306.00714, Figure 6'
    Notes = @(
        'The paper shows curves and no numbers; its set is REDS and its prior was trained on it.'
        'Noise levels are shares of the schedule. The embedded prior is small and was trained at low noise above all, so its best levels are far below the paper''s.'
    )
    Data = @{ Name = 'photos'; Folder = '.'; From = 'any folder of photographs; the paper: REDS, https://seungjunnah.github.io/Datasets/reds.html' }
    Prepare = @{ Prepare = 'Square'; CropSize = 256; Size = 256 }
    Degrade = @{ Name = 'bicubic' }
    Scales = 1.6, 2, 2.7, 3.5, 4, 4.5
    Methods = @{
        Name = 'Diff-SR'; Method = 'DiffSR'; Model = 'pssr-prior'; Steps = 10
        Sweep = @{ NoiseLevel = .005, .01, .02, .04, .06, .09, .13, .18 }
    }
    Metrics = @{ Show = 'PSNR', 'SSIM', 'LPIPS' }
    Chart = @(
        @{ X = 'NoiseLevel'; Y = 'LPIPS', 'PSNR', 'SSIM'; By = 'Scale'; Title = 'Diff-SR, pssr-prior' }
        @{ X = 'PSNR'; Y = 'LPIPS' }
    )
}

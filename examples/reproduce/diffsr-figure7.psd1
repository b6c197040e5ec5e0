# Diff-SR, Figure 7: five schedules, a prior trained by each, REDS at x4.
#
#     Invoke-SRExperiment examples/reproduce/diffsr-figure7.psd1 -DataDirectory data -OutFile figure7.html
#
# Layout: data/reds/train to train on, data/reds/test to measure. The priors are trained first, and stay in the experiment's folder.
@{
    Name = 'diffsr-figure7'
    Title = 'Diff-SR, Figure 7: schedules'
    Source = 'arXiv 2306.00714, Figure 7'
    Notes = @(
        'The paper shows curves. Its text gives Square Cosine an FID of 0.2, 34.2 dB and an SSIM of 0.89 somewhere in 10 to 70 % of noise.'
        'It names the five and gives no formulas; docs/prior.md has ours. Each prior is trained by appendix D, 500,000 steps.'
        'Its FID is of unknown settings (docs/metrics.md).'
    )
    Data = @(
        @{ Name = 'REDS'; Folder = 'reds/test'; Recurse = $true; From = 'REDS, https://seungjunnah.github.io/Datasets/reds.html.' }
        @{ Name = 'REDS-train'; Folder = 'reds/train'; Recurse = $true; From = 'the same, its training part.' }
    )
    Prepare = @{ Prepare = 'CentreCrop'; Size = 256 }
    Degrade = @{ Name = 'bicubic'; Only = @{ Data = 'REDS' } }
    Scales = 4
    Models = @(
        @{
            Name = 'inception-features'; Kind = 'Features'; File = 'inception.pt'
            From = 'pytorch-fid (pt_inception-2015-12-05-6726825d.pth), exported as docs/metrics.md says.'
            Architecture = 'torchscript'; ValueRange = -1, 1; ImportOptions = @{ input_size = 299; resize = 'torch-bilinear' }
        }
    )
    Train = @(
        @{ Name = 'linear'; Kind = 'Prior'; Preset = 'paper'; Data = 'REDS-train'; Schedule = 'linear' }
        @{ Name = 'scaled-linear'; Kind = 'Prior'; Preset = 'paper'; Data = 'REDS-train'; Schedule = 'scaled-linear' }
        @{ Name = 'cosine'; Kind = 'Prior'; Preset = 'paper'; Data = 'REDS-train'; Schedule = 'cosine' }
        @{ Name = 'squared-cosine'; Kind = 'Prior'; Preset = 'paper'; Data = 'REDS-train'; Schedule = 'squared-cosine' }
        @{ Name = 'sigmoid'; Kind = 'Prior'; Preset = 'paper'; Data = 'REDS-train'; Schedule = 'sigmoid' }
    )
    Methods = @(
        @{ Name = 'Linear'; Method = 'DiffSR'; Model = 'linear'; Sweep = @{ NoiseLevel = .1, .2, .3, .4, .5, .6, .7, .8 } }
        @{ Name = 'Scale Linear'; Method = 'DiffSR'; Model = 'scaled-linear'; Sweep = @{ NoiseLevel = .1, .2, .3, .4, .5, .6, .7, .8 } }
        @{ Name = 'Cosine'; Method = 'DiffSR'; Model = 'cosine'; Sweep = @{ NoiseLevel = .1, .2, .3, .4, .5, .6, .7, .8 } }
        @{ Name = 'Square Cosine'; Method = 'DiffSR'; Model = 'squared-cosine'; Sweep = @{ NoiseLevel = .1, .2, .3, .4, .5, .6, .7, .8 } }
        @{ Name = 'Sigmoid'; Method = 'DiffSR'; Model = 'sigmoid'; Sweep = @{ NoiseLevel = .1, .2, .3, .4, .5, .6, .7, .8 } }
    )
    Metrics = @{ Preset = 'Paper-DiffSR'; Sets = @{ Model = 'inception-features' }; Show = 'FID', 'PSNR', 'SSIM', 'LPIPS' }
    Chart = @{ X = 'NoiseLevel'; Y = 'FID', 'PSNR', 'SSIM'; By = 'Method' }
}

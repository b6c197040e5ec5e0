# Diff-SR, Table 1: UDM10 at x2, x2.7, x3.5 and x4, by one prior.
#
#     Invoke-SRExperiment examples/reproduce/diffsr-table1.psd1 -DataDirectory data -OutFile table1.html
#
# Layout: data/udm10 with the frames, in folders of sequences or not; data/udm10/train for the prior.
@{
    Name = 'diffsr-table1'
    Title = 'Diff-SR, Table 1: UDM10'
    Source = 'arXiv 2306.00714, Table 1'
    Notes = @(
        'The paper says how much noise at x2 (about 20 %) and at x4 (about 40 %), and nothing of x2.7 and x3.5.'
        'Theirs lie between here, by the logarithm of the scale.'
        'How many DDIM steps it takes, it does not say: 20 here.'
        'Its PSNR, SSIM and FID are of unknown settings (docs/metrics.md): FIDs of hundredths are not pytorch-fid''s, and do not compare.'
        'Nor does it say which frames, or whether its prior saw them. With the prior that it trained for this set, by its appendix D.'
        'Baselines of the paper reach x2.7 and x3.5 by a network for x2 or x4 and bicubic.'
        'None of its priors is published: each is trained once.'
    )
    Data = @{
        Name = 'UDM10'; Folder = 'udm10'; Recurse = $true
        From = 'UDM10 (Yi et al. 2019), https://github.com/psychopa4/PFNL.'
    }
    Prepare = @{ Prepare = 'CentreCrop'; Size = 256 }
    Degrade = @{ Name = 'bicubic' }
    Scales = 2, 2.7, 3.5, 4
    Models = @(
        @{
            Name = 'diffsr-udm10'; Kind = 'Prior'; File = 'diffsr-udm10/weights.safetensors'
            From = 'Build-DiffusionPrior diffsr-udm10 -Preset paper -ImageFolder data/udm10/train.'
        }
        @{
            Name = 'inception-features'; Kind = 'Features'; File = 'inception.pt'
            From = 'pytorch-fid (pt_inception-2015-12-05-6726825d.pth), exported as docs/metrics.md says.'
            Architecture = 'torchscript'; ValueRange = -1, 1; ImportOptions = @{ input_size = 299; resize = 'torch-bilinear' }
        }
    )
    Methods = @(
        @{ Name = 'Diff-SR'; Method = 'DiffSR'; Model = 'diffsr-udm10'; NoiseLevel = .2; Only = @{ Scales = 2 } }
        @{ Name = 'Diff-SR'; Method = 'DiffSR'; Model = 'diffsr-udm10'; NoiseLevel = .29; Only = @{ Scales = 2.7 } }
        @{ Name = 'Diff-SR'; Method = 'DiffSR'; Model = 'diffsr-udm10'; NoiseLevel = .36; Only = @{ Scales = 3.5 } }
        @{ Name = 'Diff-SR'; Method = 'DiffSR'; Model = 'diffsr-udm10'; NoiseLevel = .4; Only = @{ Scales = 4 } }
    )
    Metrics = @{ Preset = 'Paper-DiffSR'; Sets = @{ Model = 'inception-features' }; Show = 'FID', 'PSNR', 'SSIM', 'LPIPS' }
    Published = @(
        @{ Scale = 2; Method = 'Nearest';          FID = .913; PSNR = 34.441; SSIM = .912 }
        @{ Scale = 2; Method = 'Bicubic';          FID = 1.395; PSNR = 35.418; SSIM = .937 }
        @{ Scale = 2; Method = 'EDSR + Bicubic';   FID = .071; PSNR = 40.011; SSIM = .979 }
        @{ Scale = 2; Method = 'ESRGAN + Bicubic'; FID = .159; PSNR = 38.652; SSIM = .971 }
        @{ Scale = 2; Method = 'LIIF';             FID = .326; PSNR = 38.577; SSIM = .974 }
        @{ Scale = 2; Method = 'SR3 + Bicubic';    FID = 1.931; PSNR = 27.760; SSIM = .846 }
        @{ Scale = 2; Method = 'Diff-SR';          FID = .035; PSNR = 38.761; SSIM = .975 }
        @{ Scale = 2.7; Method = 'Nearest';          FID = 1.894; PSNR = 33.101; SSIM = .836 }
        @{ Scale = 2.7; Method = 'Bicubic';          FID = 3.403; PSNR = 33.696; SSIM = .879 }
        @{ Scale = 2.7; Method = 'EDSR + Bicubic';   FID = .331; PSNR = 35.704; SSIM = .929 }
        @{ Scale = 2.7; Method = 'ESRGAN + Bicubic'; FID = .609; PSNR = 35.929; SSIM = .934 }
        @{ Scale = 2.7; Method = 'LIIF';             FID = 1.376; PSNR = 35.575; SSIM = .941 }
        @{ Scale = 2.7; Method = 'SR3 + Bicubic';    FID = .758; PSNR = 29.217; SSIM = .920 }
        @{ Scale = 2.7; Method = 'Diff-SR';          FID = .052; PSNR = 37.002; SSIM = .963 }
        @{ Scale = 3.5; Method = 'Nearest';          FID = 2.567; PSNR = 32.243; SSIM = .766 }
        @{ Scale = 3.5; Method = 'Bicubic';          FID = 5.794; PSNR = 32.616; SSIM = .817 }
        @{ Scale = 3.5; Method = 'EDSR + Bicubic';   FID = .976; PSNR = 35.308; SSIM = .920 }
        @{ Scale = 3.5; Method = 'ESRGAN + Bicubic'; FID = 1.614; PSNR = 34.897; SSIM = .906 }
        @{ Scale = 3.5; Method = 'LIIF';             FID = 2.722; PSNR = 34.110; SSIM = .901 }
        @{ Scale = 3.5; Method = 'SR3 + Bicubic';    FID = .464; PSNR = 28.965; SSIM = .912 }
        @{ Scale = 3.5; Method = 'Diff-SR';          FID = .055; PSNR = 37.297; SSIM = .967 }
        @{ Scale = 4; Method = 'Nearest';          FID = 2.599; PSNR = 31.990; SSIM = .740 }
        @{ Scale = 4; Method = 'Bicubic';          FID = 6.749; PSNR = 32.286; SSIM = .793 }
        @{ Scale = 4; Method = 'EDSR + Bicubic';   FID = 1.470; PSNR = 34.445; SSIM = .893 }
        @{ Scale = 4; Method = 'ESRGAN + Bicubic'; FID = 1.521; PSNR = 35.073; SSIM = .908 }
        @{ Scale = 4; Method = 'LIIF';             FID = 2.817; PSNR = 33.856; SSIM = .886 }
        @{ Scale = 4; Method = 'SR3 + Bicubic';    FID = .589; PSNR = 28.770; SSIM = .928 }
        @{ Scale = 4; Method = 'Diff-SR';          FID = .096; PSNR = 35.755; SSIM = .957 }
    )
    Chart = @{ X = 'Scale'; Y = 'FID', 'PSNR', 'SSIM' }
}

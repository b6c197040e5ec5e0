# Diff-SR, Table 2: REDS at x2, x2.7, x3.5 and x4, by one prior.
#
#     Invoke-SRExperiment examples/reproduce/diffsr-table2.psd1 -DataDirectory data -OutFile table2.html
#
# Layout: data/reds/test with the frames, in folders of sequences or not; data/reds/train for the prior.
@{
    Name = 'diffsr-table2'
    Title = 'Diff-SR, Table 2: REDS'
    Source = 'arXiv 2306.00714, Table 2'
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
        Name = 'REDS'; Folder = 'reds/test'; Recurse = $true
        From = 'REDS, https://seungjunnah.github.io/Datasets/reds.html.'
    }
    Prepare = @{ Prepare = 'CentreCrop'; Size = 256 }
    Degrade = @{ Name = 'bicubic' }
    Scales = 2, 2.7, 3.5, 4
    Models = @(
        @{
            Name = 'diffsr-reds'; Kind = 'Prior'; File = 'diffsr-reds/weights.safetensors'
            From = 'Build-DiffusionPrior diffsr-reds -Preset paper -ImageFolder data/reds/train.'
        }
        @{
            Name = 'inception-features'; Kind = 'Features'; File = 'inception.pt'
            From = 'pytorch-fid (pt_inception-2015-12-05-6726825d.pth), exported as docs/metrics.md says.'
            Architecture = 'torchscript'; ValueRange = -1, 1; ImportOptions = @{ input_size = 299; resize = 'torch-bilinear' }
        }
    )
    Methods = @(
        @{ Name = 'Diff-SR'; Method = 'DiffSR'; Model = 'diffsr-reds'; NoiseLevel = .2; Only = @{ Scales = 2 } }
        @{ Name = 'Diff-SR'; Method = 'DiffSR'; Model = 'diffsr-reds'; NoiseLevel = .29; Only = @{ Scales = 2.7 } }
        @{ Name = 'Diff-SR'; Method = 'DiffSR'; Model = 'diffsr-reds'; NoiseLevel = .36; Only = @{ Scales = 3.5 } }
        @{ Name = 'Diff-SR'; Method = 'DiffSR'; Model = 'diffsr-reds'; NoiseLevel = .4; Only = @{ Scales = 4 } }
    )
    Metrics = @{ Preset = 'Paper-DiffSR'; Sets = @{ Model = 'inception-features' }; Show = 'FID', 'PSNR', 'SSIM', 'LPIPS' }
    Published = @(
        @{ Scale = 2; Method = 'Nearest';          FID = 2.810; PSNR = 32.659; SSIM = .847 }
        @{ Scale = 2; Method = 'Bicubic';          FID = 4.756; PSNR = 32.833; SSIM = .870 }
        @{ Scale = 2; Method = 'EDSR + Bicubic';   FID = .182; PSNR = 32.678; SSIM = .875 }
        @{ Scale = 2; Method = 'ESRGAN + Bicubic'; FID = 1.422; PSNR = 33.011; SSIM = .893 }
        @{ Scale = 2; Method = 'LIIF';             FID = 2.204; PSNR = 34.114; SSIM = .926 }
        @{ Scale = 2; Method = 'SR3 + Bicubic';    FID = .421; PSNR = 29.356; SSIM = .891 }
        @{ Scale = 2; Method = 'Diff-SR';          FID = .810; PSNR = 33.671; SSIM = .911 }
        @{ Scale = 2.7; Method = 'Nearest';          FID = 3.021; PSNR = 31.870; SSIM = .764 }
        @{ Scale = 2.7; Method = 'Bicubic';          FID = 7.375; PSNR = 32.074; SSIM = .808 }
        @{ Scale = 2.7; Method = 'EDSR + Bicubic';   FID = 1.824; PSNR = 30.827; SSIM = .719 }
        @{ Scale = 2.7; Method = 'ESRGAN + Bicubic'; FID = 32.309; PSNR = 27.843; SSIM = .119 }
        @{ Scale = 2.7; Method = 'LIIF';             FID = 4.481; PSNR = 32.822; SSIM = .863 }
        @{ Scale = 2.7; Method = 'SR3 + Bicubic';    FID = .939; PSNR = 28.355; SSIM = .529 }
        @{ Scale = 2.7; Method = 'Diff-SR';          FID = .388; PSNR = 33.188; SSIM = .889 }
        @{ Scale = 3.5; Method = 'Nearest';          FID = 3.985; PSNR = 31.229; SSIM = .680 }
        @{ Scale = 3.5; Method = 'Bicubic';          FID = 11.289; PSNR = 31.362; SSIM = .729 }
        @{ Scale = 3.5; Method = 'EDSR + Bicubic';   FID = 1.748; PSNR = 30.298; SSIM = .627 }
        @{ Scale = 3.5; Method = 'ESRGAN + Bicubic'; FID = 28.127; PSNR = 27.843; SSIM = .113 }
        @{ Scale = 3.5; Method = 'LIIF';             FID = 7.946; PSNR = 31.935; SSIM = .796 }
        @{ Scale = 3.5; Method = 'SR3 + Bicubic';    FID = 1.053; PSNR = 28.329; SSIM = .506 }
        @{ Scale = 3.5; Method = 'Diff-SR';          FID = .432; PSNR = 32.972; SSIM = .882 }
        @{ Scale = 4; Method = 'Nearest';          FID = 4.410; PSNR = 31.003; SSIM = .645 }
        @{ Scale = 4; Method = 'Bicubic';          FID = 13.192; PSNR = 31.090; SSIM = .694 }
        @{ Scale = 4; Method = 'EDSR + Bicubic';   FID = 3.172; PSNR = 29.992; SSIM = .570 }
        @{ Scale = 4; Method = 'ESRGAN + Bicubic'; FID = 24.467; PSNR = 27.881; SSIM = .113 }
        @{ Scale = 4; Method = 'LIIF';             FID = 7.754; PSNR = 31.867; SSIM = .791 }
        @{ Scale = 4; Method = 'SR3 + Bicubic';    FID = .683; PSNR = 28.699; SSIM = .765 }
        @{ Scale = 4; Method = 'Diff-SR';          FID = .918; PSNR = 32.441; SSIM = .879 }
    )
    Chart = @{ X = 'Scale'; Y = 'FID', 'PSNR', 'SSIM' }
}

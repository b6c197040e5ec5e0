# Diff-SR, Table 5: Vimeo90K at x2, x2.7, x3.5 and x4, by one prior.
#
#     Invoke-SRExperiment examples/reproduce/diffsr-table5.psd1 -DataDirectory data -OutFile table5.html
#
# Layout: data/vimeo90k/test with the frames, in folders of sequences or not; data/vimeo90k/train for the prior.
@{
    Name = 'diffsr-table5'
    Title = 'Diff-SR, Table 5: Vimeo90K'
    Source = 'arXiv 2306.00714, Table 5 (appendix E)'
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
        Name = 'Vimeo90K'; Folder = 'vimeo90k/test'; Recurse = $true
        From = 'Vimeo-90K, http://toflow.csail.mit.edu.'
    }
    Prepare = @{ Prepare = 'CentreCrop'; Size = 256 }
    Degrade = @{ Name = 'bicubic' }
    Scales = 2, 2.7, 3.5, 4
    Models = @(
        @{
            Name = 'diffsr-vimeo90k'; Kind = 'Prior'; File = 'diffsr-vimeo90k/weights.safetensors'
            From = 'Build-DiffusionPrior diffsr-vimeo90k -Preset paper -ImageFolder data/vimeo90k/train.'
        }
        @{
            Name = 'inception-features'; Kind = 'Features'; File = 'inception.pt'
            From = 'pytorch-fid (pt_inception-2015-12-05-6726825d.pth), exported as docs/metrics.md says.'
            Architecture = 'torchscript'; ValueRange = -1, 1; ImportOptions = @{ input_size = 299; resize = 'torch-bilinear' }
        }
    )
    Methods = @(
        @{ Name = 'Diff-SR'; Method = 'DiffSR'; Model = 'diffsr-vimeo90k'; NoiseLevel = .2; Only = @{ Scales = 2 } }
        @{ Name = 'Diff-SR'; Method = 'DiffSR'; Model = 'diffsr-vimeo90k'; NoiseLevel = .29; Only = @{ Scales = 2.7 } }
        @{ Name = 'Diff-SR'; Method = 'DiffSR'; Model = 'diffsr-vimeo90k'; NoiseLevel = .36; Only = @{ Scales = 3.5 } }
        @{ Name = 'Diff-SR'; Method = 'DiffSR'; Model = 'diffsr-vimeo90k'; NoiseLevel = .4; Only = @{ Scales = 4 } }
    )
    Metrics = @{ Preset = 'Paper-DiffSR'; Sets = @{ Model = 'inception-features' }; Show = 'FID', 'PSNR', 'SSIM', 'LPIPS' }
    Published = @(
        @{ Scale = 2; Method = 'Nearest';          FID = 2.320; PSNR = 34.472; SSIM = .886 }
        @{ Scale = 2; Method = 'Bicubic';          FID = 3.486; PSNR = 35.165; SSIM = .907 }
        @{ Scale = 2; Method = 'EDSR + Bicubic';   FID = 1.214; PSNR = 32.898; SSIM = .844 }
        @{ Scale = 2; Method = 'ESRGAN + Bicubic'; FID = .605; PSNR = 32.120; SSIM = .843 }
        @{ Scale = 2; Method = 'LIIF';             FID = 1.734; PSNR = 36.456; SSIM = .942 }
        @{ Scale = 2; Method = 'SR3 + Bicubic';    FID = 1.287; PSNR = 27.777; SSIM = .817 }
        @{ Scale = 2; Method = 'Diff-SR';          FID = 1.112; PSNR = 34.252; SSIM = .875 }
        @{ Scale = 2.7; Method = 'Nearest';          FID = 2.792; PSNR = 33.521; SSIM = .827 }
        @{ Scale = 2.7; Method = 'Bicubic';          FID = 5.508; PSNR = 34.163; SSIM = .863 }
        @{ Scale = 2.7; Method = 'EDSR + Bicubic';   FID = 8.165; PSNR = 30.835; SSIM = .659 }
        @{ Scale = 2.7; Method = 'ESRGAN + Bicubic'; FID = .589; PSNR = 31.440; SSIM = .857 }
        @{ Scale = 2.7; Method = 'LIIF';             FID = 2.911; PSNR = 35.689; SSIM = .919 }
        @{ Scale = 2.7; Method = 'SR3 + Bicubic';    FID = 13.601; PSNR = 27.970; SSIM = .490 }
        @{ Scale = 2.7; Method = 'Diff-SR';          FID = .517; PSNR = 35.362; SSIM = .922 }
        @{ Scale = 3.5; Method = 'Nearest';          FID = 3.740; PSNR = 32.712; SSIM = .762 }
        @{ Scale = 3.5; Method = 'Bicubic';          FID = 8.553; PSNR = 33.189; SSIM = .807 }
        @{ Scale = 3.5; Method = 'EDSR + Bicubic';   FID = 10.066; PSNR = 30.269; SSIM = .569 }
        @{ Scale = 3.5; Method = 'ESRGAN + Bicubic'; FID = .962; PSNR = 31.054; SSIM = .800 }
        @{ Scale = 3.5; Method = 'LIIF';             FID = 5.193; PSNR = 34.459; SSIM = .877 }
        @{ Scale = 3.5; Method = 'SR3 + Bicubic';    FID = 15.617; PSNR = 27.968; SSIM = .459 }
        @{ Scale = 3.5; Method = 'Diff-SR';          FID = .580; PSNR = 35.001; SSIM = .916 }
        @{ Scale = 4; Method = 'Nearest';          FID = 4.145; PSNR = 32.432; SSIM = .736 }
        @{ Scale = 4; Method = 'Bicubic';          FID = 10.015; PSNR = 32.824; SSIM = .782 }
        @{ Scale = 4; Method = 'EDSR + Bicubic';   FID = 13.515; PSNR = 29.748; SSIM = .476 }
        @{ Scale = 4; Method = 'ESRGAN + Bicubic'; FID = 1.023; PSNR = 30.716; SSIM = .744 }
        @{ Scale = 4; Method = 'LIIF';             FID = 6.745; PSNR = 33.643; SSIM = .838 }
        @{ Scale = 4; Method = 'SR3 + Bicubic';    FID = .817; PSNR = 28.811; SSIM = .803 }
        @{ Scale = 4; Method = 'Diff-SR';          FID = 1.122; PSNR = 33.180; SSIM = .834 }
    )
    Chart = @{ X = 'Scale'; Y = 'FID', 'PSNR', 'SSIM' }
}

# Diff-SR, Table 4: VID at x2, x2.7, x3.5 and x4, by one prior.
#
#     Invoke-SRExperiment examples/reproduce/diffsr-table4.psd1 -DataDirectory data -OutFile table4.html
#
# Layout: data/vid4 with the frames, in folders of sequences or not; data/vid4/train for the prior.
@{
    Name = 'diffsr-table4'
    Title = 'Diff-SR, Table 4: VID'
    Source = 'arXiv 2306.00714, Table 4 (appendix E)'
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
        Name = 'VID'; Folder = 'vid4'; Recurse = $true
        From = 'Vid4, the four sequences of Liu and Sun (2014); OpenMMLab lists them, https://openmmlab.com/dataset.'
    }
    Prepare = @{ Prepare = 'CentreCrop'; Size = 256 }
    Degrade = @{ Name = 'bicubic' }
    Scales = 2, 2.7, 3.5, 4
    Models = @(
        @{
            Name = 'diffsr-vid'; Kind = 'Prior'; File = 'diffsr-vid/weights.safetensors'
            From = 'Build-DiffusionPrior diffsr-vid -Preset paper -ImageFolder data/vid4/train.'
        }
        @{
            Name = 'inception-features'; Kind = 'Features'; File = 'inception.pt'
            From = 'pytorch-fid (pt_inception-2015-12-05-6726825d.pth), exported as docs/metrics.md says.'
            Architecture = 'torchscript'; ValueRange = -1, 1; ImportOptions = @{ input_size = 299; resize = 'torch-bilinear' }
        }
    )
    Methods = @(
        @{ Name = 'Diff-SR'; Method = 'DiffSR'; Model = 'diffsr-vid'; NoiseLevel = .2; Only = @{ Scales = 2 } }
        @{ Name = 'Diff-SR'; Method = 'DiffSR'; Model = 'diffsr-vid'; NoiseLevel = .29; Only = @{ Scales = 2.7 } }
        @{ Name = 'Diff-SR'; Method = 'DiffSR'; Model = 'diffsr-vid'; NoiseLevel = .36; Only = @{ Scales = 3.5 } }
        @{ Name = 'Diff-SR'; Method = 'DiffSR'; Model = 'diffsr-vid'; NoiseLevel = .4; Only = @{ Scales = 4 } }
    )
    Metrics = @{ Preset = 'Paper-DiffSR'; Sets = @{ Model = 'inception-features' }; Show = 'FID', 'PSNR', 'SSIM', 'LPIPS' }
    Published = @(
        @{ Scale = 2; Method = 'Nearest';          FID = 6.696; PSNR = 30.639; SSIM = .757 }
        @{ Scale = 2; Method = 'Bicubic';          FID = 11.549; PSNR = 30.758; SSIM = .777 }
        @{ Scale = 2; Method = 'EDSR + Bicubic';   FID = .302; PSNR = 30.204; SSIM = .773 }
        @{ Scale = 2; Method = 'ESRGAN + Bicubic'; FID = 81.632; PSNR = 27.862; SSIM = .187 }
        @{ Scale = 2; Method = 'LIIF';             FID = 4.289; PSNR = 31.429; SSIM = .860 }
        @{ Scale = 2; Method = 'SR3 + Bicubic';    FID = 1.189; PSNR = 27.793; SSIM = .952 }
        @{ Scale = 2; Method = 'Diff-SR';          FID = .047; PSNR = 34.191; SSIM = .953 }
        @{ Scale = 2.7; Method = 'Nearest';          FID = 8.670; PSNR = 30.111; SSIM = .641 }
        @{ Scale = 2.7; Method = 'Bicubic';          FID = 18.134; PSNR = 30.208; SSIM = .681 }
        @{ Scale = 2.7; Method = 'EDSR + Bicubic';   FID = 5.798; PSNR = 28.794; SSIM = .496 }
        @{ Scale = 2.7; Method = 'ESRGAN + Bicubic'; FID = 74.579; PSNR = 27.802; SSIM = .145 }
        @{ Scale = 2.7; Method = 'LIIF';             FID = 6.084; PSNR = 31.094; SSIM = .820 }
        @{ Scale = 2.7; Method = 'SR3 + Bicubic';    FID = .645; PSNR = 29.000; SSIM = .683 }
        @{ Scale = 2.7; Method = 'Diff-SR';          FID = .054; PSNR = 34.497; SSIM = .957 }
        @{ Scale = 3.5; Method = 'Nearest';          FID = 12.594; PSNR = 29.684; SSIM = .534 }
        @{ Scale = 3.5; Method = 'Bicubic';          FID = 28.006; PSNR = 29.717; SSIM = .573 }
        @{ Scale = 3.5; Method = 'EDSR + Bicubic';   FID = 3.661; PSNR = 28.712; SSIM = .429 }
        @{ Scale = 3.5; Method = 'ESRGAN + Bicubic'; FID = 77.155; PSNR = 27.801; SSIM = .144 }
        @{ Scale = 3.5; Method = 'LIIF';             FID = 10.889; PSNR = 30.430; SSIM = .734 }
        @{ Scale = 3.5; Method = 'SR3 + Bicubic';    FID = .798; PSNR = 28.916; SSIM = .649 }
        @{ Scale = 3.5; Method = 'Diff-SR';          FID = .066; PSNR = 33.867; SSIM = .943 }
        @{ Scale = 4; Method = 'Nearest';          FID = 14.583; PSNR = 29.529; SSIM = .492 }
        @{ Scale = 4; Method = 'Bicubic';          FID = 32.888; PSNR = 29.531; SSIM = .529 }
        @{ Scale = 4; Method = 'EDSR + Bicubic';   FID = 3.761; PSNR = 28.669; SSIM = .388 }
        @{ Scale = 4; Method = 'ESRGAN + Bicubic'; FID = 73.057; PSNR = 27.862; SSIM = .160 }
        @{ Scale = 4; Method = 'LIIF';             FID = 11.943; PSNR = 30.004; SSIM = .661 }
        @{ Scale = 4; Method = 'SR3 + Bicubic';    FID = .322; PSNR = 30.339; SSIM = .977 }
        @{ Scale = 4; Method = 'Diff-SR';          FID = .052; PSNR = 32.903; SSIM = .913 }
    )
    Chart = @{ X = 'Scale'; Y = 'FID', 'PSNR', 'SSIM' }
}

# DPI, Table 7: a thousand faces of FFHQ, x4, x8 and x16.
#
#     Invoke-SRExperiment examples/reproduce/dpi-table7.psd1 -DataDirectory data -OutFile table7.html
#
# Layout: data/ffhq1000/*.png
@{
    Name = 'dpi-table7'
    Title = 'DPI, Table 7: FFHQ1000'
    Source = 'arXiv 2412.16552, Table 7 (appendix B)'
    Notes = @(
        'The paper gives settings for 1000 steps (section Experiments) and for 20 (appendix A), and does not say which this table ran.'
        'The row DPI runs 1000, DPI, 20 steps the others; published values stand beside the first.'
        'The authors publish no correctors (November 2026): each is trained once, on the 49,000 faces of FFHQ that the prior saw.'
        'Preparation and shrinking are those of the released script: the whole picture to 256x256, and Pillow''s bicubic.'
        'That script feeds LPIPS 0..255 times 2 less 1; LpipsRange = ''Released'' among the Metrics does so.'
        'FFHQ''s results it saves as PNG, as here.'
        'FID is measured against the true pictures.'
    )
    Data = @{
        Name = 'FFHQ1000'; Folder = 'ffhq1000'; Files = 1000
        From = 'FFHQ, https://github.com/NVlabs/ffhq-dataset; which thousand, the paper does not say. None that the prior was trained on.'
    }
    Prepare = @{ Prepare = 'Whole'; Size = 256 }
    Degrade = @{ Name = 'bicubic'; Shrink = 'PilBicubic' }
    Scales = 4, 8, 16
    Models = @(
        @{
            Name = 'ffhq-256'; Kind = 'Prior'; File = 'ffhq_10m.pt'; Bytes = 374417833
            Sha256 = '81d535743156ec6be34d8668e6920da94f0614074d7793a16c8fa9e306237faa'
            From = 'the authors of DPS, https://github.com/DPS2022/diffusion-posterior-sampling; or: Install-SRModel ffhq-256.'
        }
        @{
            Name = 'crt-x4'; Kind = 'Corrector'; File = 'crt-x4/weights.safetensors'
            From = 'Build-ConditionCorrector crt-x4 -Preset paper -Scale 4 -ImageFolder ffhq49k.'
        }
        @{
            Name = 'crt-x8'; Kind = 'Corrector'; File = 'crt-x8/weights.safetensors'
            From = 'Build-ConditionCorrector crt-x8 -Preset paper -Scale 8 -ImageFolder ffhq49k.'
        }
        @{
            Name = 'crt-x16'; Kind = 'Corrector'; File = 'crt-x16/weights.safetensors'
            From = 'Build-ConditionCorrector crt-x16 -Preset paper -Scale 16 -ImageFolder ffhq49k.'
        }
        @{
            Name = 'inception-features'; Kind = 'Features'; File = 'inception.pt'
            From = 'pytorch-fid (pt_inception-2015-12-05-6726825d.pth), exported as docs/metrics.md says.'
            Architecture = 'torchscript'; ValueRange = -1, 1; ImportOptions = @{ input_size = 299; resize = 'torch-bilinear' }
        }
    )
    Methods = @(
        @{
            Name = 'DPI'; Only = @{ Scales = 4 }
            Method = 'DPI'; Model = 'ffhq-256'; Corrector = 'crt-x4'; Preset = 'X4'; Sampler = 'Ddpm'
        }
        @{
            Name = 'DPI'; Only = @{ Scales = 8 }
            Method = 'DPI'; Model = 'ffhq-256'; Corrector = 'crt-x8'; Preset = 'X8'; Sampler = 'Ddpm'
        }
        @{
            Name = 'DPI'; Only = @{ Scales = 16 }
            Method = 'DPI'; Model = 'ffhq-256'; Corrector = 'crt-x16'; Preset = 'X16'; Sampler = 'Ddpm'
        }
        @{
            Name = 'DPI, 20 steps'; Only = @{ Scales = 4 }
            Method = 'DPI'; Model = 'ffhq-256'; Corrector = 'crt-x4'; Preset = 'X4'
        }
        @{
            Name = 'DPI, 20 steps'; Only = @{ Scales = 8 }
            Method = 'DPI'; Model = 'ffhq-256'; Corrector = 'crt-x8'; Preset = 'X8'
        }
        @{
            Name = 'DPI, 20 steps'; Only = @{ Scales = 16 }
            Method = 'DPI'; Model = 'ffhq-256'; Corrector = 'crt-x16'; Preset = 'X16'
        }
    )
    Metrics = @{
        Preset = 'Paper-DPI'; WithLpips = $true; Sets = @{ Model = 'inception-features' }
        Show = 'LPIPS', 'FID', 'PSNR', 'SSIM', 'Seconds', 'Evaluations'
    }
    Published = @(
        @{ Scale = 4; Method = 'Bicubic';    LPIPS = .1562; FID = 129.91; PSNR = 28.27; SSIM = .8211 }
        @{ Scale = 4; Method = 'CodeFormer'; LPIPS = .0979; FID = 48.67; PSNR = 26.70; SSIM = .7742 }
        @{ Scale = 4; Method = 'DDNM';       LPIPS = .1175; FID = 42.21; PSNR = 25.56; SSIM = .7677 }
        @{ Scale = 4; Method = 'DDRM';       LPIPS = .1242; FID = 50.49; PSNR = 27.59; SSIM = .7924 }
        @{ Scale = 4; Method = 'SR3';        LPIPS = .1037; FID = 40.04; PSNR = 28.69; SSIM = .8060 }
        @{ Scale = 4; Method = 'ILVR';       LPIPS = .1007; FID = 31.08; PSNR = 27.19; SSIM = .8112 }
        @{ Scale = 4; Method = 'DR2';        LPIPS = .1785; FID = 47.30; PSNR = 22.66; SSIM = .6184 }
        @{ Scale = 4; Method = 'DPS';        LPIPS = .1583; FID = 35.77; PSNR = 23.38; SSIM = .6732 }
        @{ Scale = 4; Method = 'DiffFace';   LPIPS = .1061; FID = 37.77; PSNR = 26.36; SSIM = .7336 }
        @{ Scale = 4; Method = 'PGDiff';     LPIPS = .0991; FID = 33.12; PSNR = 27.79; SSIM = .7688 }
        @{ Scale = 4; Method = 'DPI';        LPIPS = .0965; FID = 30.16; PSNR = 27.32; SSIM = .7742 }
        @{ Scale = 8; Method = 'Bicubic';    LPIPS = .2529; FID = 126.76; PSNR = 24.43; SSIM = .6919 }
        @{ Scale = 8; Method = 'CodeFormer'; LPIPS = .1552; FID = 57.79; PSNR = 23.36; SSIM = .6467 }
        @{ Scale = 8; Method = 'DDNM';       LPIPS = .1686; FID = 55.64; PSNR = 24.37; SSIM = .6853 }
        @{ Scale = 8; Method = 'DDRM';       LPIPS = .1743; FID = 61.21; PSNR = 24.29; SSIM = .7003 }
        @{ Scale = 8; Method = 'SR3';        LPIPS = .1575; FID = 70.98; PSNR = 24.86; SSIM = .6782 }
        @{ Scale = 8; Method = 'ILVR';       LPIPS = .1543; FID = 35.85; PSNR = 23.74; SSIM = .6747 }
        @{ Scale = 8; Method = 'DR2';        LPIPS = .2004; FID = 48.11; PSNR = 21.77; SSIM = .5833 }
        @{ Scale = 8; Method = 'DPS';        LPIPS = .1978; FID = 35.40; PSNR = 20.97; SSIM = .5864 }
        @{ Scale = 8; Method = 'DiffFace';   LPIPS = .1689; FID = 39.74; PSNR = 23.88; SSIM = .6479 }
        @{ Scale = 8; Method = 'PGDiff';     LPIPS = .1543; FID = 33.29; PSNR = 23.99; SSIM = .6797 }
        @{ Scale = 8; Method = 'DPI';        LPIPS = .1505; FID = 31.22; PSNR = 24.54; SSIM = .6853 }
        @{ Scale = 16; Method = 'Bicubic';    LPIPS = .3284; FID = 224.25; PSNR = 21.18; SSIM = .5818 }
        @{ Scale = 16; Method = 'CodeFormer'; LPIPS = .2239; FID = 69.42; PSNR = 20.46; SSIM = .5314 }
        @{ Scale = 16; Method = 'DDNM';       LPIPS = .2139; FID = 49.64; PSNR = 21.67; SSIM = .5771 }
        @{ Scale = 16; Method = 'DDRM';       LPIPS = .2260; FID = 73.08; PSNR = 21.11; SSIM = .6079 }
        @{ Scale = 16; Method = 'SR3';        LPIPS = .2445; FID = 83.16; PSNR = 21.39; SSIM = .5121 }
        @{ Scale = 16; Method = 'ILVR';       LPIPS = .2096; FID = 40.95; PSNR = 20.49; SSIM = .5774 }
        @{ Scale = 16; Method = 'DR2';        LPIPS = .2279; FID = 46.52; PSNR = 20.09; SSIM = .5253 }
        @{ Scale = 16; Method = 'DPS';        LPIPS = .2414; FID = 36.09; PSNR = 18.66; SSIM = .5034 }
        @{ Scale = 16; Method = 'DiffFace';   LPIPS = .2226; FID = 40.64; PSNR = 19.93; SSIM = .5355 }
        @{ Scale = 16; Method = 'PGDiff';     LPIPS = .2088; FID = 38.36; PSNR = 20.96; SSIM = .5654 }
        @{ Scale = 16; Method = 'DPI';        LPIPS = .2081; FID = 37.07; PSNR = 21.27; SSIM = .5847 }
    )
    Chart = @{ X = 'PSNR'; Y = 'LPIPS' }
}

# DPI, Table 1: a thousand faces of CelebA, x4, x8 and x16.
#
#     Invoke-SRExperiment examples/reproduce/dpi-table1.psd1 -DataDirectory data -OutFile table1.html
#
# Layout: data/celeba1000/*.jpg
@{
    Name = 'dpi-table1'
    Title = 'DPI, Table 1: CelebA1000'
    Source = 'arXiv 2412.16552, Table 1'
    Notes = @(
        'The paper gives settings for 1000 steps (section Experiments) and for 20 (appendix A), and does not say which this table ran.'
        'The row DPI runs 1000, DPI, 20 steps the others; published values stand beside the first.'
        'The authors publish no correctors (November 2026): each is trained once, on the 49,000 faces of FFHQ that the prior saw.'
        'Preparation and shrinking are those of the released script: the whole picture to 256x256, and Pillow''s bicubic.'
        'That script feeds LPIPS 0..255 times 2 less 1, and measures CelebA''s results as JPEG of quality 75; neither is done here.'
        'LpipsRange = ''Released'' among the Metrics does the first, Format = ''Jpeg''; Quality = 75 among a method''s options the second.'
        'FID is measured against the true pictures; whose Inception IS was measured with, the paper does not say.'
    )
    Data = @{
        Name = 'CelebA1000'; Folder = 'celeba1000'; Files = 1000
        From = 'CelebA, https://mmlab.ie.cuhk.edu.hk/projects/CelebA.html; which thousand, the paper does not say.'
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
        @{
            Name = 'inception-logits'; Kind = 'Features'; File = 'inception-logits.pt'
            From = 'an Inception v3 whose answer is class scores before softmax, exported like the one for FID (docs/metrics.md).'
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
        Preset = 'Paper-DPI'; WithLpips = $true; Sets = @{ Model = 'inception-features'; Classifier = 'inception-logits' }
        Show = 'LPIPS', 'FID', 'IS', 'PSNR', 'Seconds', 'Evaluations'
    }
    Published = @(
        @{ Scale = 4; Method = 'Bicubic';    LPIPS = .1257; FID = 67.94; IS = 2.25; PSNR = 28.97 }
        @{ Scale = 4; Method = 'CodeFormer'; LPIPS = .0912; FID = 17.03; IS = 2.73; PSNR = 27.45 }
        @{ Scale = 4; Method = 'DDNM';       LPIPS = .1093; FID = 24.64; IS = 2.65; PSNR = 29.00 }
        @{ Scale = 4; Method = 'DDRM';       LPIPS = .1122; FID = 30.13; IS = 2.51; PSNR = 28.07 }
        @{ Scale = 4; Method = 'SR3';        LPIPS = .0970; FID = 33.25; IS = 2.62; PSNR = 29.27 }
        @{ Scale = 4; Method = 'ILVR';       LPIPS = .0931; FID = 21.18; IS = 2.41; PSNR = 27.74 }
        @{ Scale = 4; Method = 'DR2';        LPIPS = .1767; FID = 52.58; IS = 3.07; PSNR = 23.23 }
        @{ Scale = 4; Method = 'DPS';        LPIPS = .1497; FID = 22.04; IS = 2.36; PSNR = 23.96 }
        @{ Scale = 4; Method = 'DiffFace';   LPIPS = .1048; FID = 19.86; IS = 2.65; PSNR = 27.68 }
        @{ Scale = 4; Method = 'PGDiff';     LPIPS = .0918; FID = 18.78; IS = 2.86; PSNR = 28.96 }
        @{ Scale = 4; Method = 'DPI';        LPIPS = .0894; FID = 16.90; IS = 2.89; PSNR = 28.07 }
        @{ Scale = 8; Method = 'Bicubic';    LPIPS = .2263; FID = 80.16; IS = 2.22; PSNR = 24.95 }
        @{ Scale = 8; Method = 'CodeFormer'; LPIPS = .1460; FID = 23.12; IS = 2.66; PSNR = 23.89 }
        @{ Scale = 8; Method = 'DDNM';       LPIPS = .1468; FID = 29.12; IS = 2.66; PSNR = 24.88 }
        @{ Scale = 8; Method = 'DDRM';       LPIPS = .1589; FID = 36.34; IS = 2.34; PSNR = 24.81 }
        @{ Scale = 8; Method = 'SR3';        LPIPS = .1435; FID = 56.69; IS = 2.45; PSNR = 25.48 }
        @{ Scale = 8; Method = 'ILVR';       LPIPS = .1446; FID = 25.53; IS = 2.24; PSNR = 24.21 }
        @{ Scale = 8; Method = 'DR2';        LPIPS = .1957; FID = 52.52; IS = 2.85; PSNR = 22.31 }
        @{ Scale = 8; Method = 'DPS';        LPIPS = .1893; FID = 23.48; IS = 2.31; PSNR = 21.53 }
        @{ Scale = 8; Method = 'DiffFace';   LPIPS = .1553; FID = 24.09; IS = 2.63; PSNR = 24.49 }
        @{ Scale = 8; Method = 'PGDiff';     LPIPS = .1439; FID = 22.49; IS = 2.91; PSNR = 24.53 }
        @{ Scale = 8; Method = 'DPI';        LPIPS = .1401; FID = 22.86; IS = 2.96; PSNR = 24.97 }
        @{ Scale = 16; Method = 'Bicubic';    LPIPS = .2989; FID = 158.38; IS = 2.38; PSNR = 21.65 }
        @{ Scale = 16; Method = 'CodeFormer'; LPIPS = .2162; FID = 34.15; IS = 2.50; PSNR = 20.75 }
        @{ Scale = 16; Method = 'DDNM';       LPIPS = .2074; FID = 32.38; IS = 2.42; PSNR = 21.56 }
        @{ Scale = 16; Method = 'DDRM';       LPIPS = .2088; FID = 42.48; IS = 2.14; PSNR = 21.61 }
        @{ Scale = 16; Method = 'SR3';        LPIPS = .2574; FID = 76.45; IS = 2.24; PSNR = 21.71 }
        @{ Scale = 16; Method = 'ILVR';       LPIPS = .2001; FID = 33.49; IS = 2.21; PSNR = 20.95 }
        @{ Scale = 16; Method = 'DR2';        LPIPS = .2243; FID = 53.18; IS = 2.79; PSNR = 20.57 }
        @{ Scale = 16; Method = 'DPS';        LPIPS = .2303; FID = 25.83; IS = 2.34; PSNR = 19.20 }
        @{ Scale = 16; Method = 'DiffFace';   LPIPS = .2167; FID = 31.80; IS = 2.52; PSNR = 20.32 }
        @{ Scale = 16; Method = 'PGDiff';     LPIPS = .2003; FID = 27.68; IS = 2.55; PSNR = 21.24 }
        @{ Scale = 16; Method = 'DPI';        LPIPS = .1927; FID = 27.33; IS = 2.66; PSNR = 21.68 }
    )
    Chart = @{ X = 'PSNR'; Y = 'LPIPS' }
}

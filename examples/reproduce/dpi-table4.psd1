# DPI, Table 4: what each part is worth, faces of CelebA at x8.
#
#     Invoke-SRExperiment examples/reproduce/dpi-table4.psd1 -DataDirectory data -OutFile table4.html
#
# Layout: data/celeba1000/*.jpg
@{
    Name = 'dpi-table4'
    Title = 'DPI, Table 4: ablations'
    Source = 'arXiv 2412.16552, Table 4'
    Notes = @(
        'The table''s marks are lost in the text that this was made from. Its first column is Table 1''s DPI.'
        'The section Ablation Studies names the second and third (CRT, refinement) and the fourth (stage II).'
        'The fifth and sixth are without weight and k = 4; the text tells in two ways which is which, so both are left out.'
        'Those two columns: SSIM .6362, LPIPS .1679, FID 33.78; and SSIM .6335, LPIPS .1592, FID 28.09.'
        'The paper does not say how many steps it ran; these are the 1000 of section Experiments.'
        'The authors publish no correctors (November 2026): each is trained once, on the 49,000 faces of FFHQ that the prior saw.'
        'The corrector for k = 4 is one of its own: it sees the condition on another grid.'
        'That script feeds LPIPS 0..255 times 2 less 1, and measures CelebA''s results as JPEG of quality 75; neither is done here.'
        'LpipsRange = ''Released'' among the Metrics does the first, Format = ''Jpeg''; Quality = 75 among a method''s options the second.'
    )
    Data = @{
        Name = 'CelebA1000'; Folder = 'celeba1000'; Files = 1000
        From = 'CelebA, https://mmlab.ie.cuhk.edu.hk/projects/CelebA.html; which thousand, the paper does not say.'
    }
    Prepare = @{ Prepare = 'Whole'; Size = 256 }
    Degrade = @{ Name = 'bicubic'; Shrink = 'PilBicubic' }
    Scales = 8
    Models = @(
        @{
            Name = 'ffhq-256'; Kind = 'Prior'; File = 'ffhq_10m.pt'; Bytes = 374417833
            Sha256 = '81d535743156ec6be34d8668e6920da94f0614074d7793a16c8fa9e306237faa'
            From = 'the authors of DPS, https://github.com/DPS2022/diffusion-posterior-sampling; or: Install-SRModel ffhq-256.'
        }
        @{
            Name = 'crt-x8'; Kind = 'Corrector'; File = 'crt-x8/weights.safetensors'
            From = 'Build-ConditionCorrector crt-x8 -Preset paper -Scale 8 -ImageFolder ffhq49k.'
        }
        @{
            Name = 'crt-x8-k4'; Kind = 'Corrector'; File = 'crt-x8-k4/weights.safetensors'
            From = 'Build-ConditionCorrector crt-x8-k4 -Preset paper -Scale 8 -GridStep 4 -ImageFolder ffhq49k.'
        }
        @{
            Name = 'inception-features'; Kind = 'Features'; File = 'inception.pt'
            From = 'pytorch-fid (pt_inception-2015-12-05-6726825d.pth), exported as docs/metrics.md says.'
            Architecture = 'torchscript'; ValueRange = -1, 1; ImportOptions = @{ input_size = 299; resize = 'torch-bilinear' }
        }
    )
    Methods = @(
        @{ Name = 'DPI'; Method = 'DPI'; Model = 'ffhq-256'; Corrector = 'crt-x8'; Preset = 'X8'; Sampler = 'Ddpm' }
        @{ Name = 'without CRT'; Method = 'DPI'; Model = 'ffhq-256'; Corrector = 'none'; Preset = 'X8'; Sampler = 'Ddpm' }
        @{
            Name = 'without refinement'; Method = 'DPI'; Model = 'ffhq-256'; Corrector = 'crt-x8'; Preset = 'X8'; Sampler = 'Ddpm'
            NoRefinement = $true
        }
        @{ Name = 'without stage II'; Method = 'DPI'; Model = 'ffhq-256'; Corrector = 'crt-x8'; Preset = 'X8'; Sampler = 'Ddpm'; Tau = 0 }
        @{
            Name = 'without weight'; Method = 'DPI'; Model = 'ffhq-256'; Corrector = 'crt-x8'; Preset = 'X8'; Sampler = 'Ddpm'
            NoWeight = $true
        }
        @{ Name = 'k = 4'; Method = 'DPI'; Model = 'ffhq-256'; Corrector = 'crt-x8-k4'; Preset = 'X8'; Sampler = 'Ddpm'; K = 4 }
    )
    Metrics = @{
        Preset = 'Paper-DPI'; WithLpips = $true; Sets = @{ Model = 'inception-features' }; Show = 'SSIM', 'LPIPS', 'FID', 'PSNR'
    }
    Published = @(
        @{ Method = 'DPI';                SSIM = .6881; LPIPS = .1401; FID = 22.86 }
        @{ Method = 'without CRT';        SSIM = .6933; LPIPS = .2242; FID = 73.01 }
        @{ Method = 'without refinement'; SSIM = .6873; LPIPS = .1507; FID = 23.65 }
        @{ Method = 'without stage II';   SSIM = .7278; LPIPS = .1486; FID = 53.60 }
    )
    Chart = @{ X = 'SSIM'; Y = 'LPIPS' }
}

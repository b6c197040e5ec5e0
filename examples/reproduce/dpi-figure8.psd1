# DPI, Figure 8: consistency against diversity, by tau, s, omega and k, faces at x8.
#
#     Invoke-SRExperiment examples/reproduce/dpi-figure8.psd1 -DataDirectory data -OutFile figure8.html
#
# Layout: data/celeba1000/*.jpg; a few pictures do. Four samples are drawn of each: NAME_std.png shows where they differ.
@{
    Name = 'dpi-figure8'
    Title = 'DPI, Figure 8: hyperparameters'
    Source = 'arXiv 2412.16552, Figure 8'
    Notes = @(
        'The paper shows pictures and no numbers. Their settings stand in the picture, but for the default, (e): 300, 1.2, 750.'
        'So these are around it, as the text goes through them: tau, then s, then omega, then k.'
        'More tau, s or omega is more diversity and less consistency, says the paper; PSNR falls then.'
    )
    Data = @{
        Name = 'CelebA1000'; Folder = 'celeba1000'
        From = 'CelebA, https://mmlab.ie.cuhk.edu.hk/projects/CelebA.html; any aligned faces do.'
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
    )
    Methods = @(
        @{
            Name = 'DPI'; Method = 'DPI'; Model = 'ffhq-256'; Corrector = 'crt-x8'; Preset = 'X8'; Sampler = 'Ddpm'; Samples = 4
            Sweep = @(
                @{ Tau = 0, 100, 300, 500, 700; S = 1.2; Omega = 750 }
                @{ Tau = 300; S = .6, .9, 1.5, 2; Omega = 750 }
                @{ Tau = 300; S = 1.2; Omega = 300, 500, 1000, 1500 }
            )
        }
        @{
            Name = 'DPI, k = 4'; Method = 'DPI'; Model = 'ffhq-256'; Corrector = 'crt-x8-k4'; Preset = 'X8'; Sampler = 'Ddpm'; Samples = 4
            K = 4; Tau = 300; S = 1.2; Omega = 750
        }
    )
    Metrics = @{ Preset = 'Paper-DPI'; Show = 'PSNR', 'SSIM', 'LPIPS', 'LR-PSNR'; WithLrPsnr = $true }
    Chart = @{ X = 'PSNR'; Y = 'LPIPS' }, @{ X = 'Tau'; Y = 'PSNR', 'LPIPS'; By = 'S', 'Omega' }
}

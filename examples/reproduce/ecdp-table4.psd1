# ECDP, Table 4: faces of CelebA at x8, from 20x20.
#
#     Invoke-SRExperiment examples/reproduce/ecdp-table4.psd1 -DataDirectory data -OutFile table4.html
#
# Layout: data/celeba/test/*.jpg, the aligned edition of 178x218.
@{
    Name = 'ecdp-table4'
    Title = 'ECDP, Table 4: CelebA x8'
    Source = 'ECDP (AAAI 2024), Table 4'
    Notes = @(
        'The paper measures with LPIPS, its main metric, PSNR and SSIM in RGB; its seeds and temperature are not told: temperature 1.'
        'No weights are published (November 2026): the network is trained once, by a preset (docs/ecdp.md). Tolerances are .001.'
        'Parameters are those of all networks, in millions.'
        'The crop is SRFlow''s, whose text names no coordinates: docs/data.md says what is taken.'
        'Nor does the paper say how many pictures of the test part it measured.'
    )
    Data = @{
        Name = 'CelebA'; Folder = 'celeba/test'
        From = 'CelebA, https://mmlab.ie.cuhk.edu.hk/projects/CelebA.html, the test part of list_eval_partition.txt.'
    }
    Prepare = @{ Prepare = 'CelebA' }
    Degrade = @{ Name = 'bicubic' }
    Scales = 8
    Models = @(
        @{
            Name = 'ecdp-celeba'; Kind = 'Flow'; File = 'ecdp-celeba/weights.safetensors'; Trial = 'pssr-flow-x4'
            From = 'Build-FlowUpscaler ecdp-celeba -Preset paper-celeba -QualityFeatures torchvision-vgg19 -ImageFolder celeba.'
        }
    )
    Methods = @{ Name = 'ECDP'; Method = 'ECDP'; Model = 'ecdp-celeba'; Solver = 'DormandPrince'; Temperature = 1 }
    Metrics = @{
        Preset = 'Paper-ECDP'; WithLpips = $true; WithLrPsnr = $true
        Show = 'LPIPS', 'PSNR', 'SSIM', 'LR-PSNR', 'Parameters', 'Evaluations', 'Seconds'
    }
    Published = @(
        @{ Method = 'RRDB';   LPIPS = .230; PSNR = 26.59; SSIM = .77; Parameters = 16.7 }
        @{ Method = 'ESRGAN'; LPIPS = .120; PSNR = 22.88; SSIM = .63; Parameters = 16.7 }
        @{ Method = 'SRFlow'; LPIPS = .110; PSNR = 25.24; SSIM = .71; Parameters = 40.0 }
        @{ Method = 'HCFlow'; LPIPS = .090; PSNR = 24.83; SSIM = .69; Parameters = 27.0 }
        @{ Method = 'SR3';    LPIPS = .109; PSNR = 24.26; SSIM = .68; Parameters = 97.8 }
        @{ Method = 'SRDiff'; LPIPS = .106; PSNR = 25.38; SSIM = .74; Parameters = 12.0 }
        @{ Method = 'ECDP';   LPIPS = .097; PSNR = 25.48; SSIM = .73; Parameters = 40.0 }
    )
    Chart = @{ X = 'PSNR'; Y = 'LPIPS' }
}

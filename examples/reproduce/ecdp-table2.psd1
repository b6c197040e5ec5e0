# ECDP, Table 2: ImageNet's validation pictures at x4, from 64x64.
#
#     Invoke-SRExperiment examples/reproduce/ecdp-table2.psd1 -DataDirectory data -OutFile table2.html
#
# Layout: data/imagenet/val/*.JPEG
@{
    Name = 'ecdp-table2'
    Title = 'ECDP, Table 2: ImageNet x4'
    Source = 'ECDP (AAAI 2024), Table 2'
    Notes = @(
        'The paper measures with LPIPS, its main metric, PSNR and SSIM in RGB; its seeds and temperature are not told: temperature 1.'
        'No weights are published (November 2026): the network is trained once, by a preset (docs/ecdp.md). Tolerances are .001.'
        'Parameters are those of all networks, in millions; the table has none for GDP and DiffPIR.'
        'The paper does not say how many of the 50,000 validation pictures it measured.'
    )
    Data = @{
        Name = 'ImageNet'; Folder = 'imagenet/val'; Recurse = $true
        From = 'ImageNet (ILSVRC 2012), https://image-net.org, its validation part.'
    }
    Prepare = @{ Prepare = 'Square'; Size = 256 }
    Degrade = @{ Name = 'bicubic' }
    Scales = 4
    Models = @(
        @{
            Name = 'ecdp-imagenet'; Kind = 'Flow'; File = 'ecdp-imagenet/weights.safetensors'; Trial = 'pssr-flow-x4'
            From = 'Build-FlowUpscaler ecdp-imagenet -Preset paper-imagenet -QualityFeatures torchvision-vgg19 -ImageFolder imagenet.'
        }
    )
    Methods = @{ Name = 'ECDP'; Method = 'ECDP'; Model = 'ecdp-imagenet'; Solver = 'DormandPrince'; Temperature = 1 }
    Metrics = @{
        Preset = 'Paper-ECDP'; WithLpips = $true; WithLrPsnr = $true
        Show = 'LPIPS', 'PSNR', 'SSIM', 'LR-PSNR', 'Parameters', 'Evaluations', 'Seconds'
    }
    Published = @(
        @{ Method = 'RRDB';    LPIPS = .245; PSNR = 27.23; SSIM = .78; Parameters = 16.7 }
        @{ Method = 'ESRGAN';  LPIPS = .123; PSNR = 24.18; SSIM = .67; Parameters = 16.7 }
        @{ Method = 'SRFlow';  LPIPS = .142; PSNR = 24.09; SSIM = .67; Parameters = 39.5 }
        @{ Method = 'HCFlow';  LPIPS = .129; PSNR = 25.07; SSIM = .70; Parameters = 23.2 }
        @{ Method = 'SR3';     LPIPS = .191; PSNR = 26.40; SSIM = .76; Parameters = 625 }
        @{ Method = 'SRDiff';  LPIPS = .154; PSNR = 24.04; SSIM = .59; Parameters = 37.6 }
        @{ Method = 'GDP';     LPIPS = .240; PSNR = 24.42; SSIM = .68 }
        @{ Method = 'DiffPIR'; LPIPS = .219; PSNR = 25.19; SSIM = .70 }
        @{ Method = 'ECDP';    LPIPS = .110; PSNR = 25.81; SSIM = .74; Parameters = 37.6 }
    )
    Chart = @{ X = 'PSNR'; Y = 'LPIPS' }
}

# ECDP, Table 1: DIV2K's validation pictures, whole, at x4.
#
#     Invoke-SRExperiment examples/reproduce/ecdp-table1.psd1 -DataDirectory data -OutFile table1.html
#
# Layout: data/DIV2K_valid_HR/0801.png to 0900.png
@{
    Name = 'ecdp-table1'
    Title = 'ECDP, Table 1: DIV2K x4'
    Source = 'ECDP (AAAI 2024), Table 1'
    Notes = @(
        'The paper measures with LPIPS, its main metric, PSNR and SSIM in RGB; its seeds and temperature are not told: temperature 1.'
        'No weights are published (November 2026): the network is trained once, by a preset (docs/ecdp.md). Tolerances are .001.'
        'Parameters are those of all networks, in millions.'
        'Pictures of 2000 pixels a side are walked in tiles where memory asks for it (docs/ecdp.md).'
    )
    Data = @(
        @{
            Name = 'DIV2K'; Folder = 'DIV2K_valid_HR'; Files = 100
            From = 'DIV2K, https://data.vision.ee.ethz.ch/cvl/DIV2K/, its validation part.'
        }
    )
    Degrade = @{ Name = 'bicubic'; CropToScale = $true }
    Scales = 4
    Models = @(
        @{
            Name = 'ecdp-div2k'; Kind = 'Flow'; File = 'ecdp-div2k/weights.safetensors'; Trial = 'pssr-flow-x4'
            From = 'Build-FlowUpscaler ecdp-div2k -Preset paper-div2k -QualityFeatures torchvision-vgg19 -ImageFolder DF2K.'
        }
    )
    Methods = @(
        @{ Name = 'ECDP'; Method = 'ECDP'; Model = 'ecdp-div2k'; Solver = 'DormandPrince'; Temperature = 1 }
        @{ Name = 'ECDP, temperature 0'; Method = 'ECDP'; Model = 'ecdp-div2k'; Solver = 'DpmSolver'; Temperature = 0; Steps = 1 }
    )
    Metrics = @{
        Preset = 'Paper-ECDP'; WithLpips = $true; WithLrPsnr = $true
        Show = 'LPIPS', 'PSNR', 'SSIM', 'LR-PSNR', 'Parameters', 'Evaluations', 'Seconds'
    }
    Published = @(
        @{ Method = 'RRDB';   LPIPS = .253; PSNR = 29.44; SSIM = .84; Parameters = 16.7 }
        @{ Method = 'ESRGAN'; LPIPS = .124; PSNR = 26.22; SSIM = .75; Parameters = 16.7 }
        @{ Method = 'SRFlow'; LPIPS = .120; PSNR = 27.09; SSIM = .76; Parameters = 39.5 }
        @{ Method = 'HCFlow'; LPIPS = .110; PSNR = 26.61; SSIM = .74; Parameters = 23.2 }
        @{ Method = 'SR3';    LPIPS = .175; PSNR = 25.90; SSIM = .75; Parameters = 97.8 }
        @{ Method = 'SRDiff'; LPIPS = .136; PSNR = 27.41; SSIM = .79; Parameters = 37.6 }
        @{ Method = 'IR-SDE'; LPIPS = .231; PSNR = 25.90; SSIM = .66; Parameters = 137.1 }
        @{ Method = 'ECDP';   LPIPS = .108; PSNR = 28.03; SSIM = .79; Parameters = 42.6 }
    )
    Chart = @{ X = 'PSNR'; Y = 'LPIPS' }
}

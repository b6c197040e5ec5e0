# ECDP, Table 7: how the image quality loss samples, DIV2K at x4. Three trainings come first.
#
#     Invoke-SRExperiment examples/reproduce/ecdp-table7.psd1 -DataDirectory data -OutFile table7.html
#
# Layout: data/DF2K to train on, data/DIV2K_valid_HR to measure.
@{
    Name = 'ecdp-table7'
    Title = 'ECDP, Table 7: the image quality loss'
    Source = 'ECDP (AAAI 2024), Table 7 (appendix C.2)'
    Notes = @(
        'SRDiff and SR3, with the loss (++) and without, are other methods: their rows are the paper''s alone.'
        'Without probability flow, stage 2 samples by the authors'' discrete path with noise at each step: 20; the paper tells no number.'
        'Both trainings with the loss go on from the one without.'
    )
    Data = @(
        @{
            Name = 'DIV2K'; Folder = 'DIV2K_valid_HR'; Files = 100
            From = 'DIV2K, https://data.vision.ee.ethz.ch/cvl/DIV2K/, its validation part.'
        }
        @{
            Name = 'DF2K'; Folder = 'DF2K'; Files = 3450
            From = 'DIV2K''s 800 training pictures and Flickr2K''s 2650 in one folder: New-DegradedImage -Merge -Scale 1 makes it.'
        }
    )
    Degrade = @{ Name = 'bicubic'; CropToScale = $true; Only = @{ Data = 'DIV2K' } }
    Scales = 4
    Models = @{
        Name = 'torchvision-vgg19'; Kind = 'Features'; File = 'vgg19-dcbb9e9d.pth'; Bytes = 574673361
        Sha256 = 'dcbb9e9dad569fff7a846263a77324fc34978fea2bfb039c012d710e1776ae44'
        From = 'https://download.pytorch.org/models/vgg19-dcbb9e9d.pth; or: Install-SRModel torchvision-vgg19.'
    }
    Train = @(
        @{
            Name = 'no-quality'; Kind = 'Flow'; Preset = 'paper-div2k'; Data = 'DF2K'; QualitySteps = 0
        }
        @{
            Name = 'quality'; Kind = 'Flow'; Preset = 'paper-div2k'; Data = 'DF2K'; Flow = 'no-quality'
            QualitySteps = 1000; QualityFeatures = 'torchvision-vgg19'
        }
        @{
            Name = 'quality-ddpm'; Kind = 'Flow'; Preset = 'paper-div2k'; Data = 'DF2K'; Flow = 'no-quality'; QualitySampler = 'Ddpm'
            QualitySteps = 1000; QualityFeatures = 'torchvision-vgg19'
        }
    )
    Methods = @(
        @{ Name = 'ECDP'; Method = 'ECDP'; Model = 'quality'; Solver = 'DormandPrince'; Temperature = 1 }
        @{ Name = 'ECDP, without probability flow'; Method = 'ECDP'; Model = 'quality-ddpm'; Solver = 'DormandPrince'; Temperature = 1 }
        @{ Name = 'ECDP, without L_iq'; Method = 'ECDP'; Model = 'no-quality'; Solver = 'DormandPrince'; Temperature = 1 }
    )
    Metrics = @{ Preset = 'Paper-ECDP'; WithLpips = $true; WithLrPsnr = $true; Show = 'LPIPS', 'PSNR', 'SSIM', 'LR-PSNR' }
    Published = @(
        @{ Data = 'DIV2K'; Method = 'SRDiff';                         LPIPS = .136; PSNR = 27.41; SSIM = .79 }
        @{ Data = 'DIV2K'; Method = 'SRDiff++';                       LPIPS = .126; PSNR = 27.74; SSIM = .79 }
        @{ Data = 'DIV2K'; Method = 'SR3';                            LPIPS = .175; PSNR = 25.90; SSIM = .75 }
        @{ Data = 'DIV2K'; Method = 'SR3++';                          LPIPS = .167; PSNR = 25.20; SSIM = .72 }
        @{ Data = 'DIV2K'; Method = 'ECDP, without L_iq';             LPIPS = .120; PSNR = 27.26; SSIM = .76 }
        @{ Data = 'DIV2K'; Method = 'ECDP, without probability flow'; LPIPS = .112; PSNR = 27.80; SSIM = .78 }
        @{ Data = 'DIV2K'; Method = 'ECDP';                           LPIPS = .108; PSNR = 28.03; SSIM = .79 }
    )
    Chart = @{ X = 'PSNR'; Y = 'LPIPS' }
}

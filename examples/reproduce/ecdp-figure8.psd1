# ECDP, Figure 8: LPIPS while each parametrisation is trained. Three trainings come first.
#
#     Invoke-SRExperiment examples/reproduce/ecdp-figure8.psd1 -DataDirectory data -OutFile figure8.html
#
# Layout: data/DF2K to train on, data/DIV2K_valid_HR to measure.
@{
    Name = 'ecdp-figure8'
    Title = 'ECDP, Figure 8: LPIPS during training'
    Source = 'ECDP (AAAI 2024), Figure 8 (appendix C.1)'
    Notes = @(
        'The paper shows curves and no numbers. Says its text: the hybrid has the best LPIPS over the whole training.'
        'It measures patches of the validation pictures: here the middle 160x160, as large as those of the training.'
        'Trained by the preset paper-div2k (docs/ecdp.md), stages 0 and 1: the image quality loss is no part of the figure.'
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
    Prepare = @{ Prepare = 'Square'; CropSize = 160; Size = 160 }
    Degrade = @{ Name = 'bicubic'; Only = @{ Data = 'DIV2K' } }
    Scales = 4
    Train = @(
        @{
            Name = 'hybrid'; Kind = 'Flow'; Preset = 'paper-div2k'; Data = 'DF2K'; Parametrization = 'Hybrid'; QualitySteps = 0
            Checkpoints = 10750, 21500, 32250, 43000, 53750, 64500, 75250, 86000, 96750
        }
        @{
            Name = 'epsilon'; Kind = 'Flow'; Preset = 'paper-div2k'; Data = 'DF2K'; Parametrization = 'Epsilon'; QualitySteps = 0
            Checkpoints = 10750, 21500, 32250, 43000, 53750, 64500, 75250, 86000, 96750
        }
        @{
            Name = 'x0'; Kind = 'Flow'; Preset = 'paper-div2k'; Data = 'DF2K'; Parametrization = 'X0'; QualitySteps = 0
            Checkpoints = 10750, 21500, 32250, 43000, 53750, 64500, 75250, 86000, 96750
        }
    )
    Methods = @(
        @{
            Name = 'hybrid'; Method = 'ECDP'; Solver = 'DormandPrince'; Temperature = 1
            Sweep = @{
                Model = 'hybrid@10750', 'hybrid@21500', 'hybrid@32250', 'hybrid@43000', 'hybrid@53750',
                'hybrid@64500', 'hybrid@75250', 'hybrid@86000', 'hybrid@96750'
            }
        }
        @{
            Name = 'epsilon'; Method = 'ECDP'; Solver = 'DormandPrince'; Temperature = 1
            Sweep = @{
                Model = 'epsilon@10750', 'epsilon@21500', 'epsilon@32250', 'epsilon@43000', 'epsilon@53750',
                'epsilon@64500', 'epsilon@75250', 'epsilon@86000', 'epsilon@96750'
            }
        }
        @{
            Name = 'x'; Method = 'ECDP'; Solver = 'DormandPrince'; Temperature = 1
            Sweep = @{
                Model = 'x0@10750', 'x0@21500', 'x0@32250', 'x0@43000', 'x0@53750',
                'x0@64500', 'x0@75250', 'x0@86000', 'x0@96750'
            }
        }
    )
    WithoutBaselines = $true
    Metrics = @{ Preset = 'Paper-ECDP'; WithLpips = $true; Show = 'LPIPS', 'PSNR', 'SSIM' }
    Chart = @{ X = 'Step'; Y = 'LPIPS'; By = 'Method' }
}

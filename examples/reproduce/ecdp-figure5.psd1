# ECDP, Figure 5: what each parametrisation expects of a noisy picture. Three trainings come first.
#
#     Invoke-SRExperiment examples/reproduce/ecdp-figure5.psd1 -DataDirectory data
#
# Layout: data/DF2K to train on, data/DIV2K_valid_HR for pictures; one does. Beside each result lie NAME_t0.9_x0.png (what is expected),
# NAME_t0.9_x.png (the state) and those of later moments, and a sheet of all.
@{
    Name = 'ecdp-figure5'
    Title = 'ECDP, Figure 5: denoising by parametrisation'
    Source = 'ECDP (AAAI 2024), Figure 5'
    Notes = @(
        'The paper shows pictures and no numbers, and does not say at which time.'
        'Says its text: epsilon leaves artifacts where there is much noise, x none; the hybrid has the better of both at each time.'
        'Trained by the preset paper-div2k (docs/ecdp.md), stages 0 and 1.'
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
    Prepare = @{ Prepare = 'Square'; CropSize = 256; Size = 256 }
    Degrade = @{ Name = 'bicubic'; Only = @{ Data = 'DIV2K' } }
    Scales = 4
    Train = @(
        @{
            Name = 'hybrid'; Kind = 'Flow'; Preset = 'paper-div2k'; Data = 'DF2K'; Parametrization = 'Hybrid'; QualitySteps = 0
        }
        @{
            Name = 'epsilon'; Kind = 'Flow'; Preset = 'paper-div2k'; Data = 'DF2K'; Parametrization = 'Epsilon'; QualitySteps = 0
        }
        @{
            Name = 'x0'; Kind = 'Flow'; Preset = 'paper-div2k'; Data = 'DF2K'; Parametrization = 'X0'; QualitySteps = 0
        }
    )
    Methods = @(
        @{ Name = 'hybrid'; Method = 'ECDP'; Model = 'hybrid'; Solver = 'DormandPrince'; Temperature = 1; Trace = .9, .7, .5, .3, .1 }
        @{ Name = 'epsilon'; Method = 'ECDP'; Model = 'epsilon'; Solver = 'DormandPrince'; Temperature = 1; Trace = .9, .7, .5, .3, .1 }
        @{ Name = 'x'; Method = 'ECDP'; Model = 'x0'; Solver = 'DormandPrince'; Temperature = 1; Trace = .9, .7, .5, .3, .1 }
    )
    Metrics = @{ Preset = 'Paper-ECDP' }
}

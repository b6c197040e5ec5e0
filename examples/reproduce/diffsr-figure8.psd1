# Diff-SR, Figure 8: what noise does at low and at high frequencies.
#
#     Invoke-SRExperiment examples/reproduce/diffsr-figure8.psd1 -DataDirectory photos -OutFile figure8.html
#
# The figure's maps are sheets, of any of the experiment's results:
#
#     Measure-FrequencyError experiments/diffsr-figure8/cells/*/*/pictures experiments/diffsr-figure8/true -Recurse -SheetDirectory sheets
@{
    Name = 'diffsr-figure8'
    Title = 'Diff-SR, Figure 8: errors by frequency'
    Source = 'arXiv 2306.00714, Figure 8 (appendix F)'
    Notes = @(
        'The paper shows pictures and no numbers, and does not say at which scale or how large its box is: x4, and what bicubic carries.'
        'Says its text: with little noise the error is at high frequencies, with much at low ones, and between both are small.'
        'The prior is that of Table 2; which one the paper took here, it does not say.'
        'Model = ''pssr-prior'' takes the embedded prior, which was trained at low noise: a twentieth of these levels suits it.'
    )
    Data = @{
        Name = 'pictures'; Folder = '.'
        From = 'any folder of pictures; the paper''s are not named.'
    }
    Prepare = @{ Prepare = 'CentreCrop'; Size = 256 }
    Degrade = @{ Name = 'bicubic' }
    Scales = 4
    Models = @(
        @{
            Name = 'diffsr-reds'; Kind = 'Prior'; File = 'diffsr-reds/weights.safetensors'
            From = 'Build-DiffusionPrior diffsr-reds -Preset paper -ImageFolder data/reds/train.'
        }
    )
    Methods = @{ Name = 'Diff-SR'; Method = 'DiffSR'; Model = 'diffsr-reds'; Sweep = @{ NoiseLevel = .05, .1, .2, .3, .4, .5, .6, .7, .8 } }
    Metrics = @{ Preset = 'Paper-DiffSR'; Frequency = @{}; Show = 'Low', 'High', 'LowMap', 'HighMap', 'PSNR', 'LPIPS' }
    Chart = @{ X = 'NoiseLevel'; Y = 'Low', 'High', 'LowMap', 'HighMap' }
}

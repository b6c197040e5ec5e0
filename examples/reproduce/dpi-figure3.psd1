# DPI, Figure 3: the condition as it is refined, at the start, at step 500 and at step 50 of 1000.
#
#     Invoke-SRExperiment examples/reproduce/dpi-figure3.psd1 -DataDirectory data
#
# Layout: data/celeba1000/*.jpg; one picture does. Beside each result lie NAME_t1_y.png, _t0.5_y.png and _t0.05_y.png (and the state x,
# what is expected of it, x0, and the mask), and a sheet of all.
@{
    Name = 'dpi-figure3'
    Title = 'DPI, Figure 3: refinement of the condition'
    Source = 'arXiv 2412.16552, Figure 3'
    Notes = @(
        'The paper shows pictures and no numbers, and does not say at which scale; x8 is that of its ablations.'
        'Without refinement, for comparison, the condition does not follow the sample.'
        'Moments are shares of the walk: 1 its start, 0.5 step 500, 0.05 step 50.'
    )
    Data = @{
        Name = 'CelebA1000'; Folder = 'celeba1000'
        From = 'CelebA, https://mmlab.ie.cuhk.edu.hk/projects/CelebA.html; any aligned face does.'
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
    )
    Methods = @(
        @{
            Name = 'DPI'; Method = 'DPI'; Model = 'ffhq-256'; Corrector = 'crt-x8'; Preset = 'X8'; Sampler = 'Ddpm'
            Trace = 1, .5, .05
        }
        @{
            Name = 'without refinement'; Method = 'DPI'; Model = 'ffhq-256'; Corrector = 'crt-x8'; Preset = 'X8'; Sampler = 'Ddpm'
            NoRefinement = $true; Trace = 1, .5, .05
        }
    )
    Metrics = @{ Preset = 'Paper-DPI' }
    Trial = @{ Steps = 4 }
}

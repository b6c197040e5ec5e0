# DPI, Table 5: what it costs beside the prior alone.
#
#     Invoke-SRExperiment examples/reproduce/dpi-table5.psd1 -DataDirectory data -OutFile table5.html
#
# Layout: data/celeba1000/*.jpg; a few pictures do.
@{
    Name = 'dpi-table5'
    Title = 'DPI, Table 5: complexity'
    Source = 'arXiv 2412.16552, Table 5 (appendix D)'
    Notes = @(
        'Times are those of the machine that ran it; the paper does not name its own (its training ran on RTX 3080 Ti).'
        'The paper gives the time of a step of ILVR, 32 ms, and of others what they take more; their sums are entered here.'
        'Ours are of a whole picture, with reading and writing, over its evaluations: take pictures enough that the start does not count.'
        'The prior alone is DPI without a corrector: the paper''s comparison is ILVR, whose conditioning costs next to nothing.'
        'Memory is the process''s peak where the network runs on the processor; docs/runs.md says what it is on a GPU.'
    )
    Data = @{
        Name = 'CelebA1000'; Folder = 'celeba1000'
        From = 'CelebA, https://mmlab.ie.cuhk.edu.hk/projects/CelebA.html; any faces do.'
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
        @{ Name = 'DPI'; Method = 'DPI'; Model = 'ffhq-256'; Corrector = 'crt-x8'; Preset = 'X8'; Precision = 'fp32' }
        @{ Name = 'prior alone'; Method = 'DPI'; Model = 'ffhq-256'; Corrector = 'none'; Preset = 'X8'; Precision = 'fp32' }
    )
    WithoutBaselines = $true
    Metrics = @{ Preset = 'Paper-DPI'; WithLpips = $false; Show = 'Evaluations', 'StepTime', 'Memory', 'Added', 'Seconds', 'PSNR' }
    Published = @(
        @{ Method = 'ILVR';   Evaluations = 1000; StepTime = 32; Memory = 1196; Added = 0 }
        @{ Method = 'DDRM';   Evaluations = 20;   StepTime = 34; Memory = 1146; Added = 0 }
        @{ Method = 'DDNM+';  Evaluations = 100;  StepTime = 57; Memory = 1554; Added = 0 }
        @{ Method = 'DR2';    Evaluations = 30;   StepTime = 89; Memory = 2794; Added = 85.79 }
        @{ Method = 'DPS';    Evaluations = 1000; StepTime = 68; Memory = 2896; Added = 0 }
        @{ Method = 'PGDiff'; Evaluations = 2000; StepTime = 71; Memory = 4796; Added = 16.77 }
        @{ Method = 'DPI';    Evaluations = 20;   StepTime = 50; Memory = 1354; Added = 5.86 }
    )
}

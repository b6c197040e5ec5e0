# DPI, Table 3: whether faces are still the same persons', CelebA1000.
#
#     Invoke-SRExperiment examples/reproduce/dpi-table3.psd1 -DataDirectory data -OutFile table3.html
#
# Layout: data/celeba1000/*.jpg
@{
    Name = 'dpi-table3'
    Title = 'DPI, Table 3: faces recognised, CelebA1000'
    Source = 'arXiv 2412.16552, Table 3'
    Notes = @(
        'The paper gives settings for 1000 steps (section Experiments) and for 20 (appendix A), and does not say which this table ran.'
        'The row DPI runs 1000, DPI, 20 steps the others; published values stand beside the first.'
        'The authors publish no correctors (November 2026): each is trained once, on the 49,000 faces of FFHQ that the prior saw.'
        'Preparation and shrinking are those of the released script: the whole picture to 256x256, and Pillow''s bicubic.'
        'CS is the cosine distance of the embeddings of result and truth, ACC the share below 0.4, in percent.'
        'The paper names DeepFace and the threshold, and neither its network nor how faces were cut out; VGG-Face is DeepFace''s default.'
        'DeepFace finds and aligns faces first; here pictures are embedded whole, as both are aligned already.'
        'The text has 60.0 for the ACC of bicubic at x16, above most methods though its CS is the worst; entered as it stands.'
    )
    Data = @{
        Name = 'CelebA1000'; Folder = 'celeba1000'; Files = 1000
        From = 'CelebA, https://mmlab.ie.cuhk.edu.hk/projects/CelebA.html; which thousand, the paper does not say.'
    }
    Prepare = @{ Prepare = 'Whole'; Size = 256 }
    Degrade = @{ Name = 'bicubic'; Shrink = 'PilBicubic' }
    Scales = 4, 8, 16
    Models = @(
        @{
            Name = 'ffhq-256'; Kind = 'Prior'; File = 'ffhq_10m.pt'; Bytes = 374417833
            Sha256 = '81d535743156ec6be34d8668e6920da94f0614074d7793a16c8fa9e306237faa'
            From = 'the authors of DPS, https://github.com/DPS2022/diffusion-posterior-sampling; or: Install-SRModel ffhq-256.'
        }
        @{
            Name = 'crt-x4'; Kind = 'Corrector'; File = 'crt-x4/weights.safetensors'
            From = 'Build-ConditionCorrector crt-x4 -Preset paper -Scale 4 -ImageFolder ffhq49k.'
        }
        @{
            Name = 'crt-x8'; Kind = 'Corrector'; File = 'crt-x8/weights.safetensors'
            From = 'Build-ConditionCorrector crt-x8 -Preset paper -Scale 8 -ImageFolder ffhq49k.'
        }
        @{
            Name = 'crt-x16'; Kind = 'Corrector'; File = 'crt-x16/weights.safetensors'
            From = 'Build-ConditionCorrector crt-x16 -Preset paper -Scale 16 -ImageFolder ffhq49k.'
        }
        @{
            Name = 'vgg-face'; Kind = 'Features'; File = 'vgg-face.pt'
            From = 'DeepFace (https://github.com/serengil/deepface), its VGG-Face as TorchScript, from [1,3,224,224] to [1,D].'
            Architecture = 'torchscript'; ImportOptions = @{ input_size = 224 }
        }
    )
    Methods = @(
        @{
            Name = 'DPI'; Only = @{ Scales = 4 }
            Method = 'DPI'; Model = 'ffhq-256'; Corrector = 'crt-x4'; Preset = 'X4'; Sampler = 'Ddpm'
        }
        @{
            Name = 'DPI'; Only = @{ Scales = 8 }
            Method = 'DPI'; Model = 'ffhq-256'; Corrector = 'crt-x8'; Preset = 'X8'; Sampler = 'Ddpm'
        }
        @{
            Name = 'DPI'; Only = @{ Scales = 16 }
            Method = 'DPI'; Model = 'ffhq-256'; Corrector = 'crt-x16'; Preset = 'X16'; Sampler = 'Ddpm'
        }
        @{
            Name = 'DPI, 20 steps'; Only = @{ Scales = 4 }
            Method = 'DPI'; Model = 'ffhq-256'; Corrector = 'crt-x4'; Preset = 'X4'
        }
        @{
            Name = 'DPI, 20 steps'; Only = @{ Scales = 8 }
            Method = 'DPI'; Model = 'ffhq-256'; Corrector = 'crt-x8'; Preset = 'X8'
        }
        @{
            Name = 'DPI, 20 steps'; Only = @{ Scales = 16 }
            Method = 'DPI'; Model = 'ffhq-256'; Corrector = 'crt-x16'; Preset = 'X16'
        }
    )
    Metrics = @{
        Preset = 'Paper-DPI'; WithLpips = $false; Faces = @{ Embedder = 'vgg-face'; Threshold = .4 }
        Show = 'CS', 'ACC', 'PSNR'
    }
    Published = @(
        @{ Scale = 4; Method = 'Bicubic';    CS = .1061; ACC = 90.2 }
        @{ Scale = 4; Method = 'CodeFormer'; CS = .0991; ACC = 94.8 }
        @{ Scale = 4; Method = 'DDRM';       CS = .1466; ACC = 92.8 }
        @{ Scale = 4; Method = 'SR3';        CS = .0831; ACC = 93.7 }
        @{ Scale = 4; Method = 'ILVR';       CS = .0898; ACC = 91.5 }
        @{ Scale = 4; Method = 'DR2';        CS = .2455; ACC = 89.4 }
        @{ Scale = 4; Method = 'DPS';        CS = .2470; ACC = 92.2 }
        @{ Scale = 4; Method = 'PGDiff';     CS = .0870; ACC = 93.1 }
        @{ Scale = 4; Method = 'DPI';        CS = .0807; ACC = 95.3 }
        @{ Scale = 8; Method = 'Bicubic';    CS = .3276; ACC = 78.3 }
        @{ Scale = 8; Method = 'CodeFormer'; CS = .2253; ACC = 92.2 }
        @{ Scale = 8; Method = 'DDRM';       CS = .2781; ACC = 87.7 }
        @{ Scale = 8; Method = 'SR3';        CS = .2264; ACC = 91.2 }
        @{ Scale = 8; Method = 'ILVR';       CS = .2363; ACC = 90.8 }
        @{ Scale = 8; Method = 'DR2';        CS = .3264; ACC = 76.9 }
        @{ Scale = 8; Method = 'DPS';        CS = .3603; ACC = 66.6 }
        @{ Scale = 8; Method = 'PGDiff';     CS = .2103; ACC = 90.8 }
        @{ Scale = 8; Method = 'DPI';        CS = .2100; ACC = 92.5 }
        @{ Scale = 16; Method = 'Bicubic';    CS = .6475; ACC = 60.0 }
        @{ Scale = 16; Method = 'CodeFormer'; CS = .3950; ACC = 53.5 }
        @{ Scale = 16; Method = 'DDRM';       CS = .4155; ACC = 47.5 }
        @{ Scale = 16; Method = 'SR3';        CS = .4015; ACC = 49.9 }
        @{ Scale = 16; Method = 'ILVR';       CS = .3998; ACC = 53.3 }
        @{ Scale = 16; Method = 'DR2';        CS = .3955; ACC = 52.8 }
        @{ Scale = 16; Method = 'DPS';        CS = .4550; ACC = 31.8 }
        @{ Scale = 16; Method = 'PGDiff';     CS = .4064; ACC = 59.8 }
        @{ Scale = 16; Method = 'DPI';        CS = .3449; ACC = 72.8 }
    )
}

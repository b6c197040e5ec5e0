# DPI, Table 2: real photographs of faces, mildly, moderately and heavily degraded.
#
#     Invoke-SRExperiment examples/reproduce/dpi-table2.psd1 -DataDirectory data -OutFile table2.html
#
# Layout: data/lfw, data/webphoto and data/wider with aligned faces, data/ffhq with FFHQ's own, which FID compares with.
@{
    Name = 'dpi-table2'
    Title = 'DPI, Table 2: faces of the real world'
    Source = 'arXiv 2412.16552, Table 2'
    Notes = @(
        'The pictures have the result''s size already: they are brought to 256x256, and DPI runs at a scale of 1 with the preset real.'
        'Input is that picture as it is. PSNR and SSIM would be against it, and are not shown.'
        'The numbers of pictures are those of CodeFormer''s test sets, whose settings the paper says it keeps to.'
        'The paper does not say what FID compares with; CodeFormer takes FFHQ.'
        'Nor does it say how many steps it ran; these are the 1000 of section Experiments.'
        'The authors publish no correctors (November 2026): each is trained once, on the 49,000 faces of FFHQ that the prior saw.'
        'The corrector: CodeFormer has two sets of degradations and the paper does not say which. This is that of its second stage.'
        'GFPGAN on LFW and VQFR on WIDER are missing in the paper, too.'
    )
    Data = @(
        @{
            Name = 'LFW'; Folder = 'lfw'; References = 'ffhq'; Files = 1711
            From = 'LFW-Test of https://github.com/sczhou/CodeFormer, aligned; FFHQ: https://github.com/NVlabs/ffhq-dataset.'
        }
        @{
            Name = 'WebPhoto'; Folder = 'webphoto'; References = 'ffhq'; Files = 407
            From = 'WebPhoto-Test of https://github.com/sczhou/CodeFormer, aligned; FFHQ: https://github.com/NVlabs/ffhq-dataset.'
        }
        @{
            Name = 'WIDER'; Folder = 'wider'; References = 'ffhq'; Files = 970
            From = 'WIDER-Test of https://github.com/sczhou/CodeFormer, aligned; FFHQ: https://github.com/NVlabs/ffhq-dataset.'
        }
    )
    Prepare = @{ Prepare = 'Whole'; Size = 256 }
    Degrade = @{ Name = 'as-found'; Scale = 1 }
    Models = @(
        @{
            Name = 'ffhq-256'; Kind = 'Prior'; File = 'ffhq_10m.pt'; Bytes = 374417833
            Sha256 = '81d535743156ec6be34d8668e6920da94f0614074d7793a16c8fa9e306237faa'
            From = 'the authors of DPS, https://github.com/DPS2022/diffusion-posterior-sampling; or: Install-SRModel ffhq-256.'
        }
        @{
            Name = 'crt-real'; Kind = 'Corrector'; File = 'crt-real/weights.safetensors'
            From = 'Build-ConditionCorrector crt-real -Preset paper -Degradation codeformer-stage2 -ImageFolder ffhq49k.'
        }
        @{
            Name = 'inception-features'; Kind = 'Features'; File = 'inception.pt'
            From = 'pytorch-fid (pt_inception-2015-12-05-6726825d.pth), exported as docs/metrics.md says.'
            Architecture = 'torchscript'; ValueRange = -1, 1; ImportOptions = @{ input_size = 299; resize = 'torch-bilinear' }
        }
        @{
            Name = 'inception-logits'; Kind = 'Features'; File = 'inception-logits.pt'
            From = 'an Inception v3 whose answer is class scores before softmax, exported like the one for FID (docs/metrics.md).'
            Architecture = 'torchscript'; ValueRange = -1, 1; ImportOptions = @{ input_size = 299; resize = 'torch-bilinear' }
        }
        @{
            Name = 'musiq'; Kind = 'Quality'; File = 'musiq.pt'; From = 'pyiqa, exported as docs/metrics.md says.'
            Architecture = 'quality-metric'; ImportOptions = @{ metric = 'MUSIQ'; mean = '[0,0,0]'; std = '[1,1,1]' }
        }
        @{
            Name = 'clipiqa'; Kind = 'Quality'; File = 'clipiqa.pt'; From = 'pyiqa, exported as docs/metrics.md says.'
            Architecture = 'quality-metric'
            ImportOptions = @{
                metric = 'CLIP-IQA'; mean = '[0.48145466,0.4578275,0.40821073]'; std = '[0.26862954,0.26130258,0.27577711]'
            }
        }
    )
    Methods = @(
        @{ Name = 'Input'; Method = 'Bicubic' }
        @{ Name = 'DPI'; Method = 'DPI'; Model = 'ffhq-256'; Corrector = 'crt-real'; Preset = 'Real'; Sampler = 'Ddpm' }
        @{ Name = 'DPI, 20 steps'; Method = 'DPI'; Model = 'ffhq-256'; Corrector = 'crt-real'; Preset = 'Real' }
    )
    WithoutBaselines = $true
    Metrics = @{
        Preset = 'Paper-DPI'; WithLpips = $false
        Sets = @{ Model = 'inception-features'; Classifier = 'inception-logits'; QualityModels = 'musiq', 'clipiqa' }
        Show = 'FID', 'IS', 'MUSIQ', 'CLIP-IQA'
    }
    Published = @(
        @{ Data = 'LFW'; Method = 'Input';      FID = 138.41; IS = 2.85; MUSIQ = 29.41; 'CLIP-IQA' = .4432 }
        @{ Data = 'LFW'; Method = 'DFDNet';     FID = 87.83; IS = 3.52; MUSIQ = 65.92; 'CLIP-IQA' = .7313 }
        @{ Data = 'LFW'; Method = 'VQFR';       FID = 69.02; IS = 3.53; MUSIQ = 64.44; 'CLIP-IQA' = .6964 }
        @{ Data = 'LFW'; Method = 'CodeFormer'; FID = 68.72; IS = 3.56; MUSIQ = 67.30; 'CLIP-IQA' = .7034 }
        @{ Data = 'LFW'; Method = 'DR2';        FID = 80.94; IS = 3.45; MUSIQ = 59.23; 'CLIP-IQA' = .6095 }
        @{ Data = 'LFW'; Method = 'DiffFace';   FID = 66.40; IS = 3.55; MUSIQ = 63.57; 'CLIP-IQA' = .6813 }
        @{ Data = 'LFW'; Method = 'PGDiff';     FID = 62.31; IS = 3.60; MUSIQ = 65.97; 'CLIP-IQA' = .7137 }
        @{ Data = 'LFW'; Method = 'DPI';        FID = 65.91; IS = 3.64; MUSIQ = 66.13; 'CLIP-IQA' = .7098 }
        @{ Data = 'WebPhoto'; Method = 'Input';      FID = 163.24; IS = 3.28; MUSIQ = 21.04; 'CLIP-IQA' = .3351 }
        @{ Data = 'WebPhoto'; Method = 'DFDNet';     FID = 125.22; IS = 3.60; MUSIQ = 61.53; 'CLIP-IQA' = .6526 }
        @{ Data = 'WebPhoto'; Method = 'GFPGAN';     FID = 133.73; IS = 3.45; MUSIQ = 63.78; 'CLIP-IQA' = .6742 }
        @{ Data = 'WebPhoto'; Method = 'VQFR';       FID = 92.81; IS = 3.46; MUSIQ = 63.92; 'CLIP-IQA' = .6933 }
        @{ Data = 'WebPhoto'; Method = 'CodeFormer'; FID = 85.93; IS = 3.56; MUSIQ = 65.87; 'CLIP-IQA' = .7050 }
        @{ Data = 'WebPhoto'; Method = 'DR2';        FID = 99.27; IS = 3.53; MUSIQ = 54.53; 'CLIP-IQA' = .5469 }
        @{ Data = 'WebPhoto'; Method = 'DiffFace';   FID = 89.81; IS = 3.58; MUSIQ = 59.61; 'CLIP-IQA' = .6624 }
        @{ Data = 'WebPhoto'; Method = 'PGDiff';     FID = 85.83; IS = 3.61; MUSIQ = 62.87; 'CLIP-IQA' = .6950 }
        @{ Data = 'WebPhoto'; Method = 'DPI';        FID = 81.77; IS = 3.67; MUSIQ = 64.65; 'CLIP-IQA' = .7011 }
        @{ Data = 'WIDER'; Method = 'Input';      FID = 192.17; IS = 2.88; MUSIQ = 15.72; 'CLIP-IQA' = .2976 }
        @{ Data = 'WIDER'; Method = 'DFDNet';     FID = 135.78; IS = 3.27; MUSIQ = 56.78; 'CLIP-IQA' = .6249 }
        @{ Data = 'WIDER'; Method = 'GFPGAN';     FID = 99.51; IS = 3.48; MUSIQ = 63.07; 'CLIP-IQA' = .6611 }
        @{ Data = 'WIDER'; Method = 'CodeFormer'; FID = 51.61; IS = 3.34; MUSIQ = 64.48; 'CLIP-IQA' = .7132 }
        @{ Data = 'WIDER'; Method = 'DR2';        FID = 71.85; IS = 3.01; MUSIQ = 55.06; 'CLIP-IQA' = .5739 }
        @{ Data = 'WIDER'; Method = 'DiffFace';   FID = 50.36; IS = 3.41; MUSIQ = 58.56; 'CLIP-IQA' = .6764 }
        @{ Data = 'WIDER'; Method = 'PGDiff';     FID = 47.63; IS = 3.47; MUSIQ = 64.56; 'CLIP-IQA' = .7137 }
        @{ Data = 'WIDER'; Method = 'DPI';        FID = 49.79; IS = 3.50; MUSIQ = 64.90; 'CLIP-IQA' = .7150 }
    )
}

BeforeAll {
    $root = Split-Path (Split-Path $PSScriptRoot)
    Import-Module (Join-Path $root 'PSSR.psd1') -Force
    . (Join-Path $PSScriptRoot DiscDetector.ps1)
    $embedder = Join-Path $root tests/PSSR.Tests/Models/Scripts/features.torchscript.pt
    $before = $env:PSSR_MODELS
    $work = (New-Item -ItemType Directory (Join-Path ([IO.Path]::GetTempPath()) ([guid]::NewGuid()))).FullName
    $env:PSSR_MODELS = Join-Path $work models
    Save-DiscDetector (Join-Path $work discs.pt)
    Import-SRModel (Join-Path $work discs.pt) -Architecture face-detector -Option @{ input_size = 320; rows = 'retinaface' } `
        -WarningAction SilentlyContinue | Out-Null
    # The prior that comes with PSSR knows no faces, but these are hardly any.
    $faces = @{ Faces = 'discs'; FacePrior = 'pssr-prior'; Scale = 2; WarningAction = 'SilentlyContinue' }
}

AfterAll {
    Remove-Item -Recurse $work
    $env:PSSR_MODELS = $before
}

Describe 'A face detector' {
    It 'is imported, tested and listed like any model' {
        Get-SRModel discs | ForEach-Object Kind | Should -Be detector
        (Test-SRModel discs).Passed | Should -BeTrue
    }

    It 'completes where one is wanted, and nowhere else' {
        function Get-Offer([string] $Line) { (TabExpansion2 $Line $Line.Length).CompletionMatches.CompletionText }
        Get-Offer 'Invoke-DiffusionUpscale a.png -Faces ' | Should -Be discs
        Get-Offer 'Invoke-DiffusionUpscale a.png -FacePrior ' | Should -Be pssr-prior
        Get-Offer 'Invoke-DiffusionUpscale a.png -Model ' | Should -Not -Contain discs
    }
}

Describe 'Invoke-DiffusionUpscale -Faces' {
    BeforeAll {
        # The truth, and half of it, whose name has wildcards in it.
        New-Item -ItemType Directory (Join-Path $work truth) | Out-Null
        Save-DiscFace (Join-Path $work 'truth/me [1].bmp') 200 160 104 76 150
        $small = New-DegradedImage (Join-Path $work truth) -Scale 2 -OutputDirectory (Join-Path $work small)
        $said = $null
        $result = Invoke-DiffusionUpscale -LiteralPath $small.Output -OutputDirectory (Join-Path $work faces) -SummaryVariable summary `
            @faces -WarningVariable said
        $plain = Invoke-DiffusionUpscale -LiteralPath $small.Output -OutputDirectory (Join-Path $work plain) -Scale 2
    }

    It 'lists what became of each face, in the object and in the record' {
        $result.Status, $result.Faces.Count, $summary.Done | Should -Be Done, 1, 1
        $face = $result.Faces[0]
        $face.Restored | Should -BeTrue
        [Math]::Abs($face.Side - 75) | Should -BeLessThan 3
        "$($result.Faces)" | Should -BeLike '*restored'
        $record = Get-Content -Raw -LiteralPath $result.Record | ConvertFrom-Json
        $record.faces[0].restored | Should -BeTrue
        $record.faceModels.detector.name, $record.faceModels.prior.name | Should -Be discs, pssr-prior
    }

    It 'says that a prior knows no faces' {
        "$said" | Should -BeLike "*'pssr-prior'*knows no faces*"
    }

    It 'changes the face and nothing else' {
        $result.OutputSha256 | Should -Not -Be $plain.OutputSha256
        $plain.Faces | Should -BeNullOrEmpty
        $same = Invoke-DiffusionUpscale -LiteralPath $small.Output -OutputDirectory (Join-Path $work zero) @faces -FaceBlend 0
        $same.OutputSha256 | Should -Be $plain.OutputSha256
    }

    It 'leaves faces the same persons'' by an embedder''s measure' {
        $measure = @{ ReferenceDirectory = Join-Path $work truth; Embedder = $embedder; InputSize = 64 }
        $measured = $result, $plain | Measure-FaceConsistency @measure
        $measured.Count | Should -Be 2
        $measured.Same | Should -Not -Contain $false
        # Somebody else: the same face without its dots.
        $else = New-Item -ItemType Directory (Join-Path $work else)
        $bytes = [IO.File]::ReadAllBytes((Join-Path $work 'truth/me [1].bmp'))
        for ($i = 54; $i -lt $bytes.Length; $i++) { if ($bytes[$i] -notin 90, 178) { $bytes[$i] = 178 } }
        [IO.File]::WriteAllBytes((Join-Path $else 'me [1].bmp'), $bytes)
        $other = Measure-FaceConsistency -LiteralPath (Join-Path $else 'me [1].bmp') @measure
        $measured.Distance | ForEach-Object { $_ | Should -BeLessThan ($other.Distance / 5) }
    }

    It 'does nothing twice, and says why another result is another' {
        $same = Invoke-DiffusionUpscale -LiteralPath $small.Output -OutputDirectory (Join-Path $work faces) @faces
        $same.Reason | Should -Be 'done before'
        $again = Invoke-DiffusionUpscale -LiteralPath $small.Output -OutputDirectory (Join-Path $work faces) @faces -FaceLimit 2
        $again.Reason | Should -BeLike 'FaceLimit is 2 now and was 20*'
        $again.Faces[0].Restored | Should -BeTrue
    }

    It 'is the method''s own result where no face is found, and says so' {
        $drawing = Join-Path $root examples/drawing.png
        $none = Invoke-DiffusionUpscale $drawing -OutputDirectory (Join-Path $work none) @faces
        $none.Decisions.faces | Should -Be 'none found'
        $none.Faces.Count | Should -Be 0
        $alone = Invoke-DiffusionUpscale $drawing -OutputDirectory (Join-Path $work alone) -Scale 2
        $none.OutputSha256 | Should -Be $alone.OutputSha256
    }
}

Describe 'Faces that can''t be asked for so' {
    It 'end with one error before any work: <id>' -ForEach @(
        @{ given = @{ Faces = 'nobody' }; id = 'ModelNotFound'; says = '*no model*nobody*discs*' }
        @{ given = @{ Faces = 'pssr-prior'; FacePrior = 'pssr-prior' }; id = 'ModelFailed'; says = '*face-detector*' }
        @{ given = @{ Faces = 'discs' }; id = 'InvalidOption'; says = '*FacePrior*Import-SRModel ffhq_10m.pt*' }
        @{ given = @{ FaceBlend = 0.5 }; id = 'InvalidOption'; says = '*name a face detector*' }
        @{ given = @{ Faces = 'discs'; FacePrior = 'pssr-prior'; Samples = 2 }; id = 'InvalidOption'; says = '*Samples*' }
    ) {
        $problem = { Invoke-DiffusionUpscale (Join-Path $root examples/drawing.png) -OutputDirectory (Join-Path $work never) @given } |
            Should -Throw -ErrorId "$id,PSSR.Cmdlets.InvokeDiffusionUpscaleCommand" -PassThru
        $problem.Exception.Message | Should -BeLike $says
        Join-Path $work never | Should -Not -Exist
    }
}

# What users of upscalers expect: names of their own, sizes, what a run would cost, and no more metadata than they want to give away.
BeforeAll {
    $root = Split-Path (Split-Path $PSScriptRoot)
    . (Join-Path $root tools/Shell.ps1)
    Import-Module (Join-Path $root 'PSSR.psd1') -Force
    # 12x8 RGB.
    $png = & (Join-Path $PSScriptRoot SmallPicture.ps1)
    $pssr = Join-Path $root ($IsWindows ? 'artifacts/pssr/pssr.exe' : 'artifacts/pssr/pssr')
    $quick = @{ NoiseLevel = 0.1; Steps = 1 }
    $null = $quick

    function New-Picture([string[]] $Name) {
        foreach ($one in $Name) {
            $path = Join-Path $folder $one
            [IO.Directory]::CreateDirectory([IO.Path]::GetDirectoryName($path)) | Out-Null
            [IO.File]::WriteAllBytes($path, $png)
        }
    }

    # What a script block says to the host under WhatIf, line by line.
    function Get-WhatIf([string] $Command) {
        Invoke-Shell -Command "Import-Module '$(Join-Path $root PSSR.psd1)'; $Command" | Where-Object { $_ -like 'What if:*' }
    }

    # A JPEG that tells its camera, and one remark.
    function New-Jpeg([string] $Path) {
        $null = Invoke-DiffusionUpscale (Join-Path $folder a.png) -Scale 1 -NoiseLevel 0 -Format Jpeg -NameTemplate plain
        $bytes = [IO.File]::ReadAllBytes((Join-Path $folder plain.jpg))
        $camera = [Text.Encoding]::ASCII.GetBytes("SECRETCAMERA`0")
        $exif = [Text.Encoding]::ASCII.GetBytes("Exif`0`0II*`0") + [byte[]](8, 0, 0, 0, 1, 0, 0x10, 1, 2, 0, $camera.Count, 0, 0, 0, 26, 0,
            0, 0, 0, 0, 0, 0) + $camera
        $segment = [byte[]](0xFF, 0xE1, 0, ($exif.Count + 2)) + $exif
        # Behind JFIF's segment, which is the first.
        $at = 4 + 256 * $bytes[4] + $bytes[5] - 2 + 2
        [IO.File]::WriteAllBytes($Path, [byte[]]($bytes[0..($at - 1)] + $segment + $bytes[$at..($bytes.Count - 1)]))
    }
}

Describe 'Names of results' {
    BeforeEach {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
    }

    It 'are what a template says, below an output directory too, and are known again' {
        New-Picture 'in/a.png', 'in/sub/b [1].png'
        $given = @{ OutputDirectory = Join-Path $folder out; Recurse = $true; NameTemplate = '{name}_{scale}x_{width}_{method}_{seed}' }
        $results = Invoke-DiffusionUpscale (Join-Path $folder in) -Scale 2 -Seed 3 @given @quick
        $results.Output | ForEach-Object { [IO.Path]::GetRelativePath($folder, $_).Replace('\', '/') } |
            Should -Be 'out/a_2x_24_DiffSR_3.png', 'out/sub/b [1]_2x_24_DiffSR_3.png'
        (Invoke-DiffusionUpscale (Join-Path $folder in) -Scale 2 -Seed 3 @given @quick).Reason | Should -Be 'done before', 'done before'
    }

    It 'are found by what measures, reports and exports them' {
        $examples = Join-Path $root examples
        $named = @{ OutputDirectory = Join-Path $folder out; NameTemplate = 'other {seed}' }
        $result = Invoke-DiffusionUpscale (Join-Path $examples leaves.png) -Scale 1 @named @quick
        $quality = Measure-ImageQuality -LiteralPath $result.Output -ReferenceDirectory $examples -Lpips Never
        $quality.Reference | Should -Be (Join-Path $examples leaves.png)
        (Export-UpscaleResult -LiteralPath $result.Output -Format Jpeg).Output | Should -Be (Join-Path $folder 'out/other 0.jpg')
        $quality | Export-UpscaleReport (Join-Path $folder report.html)
        Get-Content -Raw (Join-Path $folder report.html) | Should -Match 'other 0'
    }

    It 'that can''t be are refused before anything is done: <template>' -ForEach @(
        @{ template = '{nam}' }, @{ template = '../{name}' }, @{ template = '{name}.png' }, @{ template = '{name' }
    ) {
        New-Picture a.png
        { Invoke-DiffusionUpscale (Join-Path $folder a.png) -NameTemplate $template } |
            Should -Throw '*NameTemplate*' -ErrorId 'InvalidOption,PSSR.Cmdlets.InvokeDiffusionUpscaleCommand'
        (Get-ChildItem $folder).Name | Should -Be 'a.png'
    }

    It 'may be shared by no two pictures of a run' {
        New-Picture 'a.png', 'b.png'
        $null = Invoke-DiffusionUpscale $folder -NameTemplate same -ErrorAction SilentlyContinue -ErrorVariable problems
        $problems | Should -HaveCount 2
        (Get-ChildItem $folder).Name | Should -Be 'a.png', 'b.png'
    }
}

Describe 'Pictures that are large enough' {
    It 'are skipped with the reason, by either door' {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        New-Picture a.png
        $result = Invoke-DiffusionUpscale (Join-Path $folder a.png) -SkipLarger 12
        $result.Status, $result.Reason | Should -Be 'Skipped', 'Large enough already: the picture is 12×8, and SkipLarger is 12.'
        $line = & $pssr upscale (Join-Path $folder a.png) --skip-larger 12 --json 2>$null | ConvertFrom-Json
        $line.status, $line.error | Should -Be 'skipped', $result.Reason
    }
}

Describe 'A run that only asks' {
    BeforeEach {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        New-Picture 'a.png', 'b.png'
    }

    It 'tells each picture''s sizes, and at the end what all would cost' {
        $lines = Get-WhatIf "Invoke-DiffusionUpscale '$folder' -Scale 3 -WhatIf"
        $lines | Should -HaveCount 3
        $lines[0] | Should -BeLike '*a.png to *a_x3.png (12x8 to 36x24)*'
        $lines[2] | Should -BeLike ('What if: In all: 2 pictures, 0.002 megapixels; ' +
            'about * on disk, by the pictures'' own bytes a pixel; ' +
            'about * s, by a rate measured elsewhere, *; up to about * MB of memory.')
        (Get-ChildItem $folder).Name | Should -Be 'a.png', 'b.png'
    }

    It 'puts the same into the summary, with the time of earlier results' {
        $null = Invoke-DiffusionUpscale (Join-Path $folder a.png) -SummaryVariable done @quick
        $done.Estimate | Should -BeNullOrEmpty
        Invoke-DiffusionUpscale $folder -WhatIf -SummaryVariable asked @quick | ForEach-Object Reason | Should -Be 'done before'
        $asked.Estimate.Pictures | Should -Be 1
        $asked.Estimate.TimeFrom | Should -Be '1 result of the same settings, made on this machine'
        $asked.Estimate.Time | Should -BeGreaterThan ([timespan]::Zero)
        $asked.Done, $asked.Skipped | Should -Be 0, 1
    }

    It 'is pssr''s too, as lines of text or of JSON' {
        $text = & $pssr upscale $folder --what-if
        $LASTEXITCODE | Should -Be 0
        $text[0] | Should -BeLike '*a.png -> *a_x2.png  would be 12x8 to 24x16'
        $text[2] | Should -BeLike 'In all: 2 pictures, *'
        $lines = & $pssr upscale $folder --what-if --json 2>(Join-Path $TestDrive summary.json) | ConvertFrom-Json
        $lines.status | Should -Be 'planned', 'planned'
        $lines.width | Should -Be 24, 24
        (Get-Content (Join-Path $TestDrive summary.json) | ConvertFrom-Json).estimate.pictures | Should -Be 2
        (Get-ChildItem $folder).Name | Should -Be 'a.png', 'b.png'
    }
}

Describe 'Metadata' {
    BeforeAll {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        New-Picture a.png
        $jpeg = Join-Path $folder camera.jpg
        New-Jpeg $jpeg
        function Test-Secret([string] $Path) { [Text.Encoding]::Latin1.GetString([IO.File]::ReadAllBytes($Path)).Contains('SECRET') }
    }

    It 'goes into results, copies and degraded pictures unless the policy says otherwise: <_>' -ForEach 'All', 'Copyright', 'None' {
        $out = @{ OutputDirectory = Join-Path $folder $_; Metadata = $_ }
        $kept = $_ -eq 'All'
        Test-Secret (Invoke-DiffusionUpscale $jpeg @out @quick).Output | Should -Be $kept
        Test-Secret (New-DegradedImage $jpeg -Scale 2 @out).Output | Should -Be $kept
        $copy = Export-UpscaleResult (Join-Path $folder All/camera.jpg) (Join-Path $folder "copy$_") -Format Webp -Metadata $_
        Test-Secret $copy.Output | Should -Be $kept
        $copy.HasRecord | Should -Be ($_ -ne 'None')
        $rest = '--metadata', $_.ToLowerInvariant(), '--noise-level', '0', '--json'
        $line = & $pssr upscale $jpeg --out (Join-Path $folder "cli$_") @rest 2>$null | ConvertFrom-Json
        Test-Secret $line.output | Should -Be $kept
    }

    It 'of earlier results that is other is told' {
        (Invoke-DiffusionUpscale $jpeg -OutputDirectory (Join-Path $folder All) -Metadata None @quick -WarningAction Ignore).Reason |
            Should -BeLike 'Metadata is none now and was the default *'
        { New-DegradedImage $jpeg -Scale 2 -OutputDirectory (Join-Path $folder None) -ErrorAction Stop } |
            Should -Throw '*Metadata is All now and was None*'
    }
}

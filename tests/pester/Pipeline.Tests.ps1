# Pipelines as administrators write them, twice.
BeforeAll {
    $root = Split-Path (Split-Path $PSScriptRoot)
    . (Join-Path $root tools/Shell.ps1)
    Import-Module (Join-Path $root 'PSSR.psd1') -Force
    $pssr = Join-Path $root "artifacts/pssr/pssr$($IsWindows ? '.exe' : '')"
    # 12x8 RGB.
    $png = & (Join-Path $PSScriptRoot SmallPicture.ps1)

    function New-Picture([string[]] $Name) {
        foreach ($one in $Name) {
            $path = Join-Path $folder $one
            [IO.Directory]::CreateDirectory([IO.Path]::GetDirectoryName($path)) | Out-Null
            [IO.File]::WriteAllBytes($path, $png)
        }
    }

    # Results below the folder by relative name, in ordinal order.
    function Get-Result([string] $Below) {
        $at = Join-Path $folder $Below
        $names = @(Get-ChildItem -LiteralPath $at -Recurse -File | Where-Object Extension -NE .json |
                ForEach-Object { [IO.Path]::GetRelativePath($at, $_.FullName).Replace('\', '/') })
        [array]::Sort($names, [StringComparer]::Ordinal)
        $names
    }

    $quick = @{ NoiseLevel = 0 }
    $cli = '--method', 'diff-sr', '--noise-level', '0'
}

Describe 'A pipeline' {
    BeforeEach {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        $in = Join-Path $folder in
        $out = Join-Path $folder out
    }

    It 'goes from pictures to a report twice, and measures what was skipped like what was done' {
        Copy-Item (Join-Path $root 'examples') $in -Recurse -Exclude *.ps1, *.cs
        $run = {
            New-DegradedImage $in -OutputDirectory (Join-Path $folder lr) -Scale 4 -OutVariable degraded |
                Invoke-DiffusionUpscale -Scale 4 -OutputDirectory (Join-Path $folder sr) @quick -OutVariable results |
                Measure-ImageQuality -ReferenceDirectory $in -Lpips Never
            $results | Export-UpscaleResult -OutputDirectory (Join-Path $folder web) -Format Webp -OutVariable copies | Out-Null
            foreach ($all in $degraded, $results, $copies) { $said.Add("$($all.Count) $($all.Status | Select-Object -Unique)") }
        }
        $said = [Collections.Generic.List[string]]::new()
        $first = & $run
        $second = & $run
        $said | Should -Be '3 Done', '3 Done', '3 Done', '3 Skipped', '3 Skipped', '3 Skipped'
        $first.Count | Should -Be 3
        $second.Psnr | Should -Be $first.Psnr
        $second.Scale | Should -Be 4, 4, 4
    }

    It 'takes rows with a Path, which is no pattern' {
        New-Picture 'in/a1.png', 'in/a[1].png', 'in/b.png'
        $table = Join-Path $folder table.csv
        'a[1].png', 'b.png' | ForEach-Object { [pscustomobject]@{ Path = Join-Path $in $_; Note = 'x' } } | Export-Csv $table
        $results = Import-Csv $table | Invoke-DiffusionUpscale -OutputDirectory $out -Scale 2 @quick
        $results.Input | Split-Path -Leaf | Should -Be 'a[1].png', 'b.png'
        Push-Location $in
        try {
            [pscustomobject]@{ Path = 'a[1].png' } | New-DegradedImage -OutputDirectory (Join-Path $folder lr) -Scale 2 |
                ForEach-Object { Split-Path -Leaf $_.Input } | Should -Be 'a[1].png'
        } finally {
            Pop-Location
        }
        Get-ChildItem $in | Invoke-DiffusionUpscale -OutputDirectory "$out-2" -Scale 2 @quick | Should -HaveCount 3
        $results | Measure-ImageQuality -LrPsnr | Measure-ImageQuality -LrPsnr | Should -HaveCount 2
        [pscustomobject]@{ Path = Join-Path $in 'none.png' } |
            Invoke-DiffusionUpscale -OutputDirectory $out @quick -ErrorAction SilentlyContinue -ErrorVariable problem | Out-Null
        "$problem" | Should -BeLike "*There is no file or folder '*none.png'*"
    }

    It 'writes no file where the location is no folder' {
        New-Picture in/a.png
        $result = Invoke-DiffusionUpscale $in -OutputDirectory $out -Scale 2 @quick
        Push-Location Env:
        try {
            { $result | Export-UpscaleReport page.html } | Should -Throw '*provider Environment*'
            { Export-SRModel pssr-prior out.safetensors } | Should -Throw '*provider Environment*'
        } finally {
            Pop-Location
        }
        'page.html', 'out.safetensors' | ForEach-Object { Join-Path ([Environment]::CurrentDirectory) $_ | Should -Not -Exist }
    }

    It 'carries on a skipped result what its record says' {
        New-Picture in/a.png
        $done = Invoke-DiffusionUpscale $in -OutputDirectory $out -Scale 3 @quick
        $skipped = Invoke-DiffusionUpscale $in -OutputDirectory $out -Scale 3 @quick
        $skipped.Status, $skipped.Reason | Should -Be 'Skipped', 'done before'
        foreach ($name in 'Scale', 'Record', 'Width', 'Height', 'InputWidth', 'Model', 'Method', 'OutputSha256') {
            $skipped.$name | Should -Be $done.$name
        }
        $skipped.Record | Should -Exist
    }

    It 'tells its own earlier results from pictures, beside them and whatever brought them' {
        New-Picture in/a.png, in/b.png
        $null = Get-ChildItem "$in/*.png" | Invoke-DiffusionUpscale -Scale 4 @quick
        $again = Get-ChildItem "$in/*.png" | Sort-Object Name -Descending | Invoke-DiffusionUpscale -Scale 4 @quick -ErrorVariable bad
        $bad | Should -BeNullOrEmpty
        $again.Status | Select-Object -Unique | Should -Be Skipped
        ($again | Where-Object Reason -EQ 'done before').Count | Should -Be 2
        & $pssr upscale @(Get-ChildItem "$in/*.png").FullName @cli --scale 4 --force | Out-Null
        $LASTEXITCODE | Should -Be 0
        Get-Result in | Should -Be 'a.png', 'a_x4.png', 'b.png', 'b_x4.png'
    }

    It 'degrades, upscales and measures at any scale: <scale>' -ForEach @{ scale = 2.7 }, @{ scale = 3 }, @{ scale = 4 } {
        [IO.Directory]::CreateDirectory($in) | Out-Null
        Copy-Item (Join-Path $root 'examples/*.png') $in
        $quality = New-DegradedImage $in -OutputDirectory (Join-Path $folder lr) -Scale $scale |
            Invoke-DiffusionUpscale -Scale $scale -OutputDirectory (Join-Path $folder sr) @quick |
            Measure-ImageQuality -ReferenceDirectory $in -Lpips Never -ErrorVariable bad
        $bad | Should -BeNullOrEmpty
        $quality.Psnr | ForEach-Object { $_ | Should -BeGreaterThan 15 }
        $quality | ForEach-Object { $_.Width, $_.Height | Should -Be $_.ReferenceWidth, $_.ReferenceHeight }
        # Without the record a picture loses the rest that the scale leaves, and the truth with it.
        Remove-Item (Join-Path $folder 'lr/*.json')
        & $pssr upscale (Join-Path $folder lr) @cli --scale $scale --out (Join-Path $folder plain) | Out-Null
        $lines = & $pssr measure quality (Join-Path $folder plain) --reference $in --lpips never --json
        $LASTEXITCODE | Should -Be 0
        @($lines | ConvertFrom-Json | Where-Object psnr).Count | Should -Be 3
    }

    It 'mirrors the tree of Get-ChildItem -Recurse from the folder above all of it, and takes no picture twice' {
        New-Picture in/a/1.png, in/b/1.png, in/b/c/1.png
        Set-Content (Join-Path $in notes.txt) 'no picture'
        $results = Get-ChildItem $in -Recurse |
            Invoke-DiffusionUpscale -OutputDirectory $out @quick -ErrorVariable bad -WarningVariable told
        $bad | Should -BeNullOrEmpty
        $told | Should -BeNullOrEmpty
        Get-Result out | Should -Be 'a/1.png', 'b/1.png', 'b/c/1.png'
        ($results | Where-Object Status -EQ Done).Count | Should -Be 3
        ($results | Where-Object Status -EQ Skipped).Reason | Should -BeLike 'not a picture*'
        $null = Get-ChildItem $in -Recurse -File | New-DegradedImage -OutputDirectory "$out-small" -Scale 2 -WarningVariable told 3>$null
        Get-Result out-small | Should -Be 'a/1.png', 'b/1.png', 'b/c/1.png'
        $told | Should -BeLike '1 file was left out*'
        $null = $results | Export-UpscaleResult -OutputDirectory "$out-bmp" -Format Bmp
        Get-Result out-bmp | Should -Be 'a/1.bmp', 'b/1.bmp', 'b/c/1.bmp'
    }

    It 'mirrors from -InputRoot, also on the command line, and refuses what lies outside' {
        New-Picture in/a/1.png, other/1.png
        $null = Get-ChildItem (Join-Path $in a) | Invoke-DiffusionUpscale -OutputDirectory $out -InputRoot $folder @quick
        Get-Result out | Should -Be 'in/a/1.png'
        $files = "$in/a/1.png", "$folder/other/1.png"
        $results = Invoke-DiffusionUpscale $files -OutputDirectory $out -InputRoot $in @quick `
            -ErrorVariable bad -ErrorAction SilentlyContinue
        $results.Count, $bad.Count | Should -Be 1, 1
        "$bad" | Should -BeLike '*InputRoot*'
        & $pssr upscale @files --out "$out-cli" --input-root $folder @cli | Out-Null
        $LASTEXITCODE | Should -Be 0
        Get-Result out-cli | Should -Be 'in/a/1.png', 'other/1.png'
    }

    It 'tells of a clash of names before anything runs, in any order' -ForEach @{ order = 0, 1, 2 }, @{ order = 2, 1, 0 } {
        New-Picture in/a.png, other/a.png, other/b.png
        $files = @("$in/a.png", "$folder/other/a.png", "$folder/other/b.png")[$order]
        $all = Invoke-DiffusionUpscale $files -OutputDirectory $out @quick -ErrorAction Continue 2>&1
        $all[0, 1] | ForEach-Object { $_ | Should -BeOfType ([System.Management.Automation.ErrorRecord]) }
        "$($all[0])" | Should -BeLike '*would both become*InputRoot*'
        $all[2].Status | Should -Be Done
        Get-Result out | Should -Be b.png
        & $pssr upscale @files --out $out @cli 2>&1 | Out-Null
        $LASTEXITCODE | Should -Be 2
        Get-Result out | Should -Be b.png
    }

    It 'skips a picture that is large enough, and makes results that fit into a box' {
        New-Picture in/a.png
        $large = Invoke-DiffusionUpscale $in -Width 10 @quick -SummaryVariable summary
        $large.Status, $large.Output, $summary.ExitCode | Should -Be 'Skipped', $null, 0
        $large.Reason | Should -BeLike 'Large enough already*12×8*Width 10*'
        $boxed = Invoke-DiffusionUpscale $in -Width 30 -Height 30 -Fit @quick
        $boxed.Width, $boxed.Height | Should -Be 30, 20
        $boxed.Output | Should -BeLike '*a_fit30x30.png'
        $exact = Invoke-DiffusionUpscale "$in/a.png" -Width 30 -Height 30 @quick
        $exact.Width, $exact.Height | Should -Be 30, 30
        { Invoke-DiffusionUpscale $in -Width 30 -Fit } | Should -Throw -ErrorId 'InvalidOption,*'
        $line = & $pssr upscale "$in/a.png" --width 24 --height 30 --fit @cli --json 2>$null | ConvertFrom-Json
        $line.width, $line.height | Should -Be 24, 16
    }

    It 'warns of <name> and exits with 4' -ForEach @(
        @{ name = 'a folder without pictures'; path = 'empty' }
        @{ name = 'a folder that is not there'; path = 'misspelt' }
        @{ name = 'a wildcard that matches nothing'; path = 'in/*.jpeg' }
        @{ name = 'a wildcard below a folder that is not there'; path = 'nowhere/*.png' }
    ) {
        New-Picture in/a.png
        New-Item -ItemType Directory (Join-Path $folder empty) | Out-Null
        $path = Join-Path $folder $path
        $results = Invoke-DiffusionUpscale $path, $in -OutputDirectory $out @quick -SummaryVariable summary `
            -WarningVariable told -WarningAction SilentlyContinue -ErrorVariable bad
        $results.Status | Should -Be Done
        $bad | Should -BeNullOrEmpty
        $told.Count | Should -Be 1
        "$told" | Should -BeLike "*$([WildcardPattern]::Escape([IO.Path]::GetFileName($path)))*"
        $summary.Unmatched, $summary.Total, $summary.ExitCode | Should -Be 1, 1, 4
        foreach ($command in 'upscale', 'degrade', 'export') {
            $arguments = $command -eq 'upscale' ? $cli : @()
            $said = & $pssr $command $path $in --out "$out-$command" @arguments 2>&1
            $LASTEXITCODE | Should -Be 4 -Because "$said"
            @($said | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] }).Count | Should -Be 1
        }
        (Select-String -LiteralPath (Join-Path $root docs/runs.md) -Pattern '^\| 4 \|').Count | Should -Be 1
    }

    It 'warns when nothing came by it, and not of an empty folder among others' {
        New-Picture in/a.png
        New-Item -ItemType Directory (Join-Path $in sub) | Out-Null
        Get-ChildItem $in -Filter *.gif | Invoke-DiffusionUpscale -OutputDirectory $out @quick -SummaryVariable summary `
            -WarningVariable told -WarningAction SilentlyContinue
        $told.Count, $summary.ExitCode | Should -Be 1, 4
        $null = Get-ChildItem $in | Invoke-DiffusionUpscale -OutputDirectory $out @quick -SummaryVariable summary -WarningVariable told
        $told.Count, $summary.ExitCode | Should -Be 0, 0
    }

    It 'warns once a run of results that were made otherwise, and each one''s reason begins with what differs' {
        New-Picture in/a.png, in/b.png
        $null = Invoke-DiffusionUpscale $in -OutputDirectory $out @quick
        $again = Invoke-DiffusionUpscale $in -OutputDirectory $out -NoiseLevel 0.1 -Seed 3 -SummaryVariable summary `
            -WarningVariable told -WarningAction SilentlyContinue
        $told | Should -BeLike '2 of the results*otherwise*-Force*'
        $again.Reason | ForEach-Object { $_ | Should -BeLike 'NoiseLevel is 0.1 now and was 0 *Force makes it anew.' }
        $again.MadeOtherwise | Should -Be $true, $true
        $summary.MadeOtherwise, $summary.ExitCode | Should -Be 2, 0
        $said = & $pssr upscale $in --out $out @cli --seed 9 2>&1
        @($said | Where-Object { "$_" -like '*--force makes them anew*' }).Count | Should -Be 1
        @($said | Where-Object { "$_" -like '*Seed is 9 now and was 0*' }).Count | Should -Be 2
    }

    It 'measures what is among records and texts, and says how many files it left out' {
        New-Picture in/a.png
        $null = Invoke-DiffusionUpscale $in -OutputDirectory $out -Scale 4 @quick
        $null = Invoke-DiffusionUpscale $in -OutputDirectory "$folder/truth" -Scale 4 -NoiseLevel 0.05 -Steps 1
        Set-Content (Join-Path $out notes.txt) 'no picture'
        $quality = Get-ChildItem $out | Measure-ImageQuality -ReferenceDirectory "$folder/truth/a.png" -Lpips Never `
            -WarningVariable told -WarningAction SilentlyContinue -ErrorVariable bad
        $bad | Should -BeNullOrEmpty
        $quality.Count | Should -Be 1
        $told | Should -BeLike '1 file was left out*'
        $null = & $pssr measure quality @(Get-ChildItem $out).FullName --reference "$folder/truth/a.png" --lpips never 2>&1
        $LASTEXITCODE | Should -Be 0
    }
}

BeforeAll {
    $root = Split-Path (Split-Path $PSScriptRoot)
    Import-Module (Join-Path $root 'PSSR.psd1') -Force
    # 12x8 RGB.
    $png = & (Join-Path $PSScriptRoot SmallPicture.ps1)

    function New-Picture([string] $Name) {
        $path = Join-Path $folder $Name
        [IO.Directory]::CreateDirectory([IO.Path]::GetDirectoryName($path)) | Out-Null
        [IO.File]::WriteAllBytes($path, $png)
    }

    # Every file in the folder by its relative name, in ordinal order.
    function Get-Name {
        $names = @(
            Get-ChildItem -LiteralPath $folder -Recurse -File -Force |
                ForEach-Object { [IO.Path]::GetRelativePath($folder, $_.FullName).Replace('\', '/') }
        )
        [array]::Sort($names, [StringComparer]::Ordinal)
        $names
    }
}

Describe 'Invoke-DiffusionUpscale' {
    BeforeEach {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
    }

    It 'upscales a picture and tells what it did' {
        New-Picture a.png
        $result = Invoke-DiffusionUpscale (Join-Path $folder a.png) -Scale 2.5 -Seed 3 -NoiseLevel 0.1 -Steps 4
        $result.Status | Should -Be 'Done'
        $result.Width, $result.Height | Should -Be 30, 20
        $result.Method, $result.Model, $result.Seed | Should -Be 'DiffSR', 'pssr-prior', 3
        $result.Steps, $result.Evaluations | Should -Be 4, 4
        $result.Elapsed | Should -BeOfType [timespan]
        $result.PeakMemoryBytes | Should -BeGreaterThan 1MB
        $result.GetImage().Width | Should -Be 30
        Get-Name | Should -Be 'a.png', 'a_x2.5.png', 'a_x2.5.png.pssr.json'
        $result | Out-String | Should -Match 'Done\s+a\.png'
    }

    It 'takes files from Get-ChildItem, whatever their names' {
        $names = 'a[1].png', 'b.png', '-dash.png', 'näme – 漢字 %20.png', "it's.png", '😀.png'
        if (-not $IsWindows) { $names += "new`nline.png", 'say "hi".png', 'dot.png.', 'space.png ', 'B.png', 'b.PNG' }
        foreach ($name in $names) { New-Picture $name }
        $results = Get-ChildItem -LiteralPath $folder | Invoke-DiffusionUpscale -NoiseLevel 0
        $results.Status | Should -Be (@('Done') * $names.Count)
        $results.Input | ForEach-Object { [IO.Path]::GetFileName($_) } | Sort-Object -CaseSensitive |
            Should -BeExactly ($names | Sort-Object -CaseSensitive)
        @(Get-Name).Count | Should -Be (3 * $names.Count)
    }

    It 'expands wildcards in Path and takes LiteralPath as it is' {
        foreach ($name in 'a1.png', 'a2.png', 'a[12].png') { New-Picture $name }
        $pattern = Join-Path $folder 'a[12].png'
        (Invoke-DiffusionUpscale $pattern -WhatIf -InformationAction Ignore) | Should -BeNullOrEmpty
        (Invoke-DiffusionUpscale $pattern -NoiseLevel 0).Input | Split-Path -Leaf | Should -Be 'a1.png', 'a2.png'
        (Invoke-DiffusionUpscale -LiteralPath $pattern -NoiseLevel 0).Input | Split-Path -Leaf | Should -Be 'a[12].png'
    }

    It 'takes names and folders from the pipeline, relative to the shell''s location' {
        New-Picture in/sub/a.png
        New-Picture in/b.png
        Push-Location $folder
        try {
            $results = 'in' | Invoke-DiffusionUpscale -Recurse -OutputDirectory out -NoiseLevel 0
        }
        finally { Pop-Location }
        $results.Count | Should -Be 2
        Get-Name | Where-Object { $_ -like 'out/*.png' } | Should -Be 'out/b.png', 'out/sub/a.png'
    }

    It 'writes nothing with -WhatIf' {
        New-Picture a.png
        Invoke-DiffusionUpscale $folder -OutputDirectory (Join-Path $folder out) -WhatIf
        Get-Name | Should -Be 'a.png'
        Join-Path $folder out | Should -Not -Exist
    }

    It 'reports each bad file once, with a stable id, and goes on' {
        New-Picture a.png
        New-Picture c.png
        [IO.File]::WriteAllBytes((Join-Path $folder b.png), $png[0..39])
        $paths = 'a.png', 'b.png', 'missing.png', 'c.png' | ForEach-Object { Join-Path $folder $_ }
        $results = Invoke-DiffusionUpscale -LiteralPath $paths -NoiseLevel 0 -ErrorAction SilentlyContinue -ErrorVariable problems
        $results.Input | Split-Path -Leaf | Should -Be 'a.png', 'c.png'
        $problems.FullyQualifiedErrorId | Should -Be @(
            'ImageFailed,PSSR.Cmdlets.InvokeDiffusionUpscaleCommand'
            'PathNotFound,PSSR.Cmdlets.InvokeDiffusionUpscaleCommand'
        )
        $problems.TargetObject | Should -Be $paths[1], $paths[2]
        $problems[0].ToString() | Should -BeLike '*b.png*'
    }

    It 'skips what is there, and overwrites it with -Force' {
        New-Picture a.png
        $path = Join-Path $folder a.png
        (Invoke-DiffusionUpscale $path -NoiseLevel 0).Status | Should -Be 'Done'
        $again = Invoke-DiffusionUpscale $path -NoiseLevel 0
        $again.Status | Should -Be 'Skipped'
        $again.Reason | Should -Not -BeNullOrEmpty
        (Invoke-DiffusionUpscale $path -NoiseLevel 0 -Force).Status | Should -Be 'Done'
    }

    It 'knows formats by their extensions too: <_>' -ForEach 'jpg', 'tif', '.JPG' {
        New-Picture a.png
        $result = Invoke-DiffusionUpscale (Join-Path $folder a.png) -NoiseLevel 0 -Format $_
        [IO.Path]::GetExtension($result.Output) | Should -Be ".$($_.Trim('.').ToLowerInvariant())"
    }

    It 'pipes a result on as the file that it wrote' {
        New-Picture a.png
        (Invoke-DiffusionUpscale (Join-Path $folder a.png) -NoiseLevel 0 | Get-Item).Name | Should -Be 'a_x2.png'
    }

    It 'gives the same bytes for a seed in any order of files' {
        New-Picture a.png
        New-Picture b.png
        $first = (Invoke-DiffusionUpscale (Join-Path $folder a.png) -NoiseLevel 0 -OutputDirectory (Join-Path $folder t)).Output
        [IO.File]::WriteAllBytes((Join-Path $folder b.png), [IO.File]::ReadAllBytes($first))
        $arguments = @{ Seed = 5; NoiseLevel = 0.1; Steps = 2 }
        $one = Invoke-DiffusionUpscale (Join-Path $folder a.png), (Join-Path $folder b.png) @arguments `
            -OutputDirectory (Join-Path $folder 1) |
            Get-FileHash
        $two = Invoke-DiffusionUpscale (Join-Path $folder b.png), (Join-Path $folder a.png) @arguments `
            -OutputDirectory (Join-Path $folder 2) |
            Get-FileHash
        $one.Hash | Should -Be $two[1].Hash, $two[0].Hash
    }

    It 'puts results out in the order of the pictures, whatever is in hand: -ThrottleLimit <_>' -ForEach 1, 2, 8 {
        $names = 1..9 | ForEach-Object { "$_.png" }
        foreach ($name in $names) { New-Picture $name }
        [IO.File]::WriteAllBytes((Join-Path $folder 4.png), $png[0..39])
        $results = Get-ChildItem -LiteralPath $folder |
            Invoke-DiffusionUpscale -NoiseLevel 0 -ThrottleLimit $_ -ErrorAction SilentlyContinue -ErrorVariable problems
        $results.Input | Split-Path -Leaf | Should -Be ($names -ne '4.png')
        $problems.TargetObject | Split-Path -Leaf | Should -Be '4.png'
    }

    It 'puts a result out before it takes the next picture, with -ThrottleLimit 1' {
        foreach ($name in '1.png', '2.png') { New-Picture $name }
        $order = [Collections.Generic.List[string]]::new()
        Get-ChildItem -LiteralPath $folder | ForEach-Object { $order.Add("in $($_.Name)"); $_ } |
            Invoke-DiffusionUpscale -NoiseLevel 0 -ThrottleLimit 1 | ForEach-Object { $order.Add("out $(Split-Path -Leaf $_.Input)") }
        $order | Should -Be 'in 1.png', 'out 1.png', 'in 2.png', 'out 2.png'
    }

    It 'ends cleanly when nobody wants more results' {
        foreach ($name in 1..6) { New-Picture "$name.png" }
        $result = Get-ChildItem -LiteralPath $folder | Invoke-DiffusionUpscale -NoiseLevel 0 -ThrottleLimit 4 | Select-Object -First 1
        $result.Status | Should -Be 'Done'
        Get-Name | Should -Contain '1_x2.png'
        foreach ($written in Get-Name | Where-Object { $_ -like '*_x2.png' }) { Get-Name | Should -Contain "$written.pssr.json" }
        Get-Name | Where-Object { $_ -like '*tmp' } | Should -BeNullOrEmpty
    }

    It 'refuses <name>' -ForEach @(
        @{ name = 'a scale and a width'; arguments = @{ Scale = 2; Width = 100 }; id = 'InvalidOption' }
        @{ name = 'settings of another method'; arguments = @{ Method = 'ECDP'; Tau = 3 }; id = 'InvalidOption' }
        @{ name = 'settings of two methods'; arguments = @{ NoiseLevel = 0.1; Tau = 3 }; id = 'InvalidOption' }
        @{ name = 'a noise level with DPI'; arguments = @{ Method = 'DPI'; NoiseLevel = 0.1 }; id = 'InvalidOption' }
        @{ name = 'a corrector that is not there'; arguments = @{ Method = 'DPI'; Corrector = 'no-such-corrector' }; id = 'ModelNotFound' }
        @{ name = 'a prior as corrector'; arguments = @{ Method = 'DPI'; Corrector = 'pssr-prior' }; id = 'ModelFailed' }
        @{ name = 'a weight past 1'; arguments = @{ Method = 'DPI'; Omega = 2 }; id = 'InvalidOption' }
        @{ name = 'noise that the sampler has not'; arguments = @{ Method = 'DPI'; Sampler = 'Ddpm'; Eta = 0.5 }; id = 'InvalidOption' }
        @{ name = 'a model that is not there'; arguments = @{ Model = 'no-such-model' }; id = 'ModelNotFound' }
        @{ name = 'a quality of a lossless format'; arguments = @{ Format = 'Png'; Quality = 50 }; id = 'InvalidOption' }
        @{ name = 'a scale below 1'; arguments = @{ Scale = 0.5 }; id = 'ParameterArgumentValidationError' }
        @{ name = 'a device that is none'; arguments = @{ Device = 'abacus' }; id = 'InvalidOption' }
    ) {
        New-Picture a.png
        { Invoke-DiffusionUpscale (Join-Path $folder a.png) @arguments } |
            Should -Throw -ErrorId "$id,PSSR.Cmdlets.InvokeDiffusionUpscaleCommand"
        Get-Name | Should -Be 'a.png'
    }

    It 'upscales by DPI with a published setting, and tells which' {
        New-Picture a.png
        $path = Join-Path $folder a.png
        $result = Invoke-DiffusionUpscale $path -Method DPI -Preset X4 -Scale 4 -Steps 4 -Seed 3 -Corrector none
        $result.Status, $result.Method, $result.Model | Should -Be 'Done', 'DPI', 'pssr-prior'
        $result.Width, $result.Height | Should -Be 48, 32
        $result.Steps, $result.Evaluations | Should -Be 4, 4
        $result.Decisions['preset'], $result.Decisions['sampler'], $result.Decisions['corrector'] | Should -Be 'X4', 'Ddim', 'none'
        $result.Decisions['tau'], $result.Decisions['omega'] | Should -Be 1.2, 3
        $record = Get-Content -Raw "$($result.Output).pssr.json" | ConvertFrom-Json
        $record.options.method, $record.options.dpi.corrector | Should -Be 'dpi', 'none'
    }

    It 'takes DPI''s settings one by one, and the same seed gives the same bytes' {
        New-Picture a.png
        $path = Join-Path $folder a.png
        $settings = @{
            Method = 'DPI'; Width = 30; Steps = 5; Sampler = 'Ddim'; Preset = 'Real'; Tau = 2; S = 1.1; Omega = 9; K = 3; Eta = 0.3
            Corrector = 'none'; NoRefinement = $true; NoWeight = $true; AsReleased = $true
        }
        $result = Invoke-DiffusionUpscale $path @settings -OutputDirectory (Join-Path $folder 1)
        $result.Width, $result.Height | Should -Be 30, 20
        'preset', 'tau', 's', 'omega', 'k', 'eta', 'weighted', 'refined', 'asReleased' | ForEach-Object { $result.Decisions[$_] } |
            Should -Be 'Real', 2, 1.1, 9, 3, 0.3, $false, $false, $true
        $again = Invoke-DiffusionUpscale $path @settings -OutputDirectory (Join-Path $folder 2)
        ($again | Get-FileHash).Hash | Should -Be ($result | Get-FileHash).Hash
        $other = Invoke-DiffusionUpscale $path @settings -Seed 1 -OutputDirectory (Join-Path $folder 3)
        ($other | Get-FileHash).Hash | Should -Not -Be ($result | Get-FileHash).Hash
    }

    It 'runs DPI without being given a corrector, and says what it took' {
        New-Picture a.png
        $decisions = (Invoke-DiffusionUpscale (Join-Path $folder a.png) -Method DPI -Steps 2).Decisions
        $installed = (Get-SRModel).Name -contains 'pssr-corrector-x4'
        $decisions['corrector'] | Should -Be $(if ($installed) { 'pssr-corrector-x4' } else { 'none' })
        $decisions['correctorFrom'] | Should -BeLike 'default*'
    }

    It 'stops within one network evaluation and leaves no partial file' {
        New-Picture a.png
        $shell = [powershell]::Create()
        # 200 steps of some 48 tiles: far from done when it is stopped, on any machine.
        $null = $shell.AddScript(
            'param($module, $path) Import-Module $module; ' +
            'Invoke-DiffusionUpscale $path -Scale 60 -Steps 200 -NoiseLevel 0.4 -TileSize 128 -SummaryVariable summary').
            AddArgument((Join-Path $root 'PSSR.psd1')).AddArgument((Join-Path $folder a.png))
        $running = $shell.BeginInvoke()
        try {
            while (-not ($shell.Streams.Progress | Where-Object Activity -EQ 'Network') -and -not $running.IsCompleted) {
                Start-Sleep -Milliseconds 50
            }
            $shell.Streams.Progress | Where-Object Activity -EQ 'Network' | Should -Not -BeNullOrEmpty
            $running.IsCompleted | Should -BeFalse
            # It returns when the cmdlet has ended, and 9600 evaluations were ahead.
            $shell.Stop()
            $shell.InvocationStateInfo.State | Should -Be 'Stopped'
            $summary = $shell.Runspace.SessionStateProxy.GetVariable('summary')
            $summary | Should -Not -BeNullOrEmpty
            $summary.Stopped | Should -BeTrue
            $summary.ExitCode | Should -Be 130
        }
        finally { & (Join-Path $PSScriptRoot StopShell.ps1) $shell $running }
        Get-Name | Should -Be 'a.png'
    }
}

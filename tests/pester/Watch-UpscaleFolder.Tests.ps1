# A watch in a real shell. Each ends by itself, or is stopped when something has come.
BeforeAll {
    $root = Split-Path (Split-Path $PSScriptRoot)
    Import-Module (Join-Path $root 'PSSR.psd1') -Force
    $pssr = Join-Path $root "artifacts/pssr/pssr$($IsWindows ? '.exe' : '')"
    $png = & (Join-Path $PSScriptRoot SmallPicture.ps1)

    function New-Picture([string[]] $Name) {
        foreach ($one in $Name) {
            $path = Join-Path $folder $one
            [IO.Directory]::CreateDirectory([IO.Path]::GetDirectoryName($path)) | Out-Null
            [IO.File]::WriteAllBytes($path, $png)
        }
    }

    function Get-Hidden { Get-ChildItem $folder -Recurse -Force -File | Where-Object Name -Like '.*' }

    $quick = @{ NoiseLevel = 0; PollingInterval = 0.3; SettlingTime = 0.1 }
    $cli = '--method', 'diff-sr', '--noise-level', '0', '--polling-interval', '0.3', '--settling-time', '0.1'
}

Describe 'Watch-UpscaleFolder' {
    BeforeEach {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        $in, $out = (Join-Path $folder in), (Join-Path $folder out)
    }

    It 'does what is there and what comes, mirrors folders, and ends when nothing comes any more' {
        New-Picture in/a.png
        $results = Watch-UpscaleFolder $in -Recurse -OutputDirectory $out @quick -IdleTimeout 2 -SummaryVariable summary |
            ForEach-Object {
                if ($_.Input -like '*a.png') { New-Picture 'in/sub/b [1].png' }
                $_
            }
        $results.Status | Should -Be 'Done', 'Done'
        Join-Path $out 'a.png' | Should -Exist
        Test-Path -LiteralPath (Join-Path $out 'sub/b [1].png') | Should -BeTrue
        $summary.Done, $summary.ExitCode, $summary.Stopped | Should -Be 2, 0, $false
        Get-Hidden | Should -BeNullOrEmpty
    }

    It 'watches a folder with its own results in it, and puts out nothing of what was done before' {
        New-Picture in/a.png, in/b.png
        (Watch-UpscaleFolder $in @quick -MaximumCount 2).Count | Should -Be 2
        Watch-UpscaleFolder $in @quick -IdleTimeout 1 | Should -BeNullOrEmpty
        (Get-ChildItem $in -Filter *.png).Count | Should -Be 4
    }

    It 'ends with the pipeline that has enough' {
        New-Picture in/a.png, in/b.png
        $first = Watch-UpscaleFolder $in @quick | Select-Object -First 1
        $first.Status | Should -Be Done
        Get-Hidden | Should -BeNullOrEmpty
    }

    It 'is stopped while it waits, and leaves nothing' {
        New-Picture in/a.png
        $shell = [powershell]::Create([System.Management.Automation.RunspaceMode]::NewRunspace)
        $null = $shell.AddScript('param($module, $in, $quick) Import-Module $module; Watch-UpscaleFolder $in @quick').
            AddArgument((Join-Path $root PSSR.psd1)).AddArgument($in).AddArgument($quick)
        $output = [System.Management.Automation.PSDataCollection[psobject]]::new()
        $running = $shell.BeginInvoke([System.Management.Automation.PSDataCollection[psobject]]::new(), $output)
        try {
            while ($output.Count -eq 0 -and -not $running.IsCompleted) { Start-Sleep -Milliseconds 100 }
            $output.Count | Should -Be 1
            $running.IsCompleted | Should -BeFalse
            $shell.Stop()
            $shell.InvocationStateInfo.State | Should -Be Stopped
        }
        finally { & (Join-Path $PSScriptRoot StopShell.ps1) $shell $running }
        Get-Hidden | Should -BeNullOrEmpty
    }

    It 'warns of a folder that is not there and waits for it' {
        $null = Watch-UpscaleFolder (Join-Path $folder later) @quick -IdleTimeout 1 -WarningVariable told -WarningAction SilentlyContinue
        $told | Should -BeLike "*later' isn't there. It is waited for."
        # Wildcards are expanded once: what they might match one day isn't known.
        Watch-UpscaleFolder (Join-Path $folder 'none*') @quick -ErrorVariable bad -ErrorAction SilentlyContinue
        $bad.FullyQualifiedErrorId | Should -BeLike 'PathNotFound,*'
    }

    It 'refuses a file, and values that are out of range' {
        New-Picture in/a.png
        Watch-UpscaleFolder "$in/a.png" @quick -ErrorVariable bad -ErrorAction SilentlyContinue
        $bad.FullyQualifiedErrorId | Should -BeLike 'InvalidOption,*'
        { Watch-UpscaleFolder $in -SettlingTime 0 } | Should -Throw '*0.1*'
    }

    It 'says with -WhatIf what there is to do now, and does nothing' {
        New-Picture in/a.png
        Watch-UpscaleFolder $in -OutputDirectory $out @quick -WhatIf | Should -BeNullOrEmpty
        $out | Should -Not -Exist
    }

    It 'tells a broken picture once, and not at the next start' {
        New-Picture in/a.png
        [IO.File]::WriteAllBytes("$in/b.png", [byte[]] ($png[0..39] + (, 0 * 5) + $png[45..($png.Length - 1)]))
        $all = Watch-UpscaleFolder $in -OutputDirectory $out @quick -IdleTimeout 2 -ErrorVariable bad -ErrorAction SilentlyContinue
        $all.Status | Should -Be Done
        $bad.FullyQualifiedErrorId | Should -BeLike 'ImageFailed,*'
        $again = Watch-UpscaleFolder $in -OutputDirectory $out @quick -IdleTimeout 1 -ErrorVariable bad -SummaryVariable summary
        $again.FailedBefore | Should -BeTrue
        $bad | Should -BeNullOrEmpty
        $summary.ExitCode | Should -Be 0
    }
}

Describe 'pssr watch' {
    BeforeEach {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        $in, $out = (Join-Path $folder in), (Join-Path $folder out)
    }

    It 'prints a line a picture and ends by count' {
        New-Picture in/a.png, in/b.png
        $lines = & $pssr watch $in --out $out @cli --maximum-count 2 --json 2>$null | ConvertFrom-Json
        $LASTEXITCODE | Should -Be 0
        $lines.status | Should -Be 'done', 'done'
    }

    It 'ends with 3 for a file in a folder''s place' {
        New-Picture in/a.png
        & $pssr watch "$in/a.png" 2>&1 | Should -BeLike '*is a file*--include*'
        $LASTEXITCODE | Should -Be 3
    }

    if (-not $IsWindows) {
        It 'ends with 0 by SIG<_>' -ForEach 'TERM', 'HUP' {
            New-Picture in/a.png
            $start = [Diagnostics.ProcessStartInfo]::new($pssr, [string[]] (@('watch', $in, '--out', $out) + $cli))
            $start.RedirectStandardOutput = $start.RedirectStandardError = $true
            $process = [Diagnostics.Process]::Start($start)
            $process.StandardOutput.ReadLine() | Should -Match 'a\.png -> '
            kill "-$_" $process.Id
            $process.StandardOutput.ReadToEnd() | Should -Match '^1 done, 0 failed, 0 skipped'
            $process.WaitForExit()
            $process.ExitCode | Should -Be 0
            Get-Hidden | Should -BeNullOrEmpty
        }

        It 'goes on after SIGHUP where nohup started it' {
            New-Picture in/a.png
            $start = [Diagnostics.ProcessStartInfo]::new('nohup',
                [string[]] (@($pssr, 'watch', $in, '--out', $out, '--maximum-count', 2) + $cli))
            $start.RedirectStandardOutput = $start.RedirectStandardError = $true
            $process = [Diagnostics.Process]::Start($start)
            $process.StandardOutput.ReadLine() | Should -Match 'a\.png -> '
            kill -HUP $process.Id
            New-Picture in/b.png
            $process.StandardOutput.ReadToEnd() | Should -Match '(?s)b\.png -> .*2 done, 0 failed, 0 skipped'
            $process.WaitForExit()
            $process.ExitCode | Should -Be 0
        }
    }
}

Describe 'A nightly run over a folder with a broken picture' {
    BeforeEach {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        $in, $out = (Join-Path $folder in), (Join-Path $folder out)
        New-Picture in/good.png
        [IO.File]::WriteAllBytes("$in/bad.png", $png[0..39])
        $once = @{ NoiseLevel = 0; OutputDirectory = $out; ErrorAction = 'SilentlyContinue'; ErrorVariable = 'bad' }
    }

    It 'has an error the first night, and then says that it failed before' {
        $first = Invoke-DiffusionUpscale $in @once -SummaryVariable summary
        $first.Status, $bad.Count, $summary.ExitCode | Should -Be 'Done', 1, 2
        $second = Invoke-DiffusionUpscale $in @once -SummaryVariable summary -WarningVariable warned
        $bad.Count, $warned.Count | Should -Be 0, 0
        $summary.FailedBefore, $summary.Failed, $summary.Skipped, $summary.ExitCode | Should -Be 1, 0, 2, 0
        ($second | Where-Object FailedBefore).Reason | Should -BeLike "failed before: '*bad.png' can't be read: *RetryFailed*"
        $second | Measure-ImageQuality -ReferenceDirectory $in -Lpips Never -ErrorAction SilentlyContinue | Out-Null
        $null = Invoke-DiffusionUpscale $in @once -RetryFailed -SummaryVariable summary
        $bad.Count, $summary.ExitCode | Should -Be 1, 2
        New-Picture in/bad.png
        (Invoke-DiffusionUpscale $in @once).Status | Should -Contain Done
        Get-Hidden | Should -BeNullOrEmpty
    }

    It 'exits with 2 once, on the command line too' {
        $run = { & $pssr upscale $in --method diff-sr --noise-level 0 --out $out @args 2>&1 | ForEach-Object { "$_" }; $LASTEXITCODE }
        (& $run)[-1] | Should -Be 2
        $said = & $run
        $said[-1] | Should -Be 0
        $said -match 'failed before' | Should -HaveCount 2
        (& $run --retry-failed)[-1] | Should -Be 2
    }
}

# An array over two real sshd on loopback. ./build.sh test-engines runs it.
BeforeAll {
    . (Join-Path $PSScriptRoot EngineSet.ps1)
    . (Join-Path $root tools/Shell.ps1)
    $config = & (Join-Path $PSScriptRoot Start-Sshd.ps1) -Folder (Join-Path $TestDrive sshd)
    $in, $out = (New-Set $TestDrive), (Join-Path $TestDrive 'out $HOME')
}

AfterAll { & (Join-Path $PSScriptRoot Stop-Sshd.ps1) -Folder (Join-Path $TestDrive sshd) }

Describe 'An array over ssh' {
    It 'has each of 500 pictures done once, though the console that began it is killed' {
        # A console of its own, which submits, waits, and is killed while it does.
        $script = Join-Path $TestDrive console.ps1
        @'
param($Module, $In, $Out, $Config, $Told)
Import-Module $Module
$quick = @{ Method = 'DiffSR'; NoiseLevel = 0; Scale = 40; ThrottleLimit = 1 }
$hosts = @{ Scheduler = 'Ssh'; HostName = 'alpha', 'beta'; SshConfigPath = $Config; ShardCount = 4 }
$array = Submit-UpscaleArray -LiteralPath $In -OutputDirectory $Out @quick @hosts
Set-Content -LiteralPath $Told $array.JobDirectory
$array | Wait-UpscaleArray
'@ | Set-Content $script
        $told = Join-Path $TestDrive told
        $words = @($shellCommand | Select-Object -Skip 1) + '-NoProfile', '-NonInteractive', '-File', $script, (Join-Path $root PSSR.psd1),
            $in, $out, $config, $told
        $start = [Diagnostics.ProcessStartInfo]::new($shellCommand[0])
        $words.ForEach({ $start.ArgumentList.Add($_) })
        $console = [Diagnostics.Process]::Start($start)
        Wait-Until 'The console' { Test-Path -LiteralPath $told }
        $job = (Get-Content -LiteralPath $told).Trim()
        Wait-Until 'Pictures of both hosts' { @((Get-UpscaleArray $job).Shards.Where({ $_.Done -gt 0 })).Count -ge 2 }
        $console.HasExited | Should -BeFalse
        $console.Kill()
        $console.WaitForExit()

        $now = Get-UpscaleArray $out
        $now.State, $now.JobDirectory | Should -Be Running, $job
        ($now.Shards.Engine -replace ':.*' | Sort-Object -Unique) | Should -Be alpha, beta
        $end = Wait-UpscaleArray $job -PollingInterval 1 -Timeout 300
        $end.State, $end.Done, $end.Left, $end.ExitCode | Should -Be Done, 500, 0, 0
        Assert-DoneOnce $job $out
        (Receive-UpscaleArray $job).Count | Should -Be 500
    }

    It 'tells a shard that was killed, and does it alone' {
        $out = Join-Path $TestDrive second
        $array = Submit-UpscaleArray $in -OutputDirectory $out @quick -Scheduler Ssh -HostName alpha, beta `
            -SshConfigPath $config -ProgramPath $pssr
        $job = $array.JobDirectory
        $array.Shards.Count | Should -Be 2
        Wait-Until 'A picture of each' { @((Get-UpscaleArray $job).Shards.Where({ $_.Done -gt 0 })).Count -eq 2 }
        kill -KILL ((Get-UpscaleArray $job).Shards[1].Process -split '/')[-1]
        $end = Wait-UpscaleArray $job -PollingInterval 1 -Timeout 300
        $end.Shards.State | Should -Be Done, Dead
        & $pssr array resubmit $job --shard 1 | Out-Null
        $LASTEXITCODE | Should -Be 0
        (Wait-UpscaleArray $job -PollingInterval 1 -Timeout 300).Done | Should -Be 500
        Assert-DoneOnce $job $out -Killed 1
    }

    It 'says which host began nothing' {
        $out = Join-Path $TestDrive third
        $array = Submit-UpscaleArray (Get-ChildItem $in | Select-Object -First 6) -OutputDirectory $out @quick `
            -Scheduler Ssh -HostName alpha, nowhere.invalid -SshConfigPath $config -ProgramPath $pssr `
            -WarningVariable warnings -WarningAction SilentlyContinue
        "$warnings" | Should -Match 'nowhere\.invalid'
        $end = $array | Wait-UpscaleArray -PollingInterval 1 -Timeout 100
        $end.Shards.State | Should -Be Done, Dead
    }
}

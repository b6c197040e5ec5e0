# Arrays in a real shell, on this machine alone; the other engines are in tests/engines.
BeforeAll {
    $root = Split-Path (Split-Path $PSScriptRoot)
    Import-Module (Join-Path $root 'PSSR.psd1') -Force
    $pssr = Join-Path $root "artifacts/pssr/pssr$($IsWindows ? '.exe' : '')"
    $png = & (Join-Path $PSScriptRoot SmallPicture.ps1)
    $quick = @{ Method = 'DiffSR'; NoiseLevel = 0 }
    $soon = @{ PollingInterval = 0.3; Timeout = 120 }

    function New-Set([int] $Count) {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        $in = Join-Path $folder "in it's [1]"
        [IO.Directory]::CreateDirectory((Join-Path $in sub)) | Out-Null
        foreach ($i in 1..$Count) { [IO.File]::WriteAllBytes((Join-Path $in "$($i % 2 ? 'sub/' : '')p$i.png"), $png) }
        $in, (Join-Path $folder 'out $x')
    }
}

Describe 'Submit-UpscaleArray' {
    It 'does a set by two shards of this shell''s kind, merges what became of it, and knows a failed picture' {
        $in, $out = New-Set 12
        [IO.File]::WriteAllBytes((Join-Path $in cut.png), $png[0..39])
        $array = Submit-UpscaleArray -LiteralPath $in -Recurse -OutputDirectory $out @quick -ShardCount 2
        $array.Pictures, $array.Shards.Count, $array.Scheduler | Should -Be 13, 2, 'Local'
        $end = $array | Wait-UpscaleArray @soon
        $end.State, $end.Done, $end.Failed, $end.Left, $end.ExitCode | Should -Be Done, 12, 1, 0, 2
        $end.Failures.Input | Should -Be (Join-Path $in cut.png)
        (Get-UpscaleArray -JobDirectory $out).JobDirectory | Should -Be $array.JobDirectory
        $results = Receive-UpscaleArray $out -SummaryVariable summary -ErrorVariable failed -ErrorAction SilentlyContinue
        $results.Count, $failed.Count, $summary.Done, $summary.Failed, $summary.ExitCode | Should -Be 12, 1, 12, 1, 2
        @($results.Width | Sort-Object -Unique) | Should -Be 24
        Join-Path $out sub/p1.png | Should -Exist
        Get-ChildItem -LiteralPath $in -Recurse -Filter *.json | Should -BeNullOrEmpty
        { Submit-UpscaleArray -JobDirectory $array.JobDirectory } | Should -Throw '*nothing to submit*'
        $array | Submit-UpscaleArray -WarningVariable told -WarningAction SilentlyContinue | Should -BeNullOrEmpty
        "$told" | Should -BeLike '*nothing to submit*'
        Get-UpscaleArray $out | Where-Object State -EQ Dead | Submit-UpscaleArray -WarningAction SilentlyContinue | Should -BeNullOrEmpty
    }

    It 'tells which file of a shard can''t be read, and does that shard again' {
        $in, $out = New-Set 6
        $job = (Submit-UpscaleArray -LiteralPath $in -Recurse -OutputDirectory $out @quick -ShardCount 2).JobDirectory
        (Wait-UpscaleArray $job @soon).Done | Should -Be 6
        $sign = Join-Path $job shards/shard-00001.json
        # What its log says is there already: nobody need read it.
        $counts = (Get-Content -LiteralPath $sign -Raw | ConvertFrom-Json).counts
        $counts.logBytes | Should -Be (Get-Item -LiteralPath (Join-Path $job logs/shard-00001.jsonl)).Length
        [IO.File]::WriteAllText($sign, '{ "process":')
        $array = Get-UpscaleArray $job
        $array.Shards.State | Should -Be Done, Unreadable
        $array.ExitCode, $array.Done | Should -Be 5, 6
        $array.Shards[1].Problem | Should -BeLike "*$([WildcardPattern]::Escape($sign))*"
        & $pssr array status $job 2>&1 | Out-String | Should -BeLike '*shard 1: *is no file of an array*'
        $array | Submit-UpscaleArray | Out-Null
        $end = Wait-UpscaleArray $job @soon
        $end.State, $end.Done, $end.Skipped, $end.ExitCode | Should -Be Done, 6, 0, 0
    }

    It 'tells, before anything is done, pictures of any shards that want one name' {
        $in, $out = New-Set 4
        [IO.Directory]::CreateDirectory((Join-Path $in other)) | Out-Null
        [IO.File]::WriteAllBytes((Join-Path $in other/q.png), $png)
        $array = Submit-UpscaleArray -LiteralPath $in -Recurse -OutputDirectory $out @quick -ShardCount 8 -NameTemplate same `
            -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed.Count, $array.Pictures | Should -Be 4, 1
        $failed.ForEach({ "$_" }) | Should -BeLike '*would both become*'
        (Wait-UpscaleArray $array @soon).Done | Should -Be 1
        Join-Path $out other/same.png | Should -Exist
    }

    It 'is stopped by anyone who sees the folder, and submitted again where it stopped' {
        # Enough that the shard, which looks for the mark every 3 seconds, isn't done before it looks.
        $in, $out = New-Set 400
        $job = (& $pssr array submit $in --recurse --out $out --method diff-sr --noise-level 0 --scale 40 --throttle-limit 1)[0]
        $LASTEXITCODE | Should -Be 0
        while ((Get-UpscaleArray $job).Done -eq 0) { Start-Sleep -Milliseconds 100 }
        $null = Stop-UpscaleArray $job
        $end = Wait-UpscaleArray $job @soon
        $end.State, $end.ExitCode, ($end.Left -gt 0) | Should -Be Stopped, 130, $true
        $null = Receive-UpscaleArray $job -WarningVariable left -WarningAction SilentlyContinue
        "$left" | Should -Match 'not all pictures are done'
        & $pssr array resubmit $job | Out-Null
        $LASTEXITCODE | Should -Be 0
        (Wait-UpscaleArray $job @soon).Done | Should -Be 400
    }

    It 'shows what an engine would be given, and does nothing' {
        $in, $out = New-Set 2
        $said = & $pssr array submit $in --out $out --scheduler slurm --shard-count 3 --time-limit 9 --what-if
        $LASTEXITCODE | Should -Be 0
        $said | Should -Contain '#SBATCH --array=0-2'
        $said | Should -Contain '#SBATCH --time=9'
        Submit-UpscaleArray -LiteralPath $in -OutputDirectory $out -Scheduler Slurm -WhatIf | Should -BeNullOrEmpty
        Test-Path -LiteralPath $out | Should -BeFalse
    }

    It 'refuses what can''t be, in one sentence, before anything is listed: <because>' -ForEach @(
        @{ because = 'HostName'; given = @{ Scheduler = 'Ssh' } }
        @{ because = 'Image'; given = @{ Scheduler = 'Kubernetes' } }
        @{ because = 'TimeLimit'; given = @{ TimeLimit = 5 } }
        @{ because = 'LogPath'; given = @{ LogPath = 'x' } }
        @{ because = 'SummaryVariable'; given = @{ SummaryVariable = 'x' } }
        @{ because = 'ShardIndex'; given = @{ ShardIndex = 1; ShardCount = 2 } }
        @{ because = 'Force'; given = @{ Force = $true } }
    ) {
        $in, $null = New-Set 1
        $failed = { Submit-UpscaleArray -LiteralPath $in -Recurse @quick @given -ErrorAction Stop } | Should -Throw "$because*" -PassThru
        $failed.FullyQualifiedErrorId | Should -BeLike 'InvalidOption,*'
        Get-ChildItem -LiteralPath $in -Recurse -Force -File | Should -HaveCount 1
    }

    It 'leaves what was planned where the engine''s client isn''t there, and says so' {
        $in, $out = New-Set 2
        $before = $env:PATH
        try {
            $env:PATH = $TestDrive
            { Submit-UpscaleArray -LiteralPath $in -Recurse -OutputDirectory $out @quick -Scheduler Slurm -ErrorAction Stop } |
                Should -Throw "*'sbatch'*"
        }
        finally { $env:PATH = $before }
        (Get-UpscaleArray $out).Left | Should -Be 2
    }

    It 'says that there is no array' {
        $in, $null = New-Set 1
        Get-UpscaleArray $in -ErrorVariable failed -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        "$failed" | Should -Match 'no array''s folder'
        & $pssr array status $in 2>&1 | Out-String | Should -Match 'no array''s folder'
        $LASTEXITCODE | Should -Be 3
    }
}

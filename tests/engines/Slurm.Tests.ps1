# An array on a real Slurm of two nodes, both this machine. ./build.sh test-engines runs it.
BeforeAll {
    . (Join-Path $PSScriptRoot EngineSet.ps1)
    $slurm = & (Join-Path $PSScriptRoot Start-Slurm.ps1) -Folder (Join-Path $TestDrive slurm)
    $in, $out = (New-Set $TestDrive), (Join-Path $TestDrive 'out "1"')
}

AfterAll { & (Join-Path $PSScriptRoot Stop-Slurm.ps1) -Folder (Join-Path $TestDrive slurm) }

Describe 'An array on Slurm' {
    It 'has each of 500 pictures done once, though a task is killed and a node goes down in the middle' {
        $array = Submit-UpscaleArray $in -OutputDirectory $out @quick -Scheduler Slurm -ShardCount 8 -Cores 1 -ProgramPath $pssr
        $array.Pictures, $array.Shards.Count, $array.Scheduler | Should -Be 500, 8, 'Slurm'
        $job = $array.JobDirectory
        Wait-Until 'All eight at work' {
            $script:now = Get-UpscaleArray $job
            @($now.Shards.Where({ $_.Done -gt 0 })).Count -eq 8
        }
        $nodes = $now.Shards.Engine | ForEach-Object { ($_ -split ' ')[-1] } | Sort-Object -Unique
        $nodes | Should -Be one, two

        $victim = $now.Shards.Where({ $_.Engine -eq 'RUNNING one' -and $_.State -eq 'Running' })[0]
        $victim | Should -Not -BeNullOrEmpty
        kill -KILL ($victim.Process -split '/')[-1]
        scontrol update nodename=two state=down reason=test
        $LASTEXITCODE | Should -Be 0
        Wait-Until 'The killed task' { (Get-UpscaleArray $job).Shards[$victim.Index].State -eq 'Dead' }

        # What was on the node is queued again by Slurm; the killed one stays dead until it is submitted again, alone.
        $end = Wait-UpscaleArray $job -PollingInterval 1 -Timeout 300
        $end.State, $end.ExitCode | Should -Be Dead, 5
        $end.Shards.Where({ $_.State -ne 'Done' }).Index | Should -Be $victim.Index
        $end.Left | Should -BeGreaterThan 0
        Submit-UpscaleArray -JobDirectory $job -Shard $victim.Index | Out-Null
        $end = Wait-UpscaleArray $job -PollingInterval 1 -Timeout 300
        $end.State, $end.Done, $end.Failed, $end.Left, $end.ExitCode | Should -Be Done, 500, 0, 0, 0
        Assert-DoneOnce $job $out -Killed 5

        $results = Receive-UpscaleArray $job -SummaryVariable summary
        $results.Count, $summary.Done, $summary.ExitCode, $summary.Stopped | Should -Be 500, 500, 0, $false
        $results | Export-UpscaleReport (Join-Path $TestDrive report.html)
        Join-Path $TestDrive report.html | Should -Exist
    }

    It 'is stopped, and goes on when it is submitted again' {
        $out = Join-Path $TestDrive again
        $array = Submit-UpscaleArray $in -OutputDirectory $out @quick -Scheduler Slurm -ShardCount 2 -Cores 1 -Parallel 1
        Wait-Until 'A picture' { (Get-UpscaleArray $array.JobDirectory).Done -gt 0 }
        $array | Stop-UpscaleArray | Out-Null
        $end = $array | Wait-UpscaleArray -PollingInterval 1 -Timeout 60
        $end.HasEnded, ($end.Left -gt 0) | Should -Be $true, $true
        squeue --noheader | Should -BeNullOrEmpty
        Get-UpscaleArray $out | Submit-UpscaleArray | Out-Null
        (Wait-UpscaleArray $out -PollingInterval 1 -Timeout 300).Done | Should -Be 500
        Assert-DoneOnce $array.JobDirectory $out
    }

    It 'gives its nodes back to a job of more urgency, and has each picture done once all the same' {
        $out = Join-Path $TestDrive preempted
        $array = Submit-UpscaleArray $in -OutputDirectory $out @quick -Scheduler Slurm -ShardCount 2 -Cores 1 -ProgramPath $pssr
        $job = $array.JobDirectory
        Wait-Until 'A picture of each' { @((Get-UpscaleArray $job).Shards.Where({ $_.Done -gt 0 })).Count -eq 2 }
        $urgent = sbatch --parsable --partition=urgent --nodes=2 --exclusive --output=/dev/null --wrap='sleep 2'
        $LASTEXITCODE | Should -Be 0
        Wait-Until 'The urgent job' { (squeue --noheader --jobs $urgent --states all --format %T) -in 'RUNNING', 'COMPLETED' }
        $end = Wait-UpscaleArray $job -PollingInterval 1 -Timeout 300
        $end.State, $end.Done, $end.Failed, $end.Left, $end.ExitCode | Should -Be Done, 500, 0, 0, 0
        foreach ($shard in 0, 1) {
            $events = Get-Content (Join-Path $job "logs/shard-0000$shard.jsonl") | ConvertFrom-Json
            $events.Where({ $_.event -eq 'start' }).Count | Should -Be 2
            $events.Where({ $_.event -eq 'summary' }).stopped | Should -Be $true, $false
        }
        Assert-DoneOnce $job $out
    }

    It 'has each picture done once when a task is queued again while it works' {
        $out = Join-Path $TestDrive requeued
        $array = Submit-UpscaleArray $in -OutputDirectory $out @quick -Scheduler Slurm -ShardCount 2 -Cores 1 -ProgramPath $pssr
        $job = $array.JobDirectory
        Wait-Until 'A picture of each' { @((Get-UpscaleArray $job).Shards.Where({ $_.Done -gt 0 })).Count -eq 2 }
        $id = (Get-Content (Join-Path $job submissions/00001.json) | ConvertFrom-Json).reference
        scontrol requeue "${id}_0"
        $LASTEXITCODE | Should -Be 0
        $end = Wait-UpscaleArray $job -PollingInterval 1 -Timeout 300
        $end.State, $end.Done, $end.Failed, $end.Left, $end.ExitCode | Should -Be Done, 500, 0, 0, 0
        # Its first run was stopped, gave back what it had in work, and said so; the second did the rest.
        $events = Get-Content (Join-Path $job logs/shard-00000.jsonl) | ConvertFrom-Json
        $events.Where({ $_.event -eq 'start' }).Count | Should -Be 2
        $events.Where({ $_.event -eq 'summary' }).stopped | Should -Be $true, $false
        Assert-DoneOnce $job $out
    }
}

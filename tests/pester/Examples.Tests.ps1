BeforeDiscovery {
    $scripts = Get-ChildItem (Join-Path (Split-Path (Split-Path $PSScriptRoot)) 'examples/*.ps1') |
        ForEach-Object { @{ name = $_.Name; script = $_.FullName } }
    $units = Get-ChildItem (Join-Path (Split-Path (Split-Path $PSScriptRoot)) 'examples/systemd/*') |
        ForEach-Object { @{ name = $_.Name; unit = $_.FullName } }
    $lines = Get-Content (@($units.unit) + (Join-Path (Split-Path (Split-Path $PSScriptRoot)) docs/administration.md)) |
        Where-Object { $_ -match '/opt/pssr/pssr \w' } | ForEach-Object { @{ line = $_.Trim() } }
}

BeforeAll {
    $root = Split-Path (Split-Path $PSScriptRoot)
    . (Join-Path $root tools/Shell.ps1)
    $examples = Join-Path $root examples
    Import-Module (Join-Path $root 'PSSR.psd1') -Force
    # Small pictures, outside TestDrive, which is emptied after each block.
    $folder = (New-Item -ItemType Directory (Join-Path ([IO.Path]::GetTempPath()) ([guid]::NewGuid()))).FullName
    $pictures = Join-Path $folder pictures
    New-DegradedImage (Join-Path $examples '*.png') -OutputDirectory $pictures -Scale 4 | Out-Null
    Remove-Item (Join-Path $pictures '*.json')
}

AfterAll {
    Remove-Item -LiteralPath $folder -Recurse -Force
}

Describe '<name>' -ForEach $scripts {
    It 'is short, says what it is for, and is run by these tests' {
        (Get-Content $script).Count | Should -BeLessThan 40
        $help = Get-Help $script
        $help.Synopsis | Should -Match '\.$'
        $help.examples.example.code | Should -Not -BeNullOrEmpty
        Get-Content -Raw $PSCommandPath | Should -Match "examples $name\)"
    }
}

Describe 'Examples' {
    It 'watches a folder: one pass, then only what is new, with the exit code of a scheduled task' {
        $in, $out, $log = 'watch-in', 'watch-out', 'watch.log' | ForEach-Object { Join-Path $folder $_ }
        Copy-Item -Recurse $pictures $in
        $pass = {
            Invoke-Shell -Command (
                "& '$(Join-Path $examples WatchFolder.ps1)' '$in' '$out' -LogPath '$log' " +
                "-Option @{ Scale = 1; NoiseLevel = 0 } 2>&1 | Out-Null; exit `$LASTEXITCODE")
        }
        & $pass
        $LASTEXITCODE | Should -Be 0
        Get-ChildItem $out -Filter *.png | Should -HaveCount 3
        [IO.File]::WriteAllBytes((Join-Path $in bad.png), [IO.File]::ReadAllBytes((Join-Path $examples drawing.png))[0..39])
        & $pass
        $LASTEXITCODE | Should -Be 2
        & $pass
        $LASTEXITCODE | Should -Be 0
        $summary = Get-Content $log | ConvertFrom-Json | Where-Object event -EQ summary
        $summary.done | Should -Be 3, 0, 0
        $summary.skipped | Should -Be 0, 3, 4
        $summary.failed | Should -Be 0, 1, 0
        $summary[2].failedBefore | Should -Be 1
        Invoke-Shell -Command (
            "& '$(Join-Path $examples WatchFolder.ps1)' '$in' '$out' " +
            "-Option @{ Model = 'nobody' } 2>&1 | Out-Null; exit `$LASTEXITCODE")
        $LASTEXITCODE | Should -Be 3
    }

    It 'goes from a degraded set to a report' {
        $out = Join-Path $folder try
        # By 3 the pictures' sides leave a rest; and again, as one does.
        foreach ($scale in 2, 3, 3) {
            $said = & (Join-Path $examples DegradeToReport.ps1) $pictures $out -Scale $scale -Option @{ NoiseLevel = 0 }
            @($said | Where-Object Psnr).Count | Should -Be 3
            Get-Content -Raw (Join-Path $out report.html) | Should -Match "Shrunk and upscaled by $scale"
        }
    }

    It 'searches a field where nobody looks' {
        $fields = $env:PSSR_MODELS
        $env:PSSR_MODELS = Join-Path $folder models
        try {
            $found = & (Join-Path $examples SearchField.ps1) -Scale 2, 3 -NonInteractive -Path $pictures `
                -OutputDirectory (Join-Path $folder field) -Option @{ CropSize = 32 }
        }
        finally { $env:PSSR_MODELS = $fields }
        $found.Scale | Should -Be 2, 3
        Join-Path $folder 'field/field.svg' | Should -Exist
    }

    It 'trains a corrector and tries it' {
        $tiny = @{
            Scale = 4; Steps = 2; BatchSize = 1; CropSize = 16; NumChannels = 32; ChannelMult = '1,2'
            NumResBlocks = 1; ValidationCount = 1; ValidateEvery = 0
        }
        $out = Join-Path $folder crt
        $picture = Get-ChildItem $pictures | Select-Object -First 1
        $results = & (Join-Path $examples TrainCorrector.ps1) $out $picture.FullName -ImageFolder $pictures `
            -Option $tiny -Upscale @{ Scale = 1; Steps = 2 }
        $results.Status | Should -Be 'Done', 'Done'
        $results[0].Decisions.corrector, $results[1].Decisions.corrector |
            Should -Be 'none', (Get-Content -Raw (Join-Path $out card.json) | ConvertFrom-Json).name
    }

    It 'upscales in the background: in a thread, in a process, and what arrives' {
        $option = @{ Scale = 1; NoiseLevel = 0 }
        foreach ($process in $false, $true) {
            $job = & (Join-Path $examples UpscaleInBackground.ps1) $pictures (Join-Path $folder "job-$process") `
                -Process:$process -Option $option
            $job | Should -BeOfType System.Management.Automation.Job
            $results = $job | Receive-Job -Wait -AutoRemoveJob
            $results.Status | Should -Be 'Done', 'Done', 'Done'
            Get-ChildItem (Join-Path $folder "job-$process") -Filter *.png | Should -HaveCount 3
        }
        $option += @{ SettlingTime = 0.1; IdleTimeout = 60 }
        $job = & (Join-Path $examples UpscaleInBackground.ps1) $pictures (Join-Path $folder job-watch) -Watch -Option $option
        while ($job.Output.Count -lt 3 -and $job.State -in 'NotStarted', 'Running') { Start-Sleep -Milliseconds 100 }
        $job.State | Should -Be Running
        Stop-Job $job
        ($job | Receive-Job).Count | Should -Be 3
        Remove-Job $job
        Get-ChildItem (Join-Path $folder job-watch) -Force -Filter .* | Should -BeNullOrEmpty
    }

    It 'makes a task for Task Scheduler, whatever is in the paths' {
        $file = Join-Path $folder task.xml
        & (Join-Path $examples RegisterTask.ps1) 'D:\my "in" & <out>\' 'D:\out' -LogPath 'D:\pssr.log' -At 03:30 -XmlPath $file `
            -Option '--scale', '4'
        $task = ([xml] (Get-Content -Raw $file)).Task
        $task.Actions.Exec.Command | Should -Be 'C:\Program Files\PSSR\pssr.exe'
        $task.Actions.Exec.Arguments | Should -BeExactly (
            '"upscale" "D:\my \"in\" & <out>\\" "--recurse" "--out" "D:\out" "--log" "D:\pssr.log" "--scale" "4"')
        $task.Triggers.CalendarTrigger.StartBoundary | Should -Match 'T03:30:00$'
        $task.Settings.MultipleInstancesPolicy, $task.Settings.Priority | Should -Be 'IgnoreNew', '8'
    }

    # The program in ssh's place is a script for sh.
    if (-not $IsWindows) {
        It 'shards a set over SSH remoting' {
            # No SSH server here: in ssh's place stands a program that starts the other end on this machine, so that
            # all but the wire is PowerShell's own.
            $bin = New-Item -ItemType Directory (Join-Path $folder bin)
            $stub = Join-Path $bin ssh
            Set-Content $stub "#!/bin/sh`necho `"`$*`" >> '$folder/ssh.log'`nexec '$($shellCommand -join "' '")' -sshs -NoLogo -NoProfile"
            chmod +x $stub
            $before = $env:PATH
            $env:PATH = "${bin}:$before"
            try {
                $parts = & (Join-Path $examples ShardOverSsh.ps1) -HostName ann, bob -Path $pictures `
                    -OutputDirectory (Join-Path $folder sharded) -Option @{ Scale = 1; NoiseLevel = 0 }
            }
            finally { $env:PATH = $before }
            $parts.HostName | Sort-Object | Should -Be 'ann', 'bob'
            $parts.ShardIndex | Sort-Object | Should -Be 0, 1
            ($parts | Measure-Object Done -Sum).Sum | Should -Be 3
            $parts.Failed | Should -Be 0, 0
            Get-ChildItem (Join-Path $folder sharded) -Filter *.png | Should -HaveCount 3
            (Get-Content (Join-Path $folder ssh.log)) -match 'powershell' | Should -HaveCount 2
        }
    }
}

Describe 'examples/systemd/<name>' -ForEach $units {
    It 'is lines as systemd reads them, and says what it is for' {
        $lines = Get-Content $unit
        $lines[0] | Should -Match '^# \w'
        $lines | Where-Object { $_ -notmatch '^(#.*|\[(Unit|Service|Timer|Install)\]|[A-Z][A-Za-z]+=\S.*)?$' } | Should -BeNullOrEmpty
        Get-Content -Raw (Join-Path $root docs/administration.md) | Should -Match ([regex]::Escape($name))
    }

    It 'starts only units that are there' {
        Get-Content $unit | Where-Object { $_ -match '^(OnFailure|Unit)=(.+)$' } | ForEach-Object {
            Join-Path $examples "systemd/$($Matches[2] -replace '@.*\.', '@.')" | Should -Exist
        }
    }
}

Describe 'A line for a scheduler' {
    It 'uses commands and options that pssr has: <line>' -ForEach $lines {
        $pssr = Join-Path $root "artifacts/pssr/pssr$($IsWindows ? '.exe' : '')"
        $words = -split ($line -replace '^.*?/opt/pssr/pssr ' -replace ' >.*$')
        $help = (& $pssr $words[0] --help) -join "`n"
        $LASTEXITCODE | Should -Be 0
        foreach ($option in $words -like '--*') { $help | Should -Match "(?m)^  $option\b" }
    }
}

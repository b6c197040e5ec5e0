BeforeAll {
    $root = Split-Path (Split-Path $PSScriptRoot)
    . (Join-Path $root tools/Shell.ps1)
    Import-Module (Join-Path $root 'PSSR.psd1') -Force
    # 12x8 RGB.
    $png = & (Join-Path $PSScriptRoot SmallPicture.ps1)

    function New-Picture([string[]] $Name) {
        foreach ($one in $Name) {
            $path = Join-Path $folder $one
            [IO.Directory]::CreateDirectory([IO.Path]::GetDirectoryName($path)) | Out-Null
            [IO.File]::WriteAllBytes($path, $png)
        }
    }

    # Names of the inputs of what was done.
    function Get-Done([object[]] $Results) { $Results | Where-Object Status -EQ Done | ForEach-Object { Split-Path -Leaf $_.Input } }

    $quick = @{ NoiseLevel = 0 }
}

Describe 'A set of pictures' {
    BeforeEach {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        $out = Join-Path $folder out
        $in = Join-Path $folder in
    }

    It 'is narrowed by Include and Exclude, by name or by path, and brackets are brackets' {
        New-Picture 'in/a1.png', 'in/a[1].png', 'in/b.png', 'in/thumbs/a2.png', 'in/sub/a3.PNG'
        Get-Done (Invoke-DiffusionUpscale $in -Recurse -OutputDirectory $out -Include 'A*.png' -Exclude 'thumbs/*' @quick) |
            Should -Be 'a1.png', 'a[1].png', 'a3.PNG'
        Get-Done (Get-ChildItem $in -Recurse -File | Invoke-DiffusionUpscale -OutputDirectory "$out-2" -Include 'a[1]*' @quick) |
            Should -Be 'a[1].png'
        Invoke-DiffusionUpscale $in -Include '*.tif' -WarningVariable none -WarningAction SilentlyContinue | Should -BeNullOrEmpty
        $none | Should -BeLike 'Include and Exclude left out every picture.'
    }

    It 'is named with brackets as the shell completes them' {
        New-Picture 'in/[a].png', 'in/a.png', 'in/[dir]/b.png'
        $typed = "Invoke-DiffusionUpscale $in/[a"
        $completed = (TabExpansion2 -inputScript $typed -cursorColumn $typed.Length).CompletionMatches.CompletionText
        $line = [scriptblock]::Create("Invoke-DiffusionUpscale $completed -OutputDirectory '$out' @quick")
        Get-Done (& $line) | Should -Be '[a].png'
        $escaped = [WildcardPattern]::Escape((Join-Path $in '[a].png'))
        Show-UpscaleResult $escaped | Should -HaveCount 1
        Get-Done (Invoke-DiffusionUpscale (Join-Path $in '[a].png') -OutputDirectory "$out-2" @quick) | Should -Be 'a.png'
        Get-Done (Invoke-DiffusionUpscale (Join-Path $in '[ab].png') -OutputDirectory "$out-3" @quick) | Should -Be 'a.png'
        $escapedFolder = [WildcardPattern]::Escape((Join-Path $in '[dir]'))
        $result = Invoke-DiffusionUpscale $escapedFolder -OutputDirectory ([WildcardPattern]::Escape("$out-[4]")) @quick
        $result.Output | Should -Be (Join-Path "$out-[4]" b.png)
        { Invoke-DiffusionUpscale -LiteralPath $escaped -OutputDirectory "$out-5" @quick -ErrorAction Stop } | Should -Throw '*There is no*'
    }

    It 'is divided into shards that share out all of it' {
        New-Picture (0..11 | ForEach-Object { "in/$($_ % 3)/p$_.png" })
        $shards = 0..2 | ForEach-Object {
            , @(Get-Done (
                Invoke-DiffusionUpscale $in -Recurse -OutputDirectory $out -ShardIndex $_ `
                    -ShardCount 3 -SummaryVariable "s$_" @quick))
        }
        $shards | ForEach-Object { $_ } | Sort-Object | Should -Be (0..11 | ForEach-Object { "p$_.png" } | Sort-Object)
        $s1.Done + $s1.OtherShards | Should -Be 12
        $s1.ShardIndex, $s1.ShardCount | Should -Be 1, 3
        { Invoke-DiffusionUpscale $in -ShardIndex 3 -ShardCount 3 } |
            Should -Throw -ErrorId 'InvalidOption,PSSR.Cmdlets.InvokeDiffusionUpscaleCommand'
    }

    It 'is summed up in a variable of the caller''s, with the exit code of a scheduled task' {
        New-Picture 'in/a.png', 'in/b.png'
        [IO.File]::WriteAllBytes((Join-Path $in c.png), $png[0..39])
        Invoke-DiffusionUpscale $in -OutputDirectory $out -SummaryVariable first @quick -ErrorAction SilentlyContinue | Out-Null
        $first.Done, $first.Skipped, $first.Failed, $first.Total, $first.ExitCode | Should -Be 2, 0, 1, 3, 2
        $first.OutputBytes | Should -Be (Get-ChildItem "$out/*.png" | Measure-Object Length -Sum).Sum
        Remove-Item (Join-Path $in c.png)
        $again = Invoke-DiffusionUpscale $in -OutputDirectory $out -SummaryVariable second @quick
        $again.Reason | Should -Be 'done before', 'done before'
        $second.Done, $second.Skipped, $second.ExitCode | Should -Be 0, 2, 0
    }

    It 'is summed up in no variable that can''t be written, which is known before any work, and in one that is named with its $' {
        New-Picture 'in/a.png'
        foreach ($name in 'PID', 'true', 'global:Error', 'nope:zz') {
            { Invoke-DiffusionUpscale $in -OutputDirectory $out -SummaryVariable $name @quick } |
                Should -Throw "*SummaryVariable: '$name'*" -ErrorId 'InvalidOption,PSSR.Cmdlets.InvokeDiffusionUpscaleCommand'
            { Receive-UpscaleArray $in -SummaryVariable $name } |
                Should -Throw -ErrorId 'InvalidOption,PSSR.Cmdlets.ReceiveUpscaleArrayCommand'
        }
        $out | Should -Not -Exist
        $null = Invoke-DiffusionUpscale $in -OutputDirectory $out -SummaryVariable '$sum' @quick
        $sum.Done | Should -Be 1
    }

    It 'is done again where something else is asked for, with Force only, and the reason says what differs' {
        New-Picture 'in/a.png'
        $null = Invoke-DiffusionUpscale $in -OutputDirectory $out @quick
        (Invoke-DiffusionUpscale $in -OutputDirectory $out @quick -Seed 5).Reason | Should -BeLike 'Seed is 5 now and was 0 *Force*'
        (Invoke-DiffusionUpscale $in -OutputDirectory $out @quick -Seed 5 -Force).Status | Should -Be 'Done'
        (Invoke-DiffusionUpscale $in -OutputDirectory $out @quick -Seed 5).Reason | Should -Be 'done before'
        Remove-Item "$out/a.png.pssr.json"
        (Invoke-DiffusionUpscale $in -OutputDirectory $out @quick -Seed 5).Reason | Should -BeLike '*no record of*'
    }

    It 'is written down in a log, which is refused before the work when it can''t be written' {
        New-Picture 'in/a.png'
        $log = Join-Path $folder run.log
        $result = Invoke-DiffusionUpscale $in -OutputDirectory $out -LogPath $log @quick
        $lines = Get-Content $log | ConvertFrom-Json
        $lines.event | Should -Be 'start', 'begin', 'file', 'summary'
        $lines[2].status, $lines[2].outputSha256 | Should -Be 'done', (Get-FileHash $result.Output).Hash.ToLower()
        { Invoke-DiffusionUpscale $in -OutputDirectory "$out-2" -LogPath (Join-Path $folder no/run.log) @quick } |
            Should -Throw -ErrorId 'InvalidOption,PSSR.Cmdlets.InvokeDiffusionUpscaleCommand'
        "$out-2" | Should -Not -Exist
    }

    It 'leaves no trace with -WhatIf, whatever is done already' {
        New-Picture 'in/a.png', 'in/b.png'
        $null = Invoke-DiffusionUpscale (Join-Path $in a.png) -OutputDirectory $out @quick
        $before = Get-ChildItem $folder -Recurse -Force | ForEach-Object FullName
        $null = Invoke-DiffusionUpscale $in -OutputDirectory $out -LogPath (Join-Path $folder run.log) -WhatIf @quick
        Get-ChildItem $folder -Recurse -Force | ForEach-Object FullName | Should -Be $before
    }

    It 'goes on where a killed shell left it, and exits as a scheduled task should' {
        New-Picture (0..23 | ForEach-Object { "in/sub $($_ % 2)/[$_].png" })
        [IO.File]::WriteAllBytes((Join-Path $in 'sub 0/bad.png'), $png[0..39])
        $script = {
            $ProgressPreference = 'SilentlyContinue'
            Import-Module $env:PSSR_TEST_MODULE
            Get-ChildItem -LiteralPath $env:PSSR_TEST_SET -Recurse -File |
                Invoke-DiffusionUpscale -OutputDirectory $env:PSSR_TEST_OUT -NoiseLevel 0.1 -Steps 1 `
                    -LogPath $env:PSSR_TEST_LOG -SummaryVariable summary -ErrorAction SilentlyContinue
            exit $summary.ExitCode
        }
        $log = Join-Path $folder run.log
        $env:PSSR_TEST_MODULE, $env:PSSR_TEST_SET, $env:PSSR_TEST_OUT, $env:PSSR_TEST_LOG = (Join-Path $root PSSR.psd1), $in, $out, $log
        $encoded = [Convert]::ToBase64String([Text.Encoding]::Unicode.GetBytes($script))
        $start = @{
            FilePath = $shellCommand[0]
            ArgumentList = @($shellCommand | Select-Object -Skip 1) + '-NoProfile', '-NonInteractive', '-EncodedCommand', $encoded
            PassThru = $true
            RedirectStandardOutput = Join-Path $folder o
            RedirectStandardError = Join-Path $folder e
        }
        $killed = Start-Process @start
        while (-not $killed.HasExited -and -not ((Test-Path $log) -and (Select-String '"event":"file"' $log))) {
            Start-Sleep -Milliseconds 20
        }
        $killed.Kill()
        $killed.WaitForExit()
        $last = Start-Process @start
        $last.WaitForExit()

        $lines = Get-Content $log | ConvertFrom-Json
        # Where the killed run came to the bad one, it failed before.
        $summary = $lines | Where-Object event -EQ summary
        $summary.failed + $summary.failedBefore | Should -Be 1
        $last.ExitCode | Should -Be ($summary.failed ? 2 : 0)
        $done = $lines | Where-Object status -EQ done
        ($done.input | Sort-Object -Unique).Count | Should -Be $done.Count
        # A result whose kill came before its line counts as well.
        $done.Count | Should -BeIn 23, 24
        (Get-ChildItem $out -Recurse -Filter *.png).Count | Should -Be 24
        $lines | Where-Object status -EQ failed | Group-Object run | Where-Object Count -NE 1 | Should -BeNullOrEmpty
        (Get-ChildItem $folder -Recurse -Force -File | Where-Object Name -Like '.*').Name | Should -Be '.bad.png.pssr-failed'
    }
}

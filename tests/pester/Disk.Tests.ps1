# Disks that are full or can't be written, for real: in a mount of its own, which an unprivileged user gets from a user namespace. Where
# a machine
# gives none, a limit on the size of files and a folder that nobody may write stand in for it, and that is said aloud. Linux's
# tools alone can do this.
if (-not $IsLinux) { return }

BeforeDiscovery {
    $null = sh -c 'unshare -Urm true' 2>&1
    $mounts = $IsLinux -and $LASTEXITCODE -eq 0
    if (-not $mounts) { Write-Warning 'Disk.Tests.ps1: no mounts can be made here; full and read-only disks are stood in for.' }
}

BeforeAll {
    $root = Split-Path (Split-Path $PSScriptRoot)
    $pssr = Join-Path $root 'artifacts/pssr/pssr'

    # A BMP of noise: the result can't be smaller than its samples.
    function New-Noise([string] $Path, [int] $Side) {
        $stream = [IO.MemoryStream]::new()
        $writer = [IO.BinaryWriter]::new($stream)
        $writer.Write([byte[]](0x42, 0x4d))
        foreach ($number in (54 + 3 * $Side * $Side), 0, 54, 40, $Side, $Side) { $writer.Write([int]$number) }
        foreach ($number in 1, 24) { $writer.Write([int16]$number) }
        foreach ($number in 0, (3 * $Side * $Side), 2835, 2835, 0, 0) { $writer.Write([int]$number) }
        $samples = [byte[]]::new(3 * $Side * $Side)
        [Random]::new(1).NextBytes($samples)
        $writer.Write($samples)
        [IO.File]::WriteAllBytes($Path, $stream.ToArray())
    }

    # What pssr says of each picture, its exit code, and what lies in the target afterwards.
    function Invoke-InShell([string[]] $Command) {
        $output = & $Command[0] @($Command | Select-Object -Skip 1) 2>&1 | ForEach-Object { "$_" }
        @{
            Results = @($output | Where-Object { $_.StartsWith('{') } |
                ConvertFrom-Json | Where-Object { $_.PSObject.Properties['status'] })
            Exit = [int]($output -match '^exit=' -replace 'exit=')[0]
            Left = @($output -match '^left=' -replace 'left=')
            Output = $output -join "`n"
        }
    }
}

Describe 'a disk' {
    BeforeEach {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        $out = (New-Item -ItemType Directory (Join-Path $folder out)).FullName
        foreach ($picture in @{ a = 16; b = 400; c = 16 }.GetEnumerator()) {
            New-Noise (Join-Path $folder "$($picture.Key).bmp") $picture.Value
        }
        $run = "'$pssr' upscale --noise-level 0 --json --out '$out' '$folder/a.bmp' '$folder/b.bmp' '$folder/c.bmp'"
        $after = "echo exit=`$?; find '$out' -type f -printf 'left=%f\n' | sort"
    }

    It 'that is full is one error for each picture that has no room, and leaves nothing half-written (<_>)' `
        -ForEach $(if ($mounts) { 'tmpfs' } else { 'limit' }) {
        $told = if ($_ -eq 'tmpfs') {
            Invoke-InShell unshare, -Urm, sh, -c, "mount -t tmpfs -o size=600k tmpfs '$out' && { $run; $after; }"
        }
        else { Invoke-InShell bash, -c, "(export DOTNET_EnableWriteXorExecute=0; ulimit -f 600; $run); $after" }
        $told.Results.status | Should -Be 'done', 'failed', 'done' -Because $told.Output
        $told.Results[1].error | Should -BeLike '*b.bmp*can''t be written*'
        $told.Exit | Should -Be 2
        $told.Left | Should -Be 'a.bmp', 'a.bmp.pssr.json', 'c.bmp', 'c.bmp.pssr.json'
    }

    It 'that is read-only is one error a picture (<_>)' -ForEach $(if ($mounts) { 'mount' } else { 'folder' }) {
        $told = if ($_ -eq 'mount') {
            Invoke-InShell unshare, -Urm, sh, -c, "mount --bind '$out' '$out' && mount -o remount,bind,ro '$out' && { $run; $after; }"
        }
        else { Invoke-InShell sh, -c, "$($run.Replace($out, '/sys/pssr-test')); $after" }
        $told.Results.status | Should -Be 'failed', 'failed', 'failed' -Because $told.Output
        $told.Results.error | Should -Not -Contain $null
        $told.Exit | Should -Be 2
        $told.Left | Should -BeNullOrEmpty
    }

    It 'that fills up while a result is overwritten keeps the old one (<_>)' -ForEach $(if ($mounts) { 'tmpfs' } else { 'limit' }) {
        $before = "cp '$folder/a.bmp' '$out/b.bmp'"
        $force = $run -replace 'upscale', 'upscale --force'
        $kept = "cmp '$folder/a.bmp' '$out/b.bmp' && echo kept"
        $told = if ($_ -eq 'tmpfs') {
            Invoke-InShell unshare, -Urm, sh, -c, "mount -t tmpfs -o size=600k tmpfs '$out' && { $before; $force; $after; $kept; }"
        }
        else { Invoke-InShell bash, -c, "$before; (export DOTNET_EnableWriteXorExecute=0; ulimit -f 600; $force); $after; $kept" }
        $told.Results.status | Should -Be 'done', 'failed', 'done' -Because $told.Output
        $told.Output | Should -Match 'kept'
        $told.Left | Should -Be 'a.bmp', 'a.bmp.pssr.json', 'b.bmp', 'c.bmp', 'c.bmp.pssr.json'
    }

    It 'that lets files grow so far and no further is one error for the picture that passes it, and not the end of the run' {
        # SIGXFSZ, which by default ends a process. .NET itself maps a large file for its code, unless it is told otherwise.
        $told = Invoke-InShell bash, -c, "(export DOTNET_EnableWriteXorExecute=0; ulimit -f 600; $run); $after"
        $told.Results.status | Should -Be 'done', 'failed', 'done' -Because $told.Output
        $told.Exit | Should -Be 2
        $told.Left | Should -Be 'a.bmp', 'a.bmp.pssr.json', 'c.bmp', 'c.bmp.pssr.json'
    }
}

Describe 'the memory that a process was given' {
    It 'is the reason, and no defect, where it is too little' {
        # Enough for .NET, and not for libtorch.
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        New-Noise (Join-Path $folder a.bmp) 16
        $told = Invoke-InShell bash, -c,
            "(ulimit -v 2000000; '$pssr' upscale --noise-level 0 --out '$folder/out' '$folder/a.bmp'); echo exit=`$?"
        $told.Exit | Should -Be 3 -Because $told.Output
        $told.Output | Should -Not -Match 'defect'
        $told.Output | Should -Match 'memory'
    }
}

Describe 'a shell that cannot write its lines' {
    It 'loses verbose lines and no picture' {
        . (Join-Path $root tools/Shell.ps1)
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        1..4 | ForEach-Object { New-Noise (Join-Path $folder "$_.bmp") 16 }
        Set-Content (Join-Path $folder run.ps1) ("Import-Module '$(Join-Path $root PSSR.psd1)'; " +
            "`$null = Invoke-DiffusionUpscale '$folder' -NoiseLevel 0 -OutputDirectory '$folder/out' -Verbose")
        $shell = ($shellCommand | ForEach-Object { "'$_'" }) -join ' '
        bash -c "$shell -NoProfile -NonInteractive -File '$folder/run.ps1' >/dev/full 2>/dev/full"
        (Get-ChildItem "$folder/out/*.bmp").Count | Should -Be 4
    }
}

Describe 'a shell whose folder was deleted' {
    It 'upscales by whole paths and lives on' {
        . (Join-Path $root tools/Shell.ps1)
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        New-Noise (Join-Path $folder a.bmp) 16
        Set-Content (Join-Path $folder run.ps1) ("Import-Module '$(Join-Path $root PSSR.psd1)'; " +
            "(Invoke-DiffusionUpscale '$folder/a.bmp' -NoiseLevel 0 -OutputDirectory '$folder/out').Status; 'alive'")
        $shell = ($shellCommand | ForEach-Object { "'$_'" }) -join ' '
        $gone = "mkdir '$folder/gone' && cd '$folder/gone' && rmdir '$folder/gone'"
        bash -c "$gone && $shell -NoProfile -NonInteractive -File '$folder/run.ps1'" | Should -Be 'Done', 'alive'
    }
}

Describe 'the cores that a process was given' {
    It 'are what torch computes with' {
        # Bound to one core, or told by OMP_NUM_THREADS.
        taskset -c 0 $pssr env | Should -Contain 'Processors       1, 1 threads'
        $env:OMP_NUM_THREADS = 3
        try { & $pssr env | Should -Contain "Processors       $([Environment]::ProcessorCount), 3 threads" }
        finally { $env:OMP_NUM_THREADS = $null }
    }
}

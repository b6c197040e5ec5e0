#!/usr/bin/env pwsh
# The build of PSSR. build.sh calls it through the local .NET tool; `pwsh ./build.ps1 VERB` is the same where PowerShell is installed.
#Requires -Version 7.6
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$usage = @'
usage: ./build.sh VERB [-Torch cpu|cuda]     (or pwsh ./build.ps1; --torch is the same)

  build            artifacts/pssr/pssr, and the PowerShell module's module/bin
  demo             upscale the pictures in examples/ and show them beside bicubic, in artifacts/demo
  test             every test suite; the last line counts passed and failed
  test-engines     arrays on a real Slurm and over real sshd, both on this machine; installs them (Debian, Ubuntu; as root)
  conformance DIR  run the golden cases in DIR
  bench [ARGS]     time one network evaluation and one upscale; JSON on standard output
  pack [ARGS]      packages of the module and of the CLI in artifacts/packages: -Platform any,win-x64,linux-x64,osx-arm64
                   (all of them by default), -ProjectUri ADDRESS

Every verb does first what it needs of build. -Torch cuda takes the package with CUDA.
Exit codes: 0 done; 1 something failed; 2 the command line is wrong; 3 the machine lacks something.
'@

# ---- The command line

function Stop-Build([int] $ExitCode, [string] $Message) {
    [Console]::Error.WriteLine($Message)
    exit $ExitCode
}

# The verb, -Torch in either door's style, and the rest as it is.
function Read-CommandLine([object[]] $Arguments) {
    $verb, $torch, $rest = $null, 'cpu', @()
    for ($i = 0; $i -lt $Arguments.Count; $i++) {
        $argument = "$($Arguments[$i])"
        switch -Regex ($argument) {
            '^--?torch:?$' { $torch = "$($Arguments | Select-Object -Skip (++$i) -First 1)".ToLowerInvariant(); break }
            '^--?(h|help|\?)$' { if ($verb) { $rest += $argument } else { $verb = 'help' }; break }
            default { if ($verb) { $rest += $argument } else { $verb = $argument.ToLowerInvariant() } }
        }
    }
    if (-not $verb) { Stop-Build 2 $usage }
    if ($verb -notin 'help', 'build', 'demo', 'test', 'test-engines', 'conformance', 'bench', 'pack') {
        Stop-Build 2 "There is no verb '$verb'.`n`n$usage"
    }
    if ($torch -notin 'cpu', 'cuda') { Stop-Build 2 "-Torch is cpu or cuda, not '$torch'." }
    if ($verb -eq 'conformance' -and $rest.Count -ne 1) { Stop-Build 2 "conformance takes one folder.`n`n$usage" }
    if ($verb -notin 'conformance', 'bench', 'pack' -and $rest) { Stop-Build 2 "Unexpected '$($rest[0])'.`n`n$usage" }
    $verb, $torch, $rest
}

# One line a step; beside the JSON of bench it goes to standard error.
function Write-Step([string] $Text) {
    if ($verb -eq 'bench') { [Console]::Error.WriteLine("[build] $Text") } else { [Console]::Out.WriteLine("[build] $Text") }
}

# ---- Compiling

# linux-x64, win-x64, osx-arm64: the identifier that native packages go by.
function Get-Platform {
    $system = $IsWindows ? 'win' : $IsMacOS ? 'osx' : 'linux'
    "$system-$([System.Runtime.InteropServices.RuntimeInformation]::OSArchitecture)".ToLowerInvariant()
}

# Runs dotnet silently and prints one line with the time that it took; what it said is shown when it fails. Everything is built for this
# platform: the engine is compiled once, and native libraries lie flat beside the assemblies.
function Invoke-Dotnet([string] $What, [string[]] $Arguments) {
    $clock = [Diagnostics.Stopwatch]::StartNew()
    $common = '-c', 'Release', '-r', (Get-Platform), '--self-contained', 'false', "-p:Torch=$torch", '-p:UseSharedCompilation=false'
    $said = dotnet @Arguments @common -v quiet -nologo -clp:NoSummary 2>&1
    if ($LASTEXITCODE -ne 0) {
        if ($torch -eq 'cuda') { Assert-Cuda $said }
        Stop-Build 1 "$($said -join "`n")`n$What failed (dotnet $Arguments, exit code $LASTEXITCODE)."
    }
    Write-Step "$What ($($clock.Elapsed.TotalSeconds.ToString('0.0')) s)"
}

# The CUDA packages are on nuget.org in parts that not every mirror carries.
function Assert-Cuda([object[]] $Said) {
    $errors = @($Said -match 'error (NU1[0-3]\d\d)')
    if (-not $errors) { return }
    $package = $IsWindows ? 'TorchSharp-cuda-windows' : 'TorchSharp-cuda-linux'
    $versions = [xml] (Get-Content -Raw -LiteralPath $root/Directory.Packages.props)
    $version = $versions.SelectSingleNode("//PackageVersion[@Include='$package']/@Version").Value
    Stop-Build 3 ("$($errors[0])`
-Torch cuda needs the package $package $version and what that depends on: " +
        'add a NuGet source that serves them (dotnet nuget add source).')
}

# What a published folder is made from: every file with its size and time, so that a second run does nothing.
function Get-Fingerprint([string[]] $Path) {
    $files = foreach ($one in $Path.ForEach({ Join-Path $root $_ })) {
        # Get-ChildItem -Recurse takes eight times as long.
        if (Test-Path -LiteralPath $one -PathType Leaf) { [System.IO.FileInfo]::new($one) }
        else { [System.IO.DirectoryInfo]::new($one).EnumerateFiles('*', 'AllDirectories') }
    }
    $sources = $files.Where({ $_.FullName.Substring($root.Length) -notmatch '[\\/](bin|obj)[\\/]' }) | Sort-Object FullName
    (@("Torch=$torch") + $sources.ForEach({ "$($_.FullName) $($_.Length) $($_.LastWriteTimeUtc.Ticks)" })) -join "`n"
}

# Runs a step that makes $Output, unless it was made from the same sources: src and tools, and what $Also names.
function Invoke-Target([string] $Name, [string] $Output, [scriptblock] $Make, [string[]] $Also = @()) {
    $stamp = "$root/artifacts/stamps/$Name"
    $print = Get-Fingerprint ($Also + 'src' + 'tools' + (Get-ChildItem -LiteralPath $root -Filter Directory.*).Name)
    $last = (Test-Path -LiteralPath $stamp) ? (Get-Content -Raw -LiteralPath $stamp) : ''
    if ((Test-Path -LiteralPath $Output) -and $last -ceq $print) { return }
    Remove-Item -LiteralPath $stamp -ErrorAction Ignore
    & $Make
    if (-not (Test-Path -LiteralPath $Output)) { Stop-Build 1 "${Name}: the step ended well but left no $Output." }
    New-Item -Force -Path $stamp -Value $print | Out-Null
}

function Publish-Project([string] $Project, [string] $Folder, [string[]] $Also = @()) {
    # What another package left behind would be loaded. A wrong folder would be lost: no other is ever emptied.
    if ([System.IO.Path]::GetRelativePath($root, $Folder) -notmatch '^(artifacts|module)[\\/].') { throw "'$Folder' is no output." }
    Remove-Item -Recurse -Force -LiteralPath $Folder -ErrorAction Ignore
    Invoke-Dotnet "published $Project" (@('publish', "$root/$Project", '-o', $Folder) + $Also)
}

function Build-Cli { Invoke-Target cli $cli { Publish-Project src/PSSR.Cli (Split-Path $cli) } }

function Build-Module {
    Invoke-Target module "$root/module/bin/PSSR.dll" { Publish-Project src/PSSR $root/module/bin }
    Invoke-Target help "$root/module/bin/en-US/PSSR.dll-Help.xml" -Also docs/help, PSSR.psd1 {
        $said = Invoke-Shell -File $root/tools/Write-Help.ps1 2>&1
        if ($LASTEXITCODE -ne 0) { Stop-Build 1 "$($said -join "`n")`nThe module's help could not be written." }
        Write-Step "wrote the module's help"
    }
}

# Builds an executable project where it lies, and gives the executable's path.
function Build-Executable([string] $Project) {
    Invoke-Dotnet "built $Project" 'build', "$root/$Project"
    Get-Executable $Project
}

function Get-Executable([string] $Project) { "$root/$Project/bin/Release/net10.0/$(Get-Platform)/$(Split-Path -Leaf $Project)$exe" }

# ---- Verbs

# Upscales the pictures in examples/ at three targets and puts each result beside its source and bicubic.
function Invoke-Demo {
    Build-Cli
    $pictures = (Get-ChildItem -LiteralPath $root/examples -Filter *.png).FullName
    $demo, $clock, $inside, $failed = "$root/artifacts/demo", [Diagnostics.Stopwatch]::StartNew(), 0, 0
    $targets = [ordered]@{ '2x' = '--scale', '2'; '3.5x' = '--scale', '3.5'; 'width-400' = '--width', '400' }
    foreach ($target in $targets.GetEnumerator()) {
        $pairs = & $cli upscale @pictures @($target.Value) --out "$demo/$($target.Name)" --force --json 2>&1 | ForEach-Object {
            if ("$_" -notlike '{*}') { Write-Step "$_"; return }
            $result = ConvertFrom-Json "$_" -AsHashtable
            # The run's summary is a line too.
            if ($result.ContainsKey('kind')) { return }
            $name = "$(Split-Path -Leaf $result.input) $($target.Name)"
            $inside += $result.seconds
            if ($result.status -ne 'done') { $failed++; Write-Step "${name}: $($result.status) $($result['error'])"; return }
            Write-Step "${name}: $($result.width)x$($result.height) in $($result.seconds.ToString('0.0')) s"
            $result.input, $result.output
        }
        if (@($pairs).Count -eq 0) { Stop-Build 1 "The CLI upscaled nothing at $($target.Name)." }
        & $cli sheet --out "$demo/sheet-$($target.Name).png" --force @pairs | Out-Null
        if ($LASTEXITCODE -ne 0) { Stop-Build 1 "The contact sheet of $($target.Name) could not be made." }
    }
    Write-Step "results: $demo/<target>/  contact sheets (LR, bicubic, PSSR): $demo/sheet-*.png"
    $all = $clock.Elapsed.TotalSeconds
    Write-Step "$($all.ToString('0.0')) s, $(($all - $inside).ToString('0.0')) s of them outside the upscaling itself"
    exit [int] ($failed -gt 0)
}

# Every suite, one after another. A suite that can't report is a failure, and so is a test that didn't run.
function Invoke-Test {
    Build-Cli
    Build-Module
    # With it come the CLI's and the conformance program's own builds.
    $unitTests = Build-Executable tests/PSSR.Tests
    New-Item -ItemType Directory -Force $results | Out-Null
    $suites = @(Invoke-WithoutDesktop {
        Measure-Suite 'PSSR.Tests' { Invoke-UnitTest $unitTests }
        Measure-Suite 'conformance' { Invoke-GoldenCase (Get-Executable tests/PSSR.Conformance) }
        Measure-Suite 'Pester' { Invoke-PesterSuite }
    })
    [Console]::Out.WriteLine()
    foreach ($suite in $suites) {
        $skipped = -not $suite.Skipped ? '' : $IsLinux ? ", $($suite.Skipped) of the failed were SKIPPED"
            : ", $($suite.Skipped) SKIPPED: what this system hasn't got"
        $row = '{0,-14} {1,5} passed {2,5} failed   {3,6:0.0} s{4}' -f $suite.Name, $suite.Passed, $suite.Failed, $suite.Seconds, $skipped
        [Console]::Out.WriteLine($row)
    }
    # Whoever sees only the end of what a machine printed shall know which test it was, and with what seed.
    foreach ($suite in $suites) { foreach ($failure in $suite.Failures) { [Console]::Out.WriteLine($failure) } }
    $passed, $failed = ($suites | Measure-Object Passed -Sum).Sum, ($suites | Measure-Object Failed -Sum).Sum
    [Console]::Out.WriteLine("$passed passed, $failed failed")
    exit [int] ($failed -gt 0)
}

# A suite puts out {Passed; Failed; Skipped; Failures, a text each}; all else that it says goes to the console.
function Measure-Suite([string] $Name, [scriptblock] $Run) {
    Write-Step "running $Name"
    $clock = [Diagnostics.Stopwatch]::StartNew()
    $count = & $Run
    if ($count.Passed + $count.Failed + $count.Skipped -eq 0) { $count = @{ Passed = 0; Failed = 1; Skipped = 0; Failures = @() } }
    # On Linux there is all that a test can ask for. A program that ends badly without a failed test has failed as a whole.
    $failed = [Math]::Max($count.Failed + ($IsLinux ? $count.Skipped : 0), [int] ($LASTEXITCODE -ne 0))
    $seconds = $clock.Elapsed.TotalSeconds
    $failures = @($count.Failures | Where-Object { $_ } | ForEach-Object { "FAILED in ${Name}: $_" })
    [pscustomobject]@{
        Name = $Name; Passed = $count.Passed; Failed = $failed; Skipped = $count.Skipped; Seconds = $seconds; Failures = $failures
    }
}

function Invoke-UnitTest([string] $Program) {
    $report = "$results/PSSR.Tests.xml"
    Remove-Item -LiteralPath $report -ErrorAction Ignore
    Push-Location -LiteralPath $root
    & $Program -noLogo -noColor -xml $report | Out-Host
    Pop-Location
    $sum, $failures = @{ passed = 0; failed = 0; errors = 0; skipped = 0; 'not-run' = 0 }, @()
    if (Test-Path -LiteralPath $report) {
        $read = [xml] (Get-Content -Raw -LiteralPath $report)
        foreach ($assembly in $read.SelectNodes('/assemblies/assembly')) {
            foreach ($name in @($sum.Keys)) { $sum[$name] += [int] $assembly.GetAttribute($name) }
        }
        $failures = @($read.SelectNodes('//test[@result="Fail"] | //error') | ForEach-Object {
            "$($_.GetAttribute('name')): $($_.SelectSingleNode('failure/message')?.InnerText)"
        })
    }
    @{ Passed = $sum.passed; Failed = $sum.failed + $sum.errors; Skipped = $sum.skipped + $sum['not-run']; Failures = $failures }
}

function Invoke-GoldenCase([string] $Program) {
    & $Program $root/tests/reference | Tee-Object -Variable lines | Out-Host
    $counts = "$(@($lines)[-1])" -match '^(\d+) passed, (\d+) failed(, (\d+) skipped)?' ? $Matches : @{ 1 = 0; 2 = 0 }
    $failures = @($lines -match '^\S+\s+\S+\s+FAIL\b')
    @{ Passed = [int] $counts[1]; Failed = [int] $counts[2]; Skipped = [int] $counts[4]; Failures = $failures }
}

# Arrays on the engines themselves. Nothing else of the build needs them, so they are installed here.
function Invoke-EngineTest {
    $packages = [ordered]@{ munged = 'munge'; ssh = 'openssh-client'; sshd = 'openssh-server'; sbatch = 'slurm-client'
        slurmctld = 'slurmctld'; slurmd = 'slurmd' }
    $missing = @(foreach ($program in $packages.Keys) {
        if (-not (Get-Command $program -CommandType Application -ErrorAction Ignore)) { $packages[$program] }
    })
    if ($missing) {
        if (-not (Get-Command apt-get -CommandType Application -ErrorAction Ignore) -or (id -u) -ne '0') {
            Stop-Build 3 "test-engines needs $($missing -join ', '), and installs them by apt-get as root alone. Install them, and run it again."
        }
        Write-Step "installing by apt-get, for this test alone: $($missing -join ', ')"
        $env:DEBIAN_FRONTEND = 'noninteractive'
        # The packages would start the system's own sshd and Slurm; this file, by Debian's rule, says no.
        $policy = '/usr/sbin/policy-rc.d'
        $isOurs = -not (Test-Path -LiteralPath $policy)
        try {
            if ($isOurs) {
                Set-Content -LiteralPath $policy "#!/bin/sh`nexit 101"
                chmod 0755 $policy
            }
            $said = @(apt-get update -qq 2>&1)
            $said += apt-get install -y -qq --no-install-recommends @missing 2>&1
            $code = $LASTEXITCODE
        }
        finally { if ($isOurs) { Remove-Item -LiteralPath $policy } }
        if ($code) { Stop-Build 3 "$($said -join "`n")`napt-get could not install $($missing -join ', ')." }
    }
    if ((id -u) -ne '0') { Stop-Build 3 'test-engines runs slurmctld, slurmd and sshd of its own, as root.' }
    Build-Cli
    Build-Module
    New-Item -ItemType Directory -Force $results | Out-Null
    $suite = Measure-Suite 'engines' { Invoke-PesterSuite $root/tests/engines }
    [Console]::Out.WriteLine("$($suite.Passed) passed, $($suite.Failed) failed")
    exit [int] ($suite.Failed -gt 0)
}

function Invoke-PesterSuite([string] $Path = "$root/tests/pester") {
    $report = "$results/Pester$($Path -like '*engines' ? '-engines' : '').json"
    Remove-Item -LiteralPath $report -ErrorAction Ignore
    $said = dotnet restore $root/tests/pester -v quiet -nologo 2>&1
    if ($LASTEXITCODE -ne 0) { Stop-Build 1 "$($said -join "`n")`nPester could not be restored." }
    $package = dotnet msbuild $root/tests/pester -getProperty:PkgPester
    Invoke-Shell -File $root/tests/pester/Invoke-Suite.ps1 -Pester $package/tools/Pester.psd1 -ResultPath $report -Path $Path | Out-Host
    $none = @{ Passed = 0; Failed = 0; Skipped = 0; Failures = @() }
    (Test-Path -LiteralPath $report) ? (Get-Content -Raw -LiteralPath $report | ConvertFrom-Json) : $none
}

# ---- Start

$root = $PSScriptRoot
$exe = $IsWindows ? '.exe' : ''
$cli = "$root/artifacts/pssr/pssr$exe"
$results = "$root/artifacts/test-results"
$verb, $torch, $rest = Read-CommandLine $args
if ($verb -eq 'help') { $usage; exit 0 }
if (-not (Get-Command dotnet -CommandType Application -ErrorAction Ignore)) {
    Stop-Build 3 'The .NET SDK 10 is not on PATH. Install it from https://dot.net/download and run this again.'
}
$env:DOTNET_CLI_TELEMETRY_OPTOUT = $env:DOTNET_NOLOGO = $env:MSBUILDDISABLENODEREUSE = 1
. $root/tools/Shell.ps1

switch ($verb) {
    build { Build-Cli; Build-Module; Write-Step 'artifacts/pssr/pssr and module/bin are up to date' }
    demo { Invoke-Demo }
    test { Invoke-Test }
    test-engines { Invoke-EngineTest }
    conformance { & (Build-Executable tests/PSSR.Conformance) $rest[0]; exit $LASTEXITCODE }
    bench { & (Build-Executable bench/PSSR.Bench) @rest; exit $LASTEXITCODE }
    pack { . $root/tools/Pack.ps1; Invoke-Pack $rest }
}

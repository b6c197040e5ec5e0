#!/usr/bin/env pwsh
# Door to the build program (build/): compiles it when its sources changed, then hands over.
$ErrorActionPreference = 'Stop'
$root = $PSScriptRoot
$env:DOTNET_CLI_TELEMETRY_OPTOUT = 1
$env:DOTNET_NOLOGO = 1
$env:MSBUILDDISABLENODEREUSE = 1

if (-not (Get-Command dotnet -CommandType Application -ErrorAction Ignore)) {
    [Console]::Error.WriteLine('build.ps1: the .NET SDK 10 is not on PATH. Install it from https://dot.net/download and run this again.')
    exit 3
}

$program = Join-Path $root 'artifacts/build/pssr-build.dll'
$sources = @(Get-ChildItem (Join-Path $root 'build') -Recurse -File -Include '*.cs', '*.csproj' | Where-Object FullName -NotMatch '[\\/]obj[\\/]') +
    @(Get-ChildItem $root -File -Filter 'Directory.*.props')
$newest = ($sources | Measure-Object LastWriteTimeUtc -Maximum).Maximum
if (-not (Test-Path -LiteralPath $program) -or (Get-Item -LiteralPath $program).LastWriteTimeUtc -lt $newest) {
    $log = dotnet build (Join-Path $root 'build/Build.csproj') -c Release -o (Join-Path $root 'artifacts/build') -v quiet -nologo -p:UseSharedCompilation=false 2>&1
    if ($LASTEXITCODE -ne 0) {
        $log | ForEach-Object { [Console]::Error.WriteLine($_) }
        [Console]::Error.WriteLine("build.ps1: the build program did not compile (it needs the .NET SDK 10; this is $(dotnet --version)).")
        exit 1
    }
    (Get-Item -LiteralPath $program).LastWriteTimeUtc = [datetime]::UtcNow
}
dotnet $program --root $root @args
exit $LASTEXITCODE

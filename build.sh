#!/usr/bin/env bash
# Door to build.ps1: brings PowerShell, a local .NET tool (.config/dotnet-tools.json), and hands over.
set -euo pipefail
from=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

if ! command -v dotnet >/dev/null; then
  echo "build.sh: the .NET SDK 10 is not on PATH. Install it from https://dot.net/download (or your distribution's dotnet-sdk-10.0) and run this again." >&2
  exit 3
fi
# Asks no source when the tool is there already.
if ! log=$(dotnet tool restore 2>&1); then
  printf '%s\n' "$log" >&2
  echo "build.sh: PowerShell could not be restored as a .NET tool (it needs the .NET SDK 10, this is $(dotnet --version 2>&1 | head -n 1), and a NuGet source)." >&2
  exit 3
fi
exec dotnet tool run pwsh -- -NoProfile -NonInteractive -WorkingDirectory "$from" -File "$PWD/build.ps1" "$@"

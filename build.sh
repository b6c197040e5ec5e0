#!/usr/bin/env bash
# Door to the build program (build/): compiles it when its sources changed, then hands over.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1

if ! command -v dotnet >/dev/null; then
  echo "build.sh: the .NET SDK 10 is not on PATH. Install it from https://dot.net/download (or your distribution's dotnet-sdk-10.0) and run this again." >&2
  exit 3
fi

program=$root/artifacts/build/pssr-build.dll
if [ ! -f "$program" ] || [ -n "$(find "$root/build" "$root"/Directory.*.props -type f \
      \( -name '*.cs' -o -name '*.csproj' -o -name '*.props' \) -not -path '*/obj/*' -newer "$program" -print -quit)" ]; then
  if ! log=$(dotnet build "$root/build/Build.csproj" -c Release -o "$root/artifacts/build" -v quiet -nologo -p:UseSharedCompilation=false 2>&1); then
    printf '%s\n' "$log" >&2
    echo "build.sh: the build program did not compile (it needs the .NET SDK 10; this is $(dotnet --version 2>&1 | head -n 1))." >&2
    exit 1
  fi
  touch "$program"
fi
exec dotnet "$program" --root "$root" "$@"

# The PowerShell that runs this, for those who need a second one. Under `dotnet pwsh` the process is dotnet, and PATH may have no pwsh.
$shellCommand = @([Environment]::ProcessPath)
if ((Split-Path -LeafBase $shellCommand[0]) -eq 'dotnet') { $shellCommand += Join-Path $PSHOME pwsh.dll }

# Runs it as a script would: Invoke-Shell -File a.ps1, Invoke-Shell -Command 'Get-Date'.
function Invoke-Shell { & $shellCommand[0] @($shellCommand | Select-Object -Skip 1) -NoProfile -NonInteractive @args }

# Runs what shall open nothing on somebody's desktop; whoever called has it again afterwards.
function Invoke-WithoutDesktop([scriptblock] $Run) {
    $before = $env:DISPLAY, $env:WAYLAND_DISPLAY
    try {
        $env:DISPLAY = $env:WAYLAND_DISPLAY = ''
        & $Run
    }
    finally { $env:DISPLAY, $env:WAYLAND_DISPLAY = $before }
}

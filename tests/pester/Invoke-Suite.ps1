<#
.SYNOPSIS
Runs every *.Tests.ps1 in this folder and writes {"passed": N, "failed": N, "skipped": N} to a file. `build.sh test` calls it.
.NOTES
Exit code 4: this PowerShell or its Pester doesn't suit; the last line says why. 1: something failed.
#>
param(
    [string] $ResultPath,

    # Only finds out whether the suite can run here.
    [switch] $CheckOnly
)
$ErrorActionPreference = 'Stop'

function Stop-Unsuitable([string] $Reason) {
    [Console]::Out.WriteLine($Reason)
    exit 4
}

if ($PSVersionTable.PSVersion -lt [version] '7.6') {
    Stop-Unsuitable "PSSR needs PowerShell 7.6; this pwsh is $($PSVersionTable.PSVersion)"
}
try { Import-Module Pester -MinimumVersion 5.0 }
catch { Stop-Unsuitable "Pester 5 can't be imported in pwsh $($PSVersionTable.PSVersion) (Install-Module Pester): $($_.Exception.Message)" }
if ($CheckOnly) { exit 0 }

$configuration = New-PesterConfiguration
$configuration.Run.Path = $PSScriptRoot
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'Normal'
$configuration.Output.RenderMode = [Console]::IsOutputRedirected ? 'Plaintext' : 'Auto'
$run = Invoke-Pester -Configuration $configuration

# A block or file that broke before its tests is a failure that FailedCount leaves out.
$failed = $run.FailedCount + $run.FailedBlocksCount + $run.FailedContainersCount
@{ passed = $run.PassedCount; failed = $failed; skipped = $run.SkippedCount + $run.InconclusiveCount } | ConvertTo-Json | Set-Content -LiteralPath $ResultPath
exit [int] ($failed -gt 0)

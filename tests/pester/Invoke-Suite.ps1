<#
.SYNOPSIS
Runs every *.Tests.ps1 in this folder and writes {"passed": N, "failed": N, "skipped": N, "failures": [a text each]} to a file.
`build.ps1 test` calls it.
#>
param(
    # Pester's module: its manifest.
    [Parameter(Mandatory)] [string] $Pester,

    [Parameter(Mandatory)] [string] $ResultPath,

    # Other test files or folders than all of this one.
    [string[]] $Path = $PSScriptRoot
)
$ErrorActionPreference = 'Stop'
Import-Module $Pester

$configuration = New-PesterConfiguration
$configuration.Run.Path = $Path
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'Normal'
$configuration.Output.RenderMode = 'Plaintext'
$run = Invoke-Pester -Configuration $configuration

# A block or file that broke before its tests is a failure that FailedCount leaves out.
$failed = $run.FailedCount + $run.FailedBlocksCount + $run.FailedContainersCount
$skipped = $run.SkippedCount + $run.InconclusiveCount + $run.NotRunCount
$failures = @($run.Failed | ForEach-Object { "$($_.ExpandedPath): $($_.ErrorRecord.Exception.Message)" }
    @($run.FailedBlocks) + @($run.FailedContainers) | Where-Object { $_ } | ForEach-Object { "${_}: $($_.ErrorRecord.Exception.Message)" })
@{ passed = $run.PassedCount; failed = $failed; skipped = $skipped; failures = $failures } |
    ConvertTo-Json | Set-Content -LiteralPath $ResultPath
exit [int] ($failed + $skipped -gt 0)

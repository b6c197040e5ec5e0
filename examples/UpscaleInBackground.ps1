<#
.SYNOPSIS
Upscales in the background of a shell: gives the job, whose results Receive-Job takes as they come. In a thread, or in a process of its own.
.DESCRIPTION
    $job = ./UpscaleInBackground.ps1 photos big
    Receive-Job $job          # what is done so far; errors are those of single pictures
    Stop-Job $job             # after the current network evaluation; the same call goes on with the rest
    Receive-Job $job -Wait -AutoRemoveJob

A thread shares the shell's memory and ends with it. A process (-Process) doesn't take the shell's memory; its results are copies, which
have the same properties, but no methods.
.EXAMPLE
./UpscaleInBackground.ps1 photos big -Option @{ Scale = 4 } | Receive-Job -Wait -AutoRemoveJob
.EXAMPLE
./UpscaleInBackground.ps1 in out -Watch
#>
param(
    [Parameter(Mandatory)] [string] $Path,
    [Parameter(Mandatory)] [string] $OutputDirectory,
    # Goes on with what arrives in the folder, until Stop-Job.
    [switch] $Watch,
    [switch] $Process,
    # Further parameters of Invoke-DiffusionUpscale, or Watch-UpscaleFolder.
    [hashtable] $Option = @{ Scale = 2 }
)
$work = {
    param($Module, $Command, $Parameters)
    $ProgressPreference = 'SilentlyContinue'
    Import-Module $Module -ErrorAction Stop
    & $Command @Parameters
}
# A job's current folder is its own.
$full = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($OutputDirectory)
$parameters = @{ LiteralPath = Convert-Path -LiteralPath $Path; Recurse = $true; OutputDirectory = $full } + $Option
$command = $Watch ? 'Watch-UpscaleFolder' : 'Invoke-DiffusionUpscale'
$call = @{ ScriptBlock = $work; ArgumentList = (Join-Path $PSScriptRoot '../PSSR.psd1' -Resolve), $command, $parameters; Name = 'PSSR' }
if ($Process) { Start-Job @call } else { Start-ThreadJob @call }

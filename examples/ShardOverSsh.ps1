<#
.SYNOPSIS
Upscales one set of pictures on several machines by SSH remoting, each its own part, and puts out a summary of each.
.DESCRIPTION
Every machine has PowerShell 7.6 with its SSH subsystem, PSSR under the same path, and the same pictures under the same path:
a shared folder, or a copy each,
since a picture's part depends on its path below the folder alone. What a machine did not get to is done by the same call, made again.
.EXAMPLE
./ShardOverSsh.ps1 -HostName ann, bob, cat -Path /srv/in -OutputDirectory /srv/out -ModulePath /opt/PSSR/PSSR.psd1
#>
param(
    [Parameter(Mandatory)] [string[]] $HostName,
    [Parameter(Mandatory)] [string] $Path,
    [Parameter(Mandatory)] [string] $OutputDirectory,
    [string] $ModulePath = (Join-Path $PSScriptRoot '../PSSR.psd1' -Resolve),
    # Further parameters of Invoke-DiffusionUpscale.
    [hashtable] $Option = @{ Scale = 2 }
)
$jobs = foreach ($index in 0..($HostName.Count - 1)) {
    $arguments = $ModulePath, $Path, $OutputDirectory, $index, $HostName.Count, $Option
    Invoke-Command -HostName $HostName[$index] -AsJob -ArgumentList $arguments -ScriptBlock {
        param($ModulePath, $Path, $OutputDirectory, $Index, $Count, $Option)
        $ProgressPreference = 'SilentlyContinue'
        Import-Module $ModulePath -ErrorAction Stop
        $null = Invoke-DiffusionUpscale -LiteralPath $Path -Recurse -OutputDirectory $OutputDirectory `
            -ShardIndex $Index -ShardCount $Count -SummaryVariable summary @Option
        $summary
    }
}
$jobs | Receive-Job -Wait -AutoRemoveJob |
    Select-Object @{ Name = 'HostName'; Expression = 'PSComputerName' }, 
        ShardIndex, Done, Skipped, Failed, Elapsed, ExitCode

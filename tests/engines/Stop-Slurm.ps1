<#
.SYNOPSIS
Ends what Start-Slurm.ps1 began, by the process ids that it wrote down.
#>
param([Parameter(Mandatory)] [string] $Folder)
foreach ($pidFile in "$Folder/slurmd-one.pid", "$Folder/slurmd-two.pid", "$Folder/slurmctld.pid", "$Folder/munge/pid") {
    if (Test-Path $pidFile) {
        $process = Get-Process -Id ([int] (Get-Content $pidFile)) -ErrorAction Ignore
        if ($process) { kill -TERM $process.Id; $null = $process.WaitForExit(10000) }
    }
}

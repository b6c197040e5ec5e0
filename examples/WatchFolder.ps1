<#
.SYNOPSIS
One pass over a folder: upscales what is new. Exit code: 0 all done, 2 some pictures failed, 3 nothing could be done, 4 no picture is there,
5 some stay in work by a machine that may be dead.
.DESCRIPTION
Let a scheduler start it; what is done is not done again, and two passes at once share the work.

cron, every five minutes (crontab -e):
    */5 * * * * pwsh -NoProfile -File /opt/PSSR/examples/WatchFolder.ps1 /srv/in /srv/out -LogPath /srv/pssr.log

Task Scheduler, the same, in an elevated Windows shell:
    $run = '-NoProfile -File C:\PSSR\examples\WatchFolder.ps1 D:\in D:\out -LogPath D:\pssr.log'
    $again = New-TimeSpan -Minutes 5
    Register-ScheduledTask PSSR -Action (New-ScheduledTaskAction -Execute pwsh.exe -Argument $run) `
        -Trigger (New-ScheduledTaskTrigger -Once -At (Get-Date) -RepetitionInterval $again) `
        -Settings (New-ScheduledTaskSettingsSet -MultipleInstances IgnoreNew)
.EXAMPLE
./WatchFolder.ps1 in out -Option @{ Width = 1920; Format = 'Webp' }
#>
param(
    [Parameter(Mandatory)] [string] $Path,
    [Parameter(Mandatory)] [string] $OutputDirectory,
    [string] $LogPath,
    # Further parameters of Invoke-DiffusionUpscale.
    [hashtable] $Option = @{ Scale = 2 }
)
try {
    Import-Module (Join-Path $PSScriptRoot '../PSSR.psd1') -ErrorAction Stop
    if ($LogPath) { $Option = $Option + @{ LogPath = $LogPath } }
    Invoke-DiffusionUpscale -LiteralPath $Path -Recurse -OutputDirectory $OutputDirectory @Option `
        -SummaryVariable summary -ErrorAction Continue
    exit $summary.ExitCode
}
catch {
    Write-Error $_ -ErrorAction Continue
    exit 3
}

<#
.SYNOPSIS
Makes a task for Task Scheduler that upscales what is new in a folder every night, and registers it on Windows.
.DESCRIPTION
The task runs pssr at low priority, not twice at once, also when the night was slept through, and has no time limit. Last Run Result is
pssr's exit code. With -XmlPath it is written to a file and not registered: schtasks /Create /TN PSSR /XML FILE does that elsewhere.
.EXAMPLE
./RegisterTask.ps1 D:\in D:\out -LogPath D:\pssr.log -At 02:00
#>
param(
    [Parameter(Mandatory)] [string] $Path,
    [Parameter(Mandatory)] [string] $OutputDirectory,
    [Parameter(Mandatory)] [string] $LogPath,
    [timespan] $At = '02:00',
    [string] $TaskName = 'PSSR',
    [string] $Pssr = 'C:\Program Files\PSSR\pssr.exe',
    # Further options of pssr upscale.
    [string[]] $Option = @('--scale', '2'),
    [string] $XmlPath
)
$words = @('upscale', $Path, '--recurse', '--out', $OutputDirectory, '--log', $LogPath) + $Option
# Windows' rule for a program's words: a backslash before a quote is doubled.
$line = $words.ForEach({ '"' + ($_ -replace '(\\*)"', '$1$1\"' -replace '(\\+)$', '$1$1') + '"' }) -join ' '
$account = "$([Environment]::UserDomainName)\$([Environment]::UserName)"
$command, $arguments, $user = $Pssr, $line, $account | ForEach-Object { [Security.SecurityElement]::Escape($_) }
$xml = @"
<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.4" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <Triggers><CalendarTrigger>
    <StartBoundary>2026-01-01T$($At.ToString('hh\:mm\:ss'))</StartBoundary><ScheduleByDay><DaysInterval>1</DaysInterval></ScheduleByDay>
  </CalendarTrigger></Triggers>
  <Settings><MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy><StartWhenAvailable>true</StartWhenAvailable>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit><Priority>8</Priority></Settings>
  <Principals><Principal id="Author"><UserId>$user</UserId><LogonType>S4U</LogonType></Principal></Principals>
  <Actions Context="Author"><Exec><Command>$command</Command><Arguments>$arguments</Arguments></Exec></Actions>
</Task>
"@
if ($XmlPath) { Set-Content -LiteralPath $XmlPath $xml -Encoding unicode } else { Register-ScheduledTask $TaskName -Xml $xml }

<#
.SYNOPSIS
Starts a Slurm of its own: munged, slurmctld, and two slurmd for two nodes that are both this machine. Nothing of the system's Slurm is
touched. Sets SLURM_CONF for this shell, and puts out what Stop-Slurm.ps1 takes.
#>
param(
    # A folder for configuration, keys, logs and spools.
    [Parameter(Mandatory)] [string] $Folder
)
$ErrorActionPreference = 'Stop'
New-Item -ItemType Directory -Force $Folder, "$Folder/state", "$Folder/one", "$Folder/two", "$Folder/munge" | Out-Null
chmod 0755 $Folder "$Folder/munge"
$name = (hostname -s)
[IO.File]::WriteAllBytes("$Folder/munge/key", [Security.Cryptography.RandomNumberGenerator]::GetBytes(1024))
chmod 0400 "$Folder/munge/key"

# Eight tasks find room on four processors a node, however many this machine has.
@"
ClusterName=pssr
SlurmctldHost=$name(127.0.0.1)
SlurmctldPort=26817
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
# A task that is queued again waits as long as a credential lasts.
AuthInfo=socket=$Folder/munge/socket,cred_expire=5
CredType=cred/munge
StateSaveLocation=$Folder/state
SlurmdSpoolDir=$Folder/%n
SlurmctldPidFile=$Folder/slurmctld.pid
SlurmdPidFile=$Folder/slurmd-%n.pid
SlurmctldLogFile=$Folder/slurmctld.log
SlurmdLogFile=$Folder/slurmd-%n.log
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
ReturnToService=2
SlurmdTimeout=60
KillWait=30
MinJobAge=3600
JobRequeue=1
NodeName=one NodeHostname=$name NodeAddr=127.0.0.1 Port=26818 CPUs=4 RealMemory=4000 State=UNKNOWN
NodeName=two NodeHostname=$name NodeAddr=127.0.0.1 Port=26819 CPUs=4 RealMemory=4000 State=UNKNOWN
# Jobs of the second partition take the nodes of the first: its tasks get SIGTERM, and KillWait after that are killed, and queued again.
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
PartitionName=all Nodes=one,two Default=YES MaxTime=INFINITE State=UP PriorityTier=1
PartitionName=urgent Nodes=one,two MaxTime=INFINITE State=UP PriorityTier=2 PreemptMode=OFF
"@ | Set-Content "$Folder/slurm.conf"
$env:SLURM_CONF = "$Folder/slurm.conf"

munged --force --socket="$Folder/munge/socket" --key-file="$Folder/munge/key" --pid-file="$Folder/munge/pid" `
    --log-file="$Folder/munge/log" --seed-file="$Folder/munge/seed"
if ($LASTEXITCODE) { throw "munged could not be started: $(Get-Content "$Folder/munge/log" -ErrorAction Ignore)" }
slurmctld -c
slurmd -N one
slurmd -N two

$until = [DateTime]::UtcNow.AddSeconds(60)
while (@(@(sinfo --noheader --Node --format '%N %T' 2>$null) -match ' idle$').Count -lt 2) {
    if ([DateTime]::UtcNow -gt $until) { throw "Slurm's nodes don't come up:`n$(Get-Content "$Folder/*.log" | Out-String)" }
    Start-Sleep -Milliseconds 500
}
$Folder

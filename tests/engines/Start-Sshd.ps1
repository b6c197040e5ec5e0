<#
.SYNOPSIS
Starts two sshd on loopback, with keys and ports of their own, as the hosts alpha and beta. Nothing of the system's sshd or of the user's
keys is touched. Puts out the path of the configuration file by which ssh knows them.
#>
param(
    # A folder for keys, configurations, logs.
    [Parameter(Mandatory)] [string] $Folder
)
$ErrorActionPreference = 'Stop'
New-Item -ItemType Directory -Force $Folder | Out-Null
chmod 0700 $Folder
if (-not (Test-Path /run/sshd)) { New-Item -ItemType Directory /run/sshd | Out-Null } # where sshd goes when it drops its rights
ssh-keygen -q -t ed25519 -N '' -f "$Folder/user"
Copy-Item "$Folder/user.pub" "$Folder/authorized"
chmod 0600 "$Folder/authorized"
$user = [Environment]::UserName
foreach ($name in 'alpha', 'beta') {
    $port = $name -eq 'alpha' ? 26822 : 26823
    ssh-keygen -q -t ed25519 -N '' -f "$Folder/$name"
    @"
ListenAddress 127.0.0.1
Port $port
HostKey $Folder/$name
PidFile $Folder/$name.pid
AuthorizedKeysFile $Folder/authorized
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
StrictModes no
UsePAM no
"@ | Set-Content "$Folder/$name.conf"
    /usr/sbin/sshd -f "$Folder/$name.conf" -E "$Folder/$name.log"
    if ($LASTEXITCODE) { throw "sshd could not be started: $(Get-Content "$Folder/$name.log")" }
    @"
Host $name
    HostName 127.0.0.1
    Port $port
    User $user
    IdentityFile $Folder/user
    IdentitiesOnly yes
    UserKnownHostsFile $Folder/known
    StrictHostKeyChecking accept-new
"@ | Add-Content "$Folder/config"
}
"$Folder/config"

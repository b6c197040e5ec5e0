# Ends a shell that runs a script in the background, however far a test has come with it. EndInvoke before Dispose: its worker thread may
# still be ending, and would find the shell gone, which kills the process with all tests after this one.
param([powershell] $Shell, [IAsyncResult] $Running)
$Shell.Stop()
try { $null = $Shell.EndInvoke($Running) } catch [System.Management.Automation.MethodInvocationException] { $null = $_ }
$Shell.Dispose()

$bin = [IO.Path]::Join($PSScriptRoot, 'bin')
if (-not [IO.File]::Exists([IO.Path]::Join($bin, 'PSSR.dll'))) {
    throw [IO.FileNotFoundException]::new(
        "PSSR is not built: there is no $([IO.Path]::Join($bin, 'PSSR.dll')). " +
        "Run './build.sh build' (Windows: './build.ps1 build') in $([IO.Path]::GetDirectoryName($PSScriptRoot)).")
}
if (-not ('PSSR.Loader.ModuleLoadContext' -as [type])) {
    $null = [Reflection.Assembly]::LoadFrom([IO.Path]::Join($bin, 'PSSR.Loader.dll'))
}
$cmdlets = Import-Module -Assembly ([PSSR.Loader.ModuleLoadContext]::LoadModule($bin)) -PassThru -ErrorAction Stop
# Otherwise a second import would find the nested module cached, and get none of its cmdlets (PowerShell issue 20710).
$ExecutionContext.SessionState.Module.OnRemove = { Remove-Module -ModuleInfo $cmdlets -Force }

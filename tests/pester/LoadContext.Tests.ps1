BeforeAll {
    $root = Split-Path (Split-Path $PSScriptRoot)
    . (Join-Path $root tools/Shell.ps1)
}

Describe 'The module''s load context' {
    It 'is not hurt by other versions of its assemblies in the shell' {
        # A shell that has brought assemblies of the same names, of higher version and with nothing in them, before PSSR is imported.
        $script = @"
foreach (`$name in 'PSSR', 'PSSR.Engine', 'TorchSharp', 'SixLabors.ImageSharp') {
    `$path = Join-Path '$TestDrive' "`$name.dll"
    `$identity = [Reflection.AssemblyName]::new("`$name, Version=99.0.0.0")
    `$fake = [System.Reflection.Emit.PersistedAssemblyBuilder]::new(`$identity, [object].Assembly)
    `$null = `$fake.DefineDynamicModule(`$name).DefineType('Wrong').CreateType()
    `$fake.Save(`$path)
    `$null = [Reflection.Assembly]::LoadFrom(`$path)
}
Import-Module '$(Join-Path $root PSSR.psd1)'
(Get-Command Get-PssrEnvironment).ImplementingType.Assembly.GetName().Version.Major
(Get-PssrEnvironment).TorchVersion
(Invoke-DiffusionUpscale '$(Join-Path $root examples/drawing.png)' -Scale 1 -NoiseLevel 0 -OutputDirectory '$TestDrive/out').Status
[AppDomain]::CurrentDomain.GetAssemblies().Where({
    `$_.GetName().Name -eq 'PSSR.Engine'
}).ForEach({ `$_.GetName().Version.Major }) -join ' '
"@
        $said = Invoke-Shell -Command $script
        $said[0] | Should -Be '0'
        $said[1] | Should -Match '^\d+\.\d+'
        $said[2] | Should -Be 'Done'
        $said[3].Split(' ') | Sort-Object | Should -Be '0', '99'
    }

    It 'brings nothing of its own into the shell''s context but its loader' {
        $slash = [IO.Path]::DirectorySeparatorChar
        $script = @"
Import-Module '$(Join-Path $root PSSR.psd1)'
`$null = Get-PssrEnvironment
[System.Runtime.Loader.AssemblyLoadContext]::Default.Assemblies.Where({
    `$_.GetName().Name -like 'PSSR*' -or `$_.Location -like '*${slash}module${slash}bin${slash}*'
}).ForEach({ `$_.GetName().Name })
'end'
"@
        Invoke-Shell -Command $script | Should -Be 'PSSR.Loader', 'end'
    }
}

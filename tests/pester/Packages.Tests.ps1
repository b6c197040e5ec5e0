# The small package, from the repository's folder to a picture, for a user who has nothing; and the look through that every package gets.
BeforeAll {
    $root = Split-Path (Split-Path $PSScriptRoot)
    . (Join-Path $root tools/Shell.ps1)
    $packages = Join-Path $root artifacts/packages
    $cache = (dotnet nuget locals global-packages --list) -replace '^[^:]*: '
    $homes = New-Item -ItemType Directory (Join-Path $TestDrive home)
    'photo.png', 'other.png' | ForEach-Object { Copy-Item (Join-Path $root examples/drawing.png) (Join-Path $homes $_) }

    # A shell of a user who has just been made.
    function Invoke-NewUser([string] $Script) {
        $before = @{}
        $own = @{
            HOME = "$homes"; USERPROFILE = "$homes"; PSModulePath = $null; PSSR_RUNTIME = $null; PSSR_MODELS = $null
            XDG_DATA_HOME = $null; XDG_CONFIG_HOME = $null; XDG_CACHE_HOME = $null; DOTNET_CLI_HOME = $null; NUGET_PACKAGES = $null
        }
        try {
            foreach ($name in $own.Keys) {
                $before[$name] = [Environment]::GetEnvironmentVariable($name)
                [Environment]::SetEnvironmentVariable($name, $own[$name])
            }
            Invoke-Shell -Command "`$ErrorActionPreference = 'Stop'; Set-Location '$homes'; $Script" 2>&1 | ForEach-Object { "$_" }
        }
        finally { foreach ($name in $before.Keys) { [Environment]::SetEnvironmentVariable($name, $before[$name]) } }
    }
}

Describe 'The package without libtorch' {
    BeforeAll {
        $said = Invoke-Shell -File (Join-Path $root build.ps1) pack -Platform any
        $LASTEXITCODE | Should -Be 0 -Because ($said -join "`n")
        $package = Get-Item (Join-Path $packages any/PSSR.*.nupkg)
        # Windows asks no variable where a user's modules lie: there they go into a folder that is named.
        $install = $IsWindows ? "Save-PSResource PSSR -Repository local -Path '$homes'; Import-Module '$homes/PSSR'"
            : 'Install-PSResource PSSR -Repository local; Import-Module PSSR'
    }

    It 'stays under 60 MB and has what the Gallery asks for' {
        $package.Length | Should -BeLessThan 60e6
        $archive = [System.IO.Compression.ZipFile]::OpenRead($package.FullName)
        try {
            $names = $archive.Entries.FullName
            $entry = $archive.Entries.Where({ $_.Name -like '*.nuspec' })[0]
            $reader = [System.IO.StreamReader]::new($entry.Open())
            $nuspec = ([xml] $reader.ReadToEnd()).package.metadata
            $reader.Dispose()
        }
        finally { $archive.Dispose() }
        $names | Should -Contain PSSR.psd1
        $names | Should -Contain sbom.cdx.json
        $names | Should -Contain THIRD-PARTY-NOTICES.txt
        $names | Where-Object { $_ -match '\.(so|dylib)(\.\d+)?$|torch_cpu' } | Should -BeNullOrEmpty
        $nuspec.id, $nuspec.licenseUrl | Should -Be PSSR, 'https://licenses.nuget.org/MIT'
        $nuspec.projectUrl, $nuspec.releaseNotes | ForEach-Object { $_ | Should -Match '^https://' }
        $nuspec.tags | Should -Match 'PSModule.*super-resolution|super-resolution.*PSModule'
    }

    It 'is installed by a new user, says what it lacks, brings it, and upscales' {
        # Of a whole folder one error, not one for each picture.
        $first = Invoke-NewUser ("Register-PSResourceRepository local -Uri '$(Split-Path $package)' -Trusted; $install; " +
            'try { Invoke-DiffusionUpscale . -ErrorAction SilentlyContinue } catch { $_.FullyQualifiedErrorId; "$_" }; ' +
            'try { Test-SRModel pssr-prior } catch { "$_" }')
        $LASTEXITCODE | Should -Be 0 -Because ($first -join "`n")
        $first | Should -HaveCount 3
        $first[0] | Should -Be 'DeviceFailed,PSSR.Cmdlets.InvokeDiffusionUpscaleCommand'
        $first[1..2] | Should -BeLike '*libtorch is not installed. Type Install-PssrRuntime, once for this user.'
        Join-Path $homes photo_x2.png | Should -Not -Exist

        $import = $IsWindows ? "Import-Module '$homes/PSSR'; " : ''
        $then = Invoke-NewUser ("${import}Install-PssrRuntime -Source '$cache' -WhatIf; (Install-PssrRuntime -Source '$cache').Loaded")
        # Another shell: what one has loaded serves itself alone.
        $then += Invoke-NewUser ($import +
            '(Invoke-DiffusionUpscale photo.png).Status; (Get-PssrEnvironment).TorchFolder')
        $LASTEXITCODE | Should -Be 0 -Because ($then -join "`n")
        $then[0] | Should -Match 'What if: .*Unpack TorchSharp .* and libtorch-cpu-'
        $then[1] | Should -Match '^Unpack TorchSharp .*MB'
        $then[2..3] | Should -Be 'True', 'Done'
        Get-ChildItem $then[4] | Where-Object Name -Match 'torch_python|_test\.' | Should -BeNullOrEmpty
        Join-Path $homes photo_x2.png | Should -Exist
    }
}

Describe 'What a package is looked through for' {
    BeforeAll {
        $script:torch = 'cpu'
        function Stop-Build([int] $ExitCode, [string] $Message) { throw $Message }
        . (Join-Path $root tools/Pack.ps1)
        $bin = Join-Path $root module/bin
        $stage = New-Item -ItemType Directory (Join-Path $TestDrive stage)
    }

    It 'is a program of another platform, one that is never loaded, and all that is missing' {
        Copy-Item -LiteralPath (Get-Process -Id $PID).Path (Join-Path $stage other.so)
        Copy-Item (Join-Path $bin PSSR.Loader.dll) (Join-Path $stage libtorch_python.so)
        $faults = 'other.so is of', 'libtorch_python.so is never loaded', 'TorchSharp.dll is missing', 'sbom.cdx.json is missing'
        foreach ($fault in $faults) {
            { Assert-Content $stage any (Join-Path $bin PSSR.deps.json) } | Should -Throw "*$fault*"
        }
        { Assert-Content $stage win-x64 (Join-Path $bin PSSR.deps.json) } | Should -Throw '*torch_cpu.dll is missing*'
        { Assert-Content $stage osx-arm64 (Join-Path $bin PSSR.deps.json) } | Should -Throw '*libomp.dylib is missing*'
    }

    It 'leaves out only what a run doesn''t load where it is there' {
        $loaded = Invoke-Shell -Command (
            "Import-Module '$(Join-Path $root PSSR.psd1)'; " +
            "`$null = Invoke-DiffusionUpscale '$homes/photo.png' -NoiseLevel 0.05 -Steps 1 -OutputDirectory '$TestDrive/o'; " +
            '(Get-Process -Id $PID).Modules.ModuleName')
        @($loaded) -match 'torch_cpu' | Should -HaveCount 1
        $loaded.Where({ Test-NeverLoaded $_ }) | Should -BeNullOrEmpty
        (Get-ChildItem $bin).Name.Where({ Test-NeverLoaded $_ }) | Should -Not -BeNullOrEmpty
    }

    It 'tells programs apart by what they are' {
        # Of a build what every run passes is compiled ahead for this platform; no package may have it, for another refuses it.
        Get-BinaryKind (Join-Path $bin TorchSharp.dll) | Should -Be 'code compiled ahead'
        Get-BinaryKind (Join-Path $bin SixLabors.ImageSharp.dll) | Should -Be managed
        Get-BinaryKind (Join-Path $root README.md) | Should -BeNullOrEmpty
        $file = Join-Path $TestDrive head.bin
        foreach ($kind in @{ Bytes = 0x7F, 0x45, 0x4C, 0x46; Is = 'linux' }, @{ Bytes = 0xCF, 0xFA, 0xED, 0xFE; Is = 'osx' }) {
            [System.IO.File]::WriteAllBytes($file, [byte[]] $kind.Bytes)
            Get-BinaryKind $file | Should -Be $kind.Is
        }
    }
}

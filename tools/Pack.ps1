# Packing, for build.ps1: the module as a PSResource, small for all platforms and with libtorch for one, and the CLI as an archive.
# What is .NET's is the same for all platforms, and so isn't compiled ahead as the build's is; libtorch and the program's starter are the
# platform's own.
# Every package is looked through before it counts: Assert-Content.

$packages = "$root/artifacts/packages"
$work = "$packages/work"
$engine = $null

# -Platform any,win-x64 and -ProjectUri ADDRESS, in either door's style.
function Read-PackOption([object[]] $Arguments) {
    $platforms, $uri = @('any', 'win-x64', 'linux-x64', 'osx-arm64'), $null
    for ($i = 0; $i -lt $Arguments.Count; $i++) {
        $value = "$($Arguments[$i + 1])"
        switch -Regex ("$($Arguments[$i])") {
            '^--?platform:?$' { $platforms = @($value.ToLowerInvariant() -split ',' -ne ''); $i++; break }
            '^--?project-?uri:?$' { $uri = $value; $i++; break }
            default { Stop-Build 2 "Unexpected '$_'.`n`n$usage" }
        }
    }
    $known = 'any', 'win-x64', 'linux-x64', 'osx-arm64'
    if (-not $platforms -or $platforms.Where({ $_ -notin $known })) { Stop-Build 2 "-Platform is some of $($known -join ', ')." }
    if ($null -ne $uri -and -not [uri]::IsWellFormedUriString($uri, 'Absolute')) { Stop-Build 2 "-ProjectUri '$uri' is no address." }
    # MSBuild joins CUDA's libraries, which come in parts, for the platform that it runs on and no other.
    if ($torch -eq 'cuda') { $platforms = @(Get-Platform) }
    $platforms, $uri
}

function Invoke-Pack([object[]] $Arguments) {
    $platforms, $uri = Read-PackOption $Arguments
    Build-Cli
    Build-Module
    Remove-Item -Recurse -Force -LiteralPath $work -ErrorAction Ignore
    $null = New-Item -ItemType Directory -Path $work
    # Code that is compiled ahead is one platform's, and another refuses it.
    Publish-Project src/PSSR $work/il/module '-p:PublishReadyToRun=false'
    Publish-Project src/PSSR.Cli $work/il/cli '-p:PublishReadyToRun=false'
    $manifest = Import-PowerShellDataFile -LiteralPath $root/PSSR.psd1
    $bom = Get-Bom $manifest.ModuleVersion
    foreach ($platform in $platforms) {
        $name = $platform -eq 'any' ? 'any' : "$platform-$torch"
        Remove-Item -Recurse -Force -LiteralPath $packages/$name -ErrorAction Ignore
        $null = New-Item -ItemType Directory -Path $packages/$name
        $natives = $platform -eq 'any' ? @() : @(Get-Native $platform)
        $parts = Select-Component $bom $platform
        New-ModulePackage $platform $name $natives $parts ($uri ? @($manifest.PrivateData.PSData.ProjectUri, $uri) : @())
        if ($platform -ne 'any') { New-CliArchive $platform "pssr-$($manifest.ModuleVersion)-$name" $packages/$name $natives $parts }
    }
    Remove-Item -Recurse -Force -LiteralPath $work
    if (-not $uri) {
        Write-Step "the packages name $($manifest.PrivateData.PSData.ProjectUri) as the project's address, which leads nowhere: -ProjectUri"
    }
}

# ---- What goes in

# The managed files of a published folder, without what only its build needs.
function Get-Managed([string] $Folder) {
    (Get-ChildItem -LiteralPath $Folder -File).Where({ $_.Extension -eq '.dll' -and (Get-BinaryKind $_.FullName) -eq 'managed' -or
            $_.Name -like 'PSSR*.pdb' -or $_.Name -like '*.runtimeconfig.json' }).FullName
}

# libtorch for a platform, with its licences: by the same way as the user's Install-PssrRuntime, or from the build that joined CUDA's.
function Get-Native([string] $Platform) {
    if ($torch -eq 'cuda') {
        return (Get-ChildItem -LiteralPath (Split-Path $cli) -File).Where({
                (Get-BinaryKind $_.FullName) -in 'linux', 'win', 'osx' -and $_.BaseName -ne 'pssr' -and -not (Test-NeverLoaded $_.Name)
            }).FullName
    }
    $before = $env:PSSR_RUNTIME
    $env:PSSR_RUNTIME = "$work/runtime"
    try { $said = & $cli runtime install --platform $Platform 2>&1 } finally { $env:PSSR_RUNTIME = $before }
    if ($LASTEXITCODE -ne 0) { Stop-Build 1 "$($said -join "`n")`nlibtorch for $Platform is not to be had." }
    (Get-ChildItem -Path "$work/runtime/*-$Platform/*" -File).FullName
}

# The engine's own list, in a copy: the file stays free to be built again.
function Get-EngineType([string] $Name) {
    $script:engine ??= [System.Reflection.Assembly]::Load([System.IO.File]::ReadAllBytes("$root/module/bin/PSSR.Engine.dll"))
    $script:engine.GetType($Name, $true)
}

function Test-NeverLoaded([string] $Name) {
    [bool] (Get-EngineType PSSR.Host.Natives.RuntimePackage)::NeverLoaded.Where({ $Name.Contains($_) })
}

# What the CLI is made of, as CycloneDX tells: the module is made of the same without the parser of command lines.
function Get-Bom([string] $Version) {
    # Where its own list of tools lies; asks no source when the tool is there already.
    Push-Location -LiteralPath $root/tools/Packing
    $said = dotnet tool restore 2>&1
    $said += dotnet tool run dotnet-CycloneDX $root/src/PSSR.Cli/PSSR.Cli.csproj --disable-package-restore --output $work `
        --filename sbom.cdx.json --output-format Json --set-name PSSR --set-version $Version --no-serial-number 2>&1
    Pop-Location
    if (-not (Test-Path -LiteralPath $work/sbom.cdx.json)) { Stop-Build 3 "$($said -join "`n")`nCycloneDX could not list the parts." }
    Get-Content -Raw -LiteralPath $work/sbom.cdx.json
}

# The same for one platform: its own libtorch or none, and no libraries of SkiaSharp's, which are never loaded.
function Select-Component([string] $Bom, [string] $Platform) {
    $parts = ConvertFrom-Json $Bom -AsHashtable
    $left = @($parts.components.Where({ $_.name -like 'SkiaSharp.NativeAssets.*' }).'bom-ref')
    foreach ($part in $parts.components.Where({ $_.name -like 'libtorch-cpu-*' })) {
        if ($Platform -eq 'any') { $left += $part.'bom-ref'; continue }
        $package = (Get-EngineType PSSR.Host.Natives.RuntimePackage)::For($Platform, 'cpu').Where({ $_.Name -like 'libtorch*' })[0]
        $ref = "pkg:nuget/$($package.Name)@$($package.Version)"
        $part.hashes[0].content = [Convert]::ToHexString([Convert]::FromBase64String($package.Sha512))
        $part.description = $part.description.Replace($part.name, $package.Name)
        foreach ($one in $parts.dependencies) {
            if ($one.ref -eq $part.'bom-ref') { $one.ref = $ref }
            if ($one['dependsOn']) { $one.dependsOn = @($one.dependsOn -replace [regex]::Escape($part.'bom-ref'), $ref) }
        }
        $part.name, $part.version, $part.purl, $part.'bom-ref' = $package.Name, $package.Version, $ref, $ref
    }
    Remove-Component $parts $left
}

function Remove-Component([hashtable] $Parts, [string[]] $Ref) {
    $parts.components = @($parts.components.Where({ $_.'bom-ref' -notin $Ref }))
    $parts.dependencies = @($parts.dependencies.Where({ $_.ref -notin $Ref }))
    foreach ($one in $parts.dependencies) { if ($one['dependsOn']) { $one.dependsOn = @($one.dependsOn.Where({ $_ -notin $Ref })) } }
    $parts
}

# The list of parts, and who made each under which licence: the package's own text where it brings one.
function Write-Notice([string] $Folder, [hashtable] $Parts) {
    ConvertTo-Json $Parts -Depth 20 | Set-Content -LiteralPath $Folder/sbom.cdx.json
    $cache = (dotnet nuget locals global-packages --list) -replace '^[^:]*: '
    $rule = '-' * 100
    $texts = foreach ($part in $Parts.components | Sort-Object name) {
        $package = "$cache/$($part.name.ToLowerInvariant())/$($part.version)"
        $own = Get-ChildItem -Path $package/* -File -Include LICENSE*, THIRD-PARTY-NOTICES*
        $id = "$($part.licenses.ForEach({ $_['expression'] ?? $_['license']?['id'] ?? $_['license']?['name'] }) -join ', ')"
        $known = "$root/tools/Packing/licences/$id.txt"
        if (-not $own -and -not ($id -and (Test-Path -LiteralPath $known))) { Stop-Build 1 "$($part.name): no text of its licence '$id'." }
        $rule, "$($part.name) $($part.version), $($id ? $id : 'its own licence')", $part['copyright'], ''
        ($own ? $own.FullName : @($known)).ForEach({ (Get-Content -Raw -LiteralPath $_).Trim() }) -join "`n`n"
    }
    @('PSSR is made of these parts, each under its own licence. sbom.cdx.json has their hashes.', '') + $texts |
        Set-Content -LiteralPath $Folder/THIRD-PARTY-NOTICES.txt
}

# ---- Packages

# A PSResource: one folder PSSR, as PowerShell expects it, in a .nupkg that PSResourceGet makes.
function New-ModulePackage([string] $Platform, [string] $Name, [string[]] $Natives, [hashtable] $Parts, [string[]] $Address) {
    $stage = "$work/$Name/PSSR"
    $null = New-Item -ItemType Directory -Path $stage/module/bin
    foreach ($part in 'PSSR.psd1', 'models', 'LICENSE', 'README.md', 'CHANGELOG.md') {
        Copy-Item -Recurse -LiteralPath $root/$part -Destination $stage
    }
    Get-ChildItem -LiteralPath $root/module -File | Copy-Item -Destination $stage/module
    Copy-Item -LiteralPath (@(Get-Managed $work/il/module) + $Natives) -Destination $stage/module/bin
    Copy-Item -Recurse -LiteralPath $root/module/bin/en-US -Destination $stage/module/bin
    if ($Address) {
        foreach ($file in "$stage/PSSR.psd1", "$stage/module/bin/en-US/PSSR.dll-Help.xml") {
            (Get-Content -Raw -LiteralPath $file).Replace($Address[0], $Address[1].TrimEnd('/')) | Set-Content -NoNewline -LiteralPath $file
        }
    }
    Write-Notice $stage (Remove-Component (Copy-Part $Parts) @($Parts.components.Where({ $_.name -eq 'System.CommandLine' }).'bom-ref'))
    Assert-Content $stage $Platform $root/module/bin/PSSR.deps.json
    $made = Compress-PSResource -Path $stage -DestinationPath $packages/$Name -PassThru -ErrorAction Stop
    $archive = [System.IO.Compression.ZipFile]::OpenRead($made.FullName)
    try { $entries = $archive.Entries.FullName.ForEach({ [uri]::UnescapeDataString($_) }) } finally { $archive.Dispose() }
    $missing = (Get-ChildItem -Recurse -File -LiteralPath $stage).ForEach({
            [System.IO.Path]::GetRelativePath($stage, $_.FullName).Replace('\', '/') }).Where({ $_ -notin $entries })
    if ($missing) { Stop-Build 1 "$($made.FullName) lacks $($missing -join ', ')." }
    if ($Platform -eq 'any' -and $made.Length -ge 60e6) { Stop-Build 1 "$($made.FullName) has $($made.Length) bytes; 60 MB are allowed." }
    Write-Package $made.FullName $Platform
}

function Copy-Part([hashtable] $Parts) { ConvertTo-Json $Parts -Depth 20 | ConvertFrom-Json -AsHashtable }

# An archive with one folder, as its system's people unpack them. Without pssr.deps.json, which names the building platform's files, .NET
# takes all that lies beside the program.
function New-CliArchive([string] $Platform, [string] $Name, [string] $Folder, [string[]] $Natives, [hashtable] $Parts) {
    $stage = "$work/cli/$Platform/$Name"
    $null = New-Item -ItemType Directory -Path $stage
    $said = dotnet build $root/tools/Packing -c Release -r $Platform --self-contained false -o $work/starter/$Platform -v quiet -nologo `
        -p:UseSharedCompilation=false 2>&1
    if ($LASTEXITCODE -ne 0) { Stop-Build 1 "$($said -join "`n")`nThe starter for $Platform could not be made." }
    $starter = $Platform -like 'win-*' ? 'pssr.exe' : 'pssr'
    Copy-Item -LiteralPath (@(Get-Managed $work/il/cli) + $Natives + "$work/starter/$Platform/$starter") -Destination $stage
    'models', 'LICENSE' | ForEach-Object { Copy-Item -Recurse -LiteralPath $root/$_ -Destination $stage }
    Write-Notice $stage $Parts
    Assert-Content $stage $Platform "$(Split-Path $cli)/pssr.deps.json"
    if ($Platform -like 'win-*') {
        [System.IO.Compression.ZipFile]::CreateFromDirectory($stage, "$Folder/$Name.zip", 'Optimal', $true)
        return Write-Package "$Folder/$Name.zip" $Platform
    }
    $file = [System.IO.File]::Create("$Folder/$Name.tar.gz")
    $zip = [System.IO.Compression.GZipStream]::new($file, [System.IO.Compression.CompressionLevel]::Optimal)
    try { [System.Formats.Tar.TarFile]::CreateFromDirectory($stage, $zip, $true) } finally { $zip.Dispose(); $file.Dispose() }
    Write-Package "$Folder/$Name.tar.gz" $Platform
}

function Write-Package([string] $Path, [string] $Platform) {
    $run = $Platform -in 'any', (Get-Platform) ? '' : ", looked through and not run: this is $(Get-Platform)"
    $size = ([System.IO.FileInfo]::new($Path).Length / 1e6).ToString('0.0')
    Write-Step "$([System.IO.Path]::GetRelativePath($root, $Path)) ($size MB$run)"
}

# ---- What came of it

# managed, code compiled ahead, linux, win or osx by a file's first bytes; null where it is no program.
function Get-BinaryKind([string] $Path) {
    $stream = [System.IO.File]::OpenRead($Path)
    try {
        $head = [byte[]]::new(4)
        $null = $stream.Read($head, 0, 4)
        switch ([Convert]::ToHexString($head)) {
            '7F454C46' { 'linux' }
            { $_ -in 'CFFAEDFE', 'CAFEBABE' } { 'osx' }
            { $_.StartsWith('4D5A') } {
                $stream.Position = 0
                $reader = [System.Reflection.PortableExecutable.PEReader]::new($stream, 'LeaveOpen')
                if (-not $reader.HasMetadata) { 'win' }
                else { $reader.PEHeaders.CorHeader.ManagedNativeHeaderDirectory.Size ? 'code compiled ahead' : 'managed' }
            }
        }
    }
    finally { $stream.Dispose() }
}

# Whether a staged folder is what it should be: nothing of another platform, nothing missing, a manifest as the Gallery wants it.
function Assert-Content([string] $Stage, [string] $Platform, [string] $DepsFile) {
    $files = Get-ChildItem -Recurse -File -LiteralPath $Stage
    $system = $Platform.Split('-')[0]
    $wrong = @(foreach ($file in $files) {
            $kind = Get-BinaryKind $file.FullName
            if ($kind -and $kind -notin 'managed', $system) { "$($file.Name) is of $kind" }
            if (Test-NeverLoaded $file.Name) { "$($file.Name) is never loaded" }
        })
    $targets = (ConvertFrom-Json (Get-Content -Raw -LiteralPath $DepsFile) -AsHashtable).targets.Values.Where({ $_.Count -gt 0 })[0]
    $list = (Test-Path -LiteralPath $Stage/sbom.cdx.json) ? (Get-Content -Raw -LiteralPath $Stage/sbom.cdx.json) : '{"components":[]}'
    $listed = (ConvertFrom-Json $list -AsHashtable).components.ForEach({ "$($_.name)/$($_.version)" })
    $wrong += $targets.Keys.Where({ $targets[$_]['runtime'] -and $_ -notmatch '^pssr[./]' -and $_ -notin $listed }).
        ForEach({ "$_ is not in sbom.cdx.json" })
    $wanted = @($targets.Values.ForEach({ $_['runtime']?.Keys }).Where({ $_ }).ForEach({ Split-Path -Leaf $_ }))
    $wanted += 'LICENSE', 'THIRD-PARTY-NOTICES.txt', 'sbom.cdx.json', 'weights.safetensors', 'card.json'
    $wanted += switch ($system) {
        win { 'LibTorchSharp.dll', 'torch_cpu.dll', 'c10.dll' }
        linux { 'libLibTorchSharp.so', 'libtorch_cpu.so', 'libc10.so', 'libtorch.so' }
        osx { 'libLibTorchSharp.dylib', 'libtorch_cpu.dylib', 'libc10.dylib', 'libtorch.dylib', 'libomp.dylib' }
    }
    if (Test-Path -LiteralPath $Stage/PSSR.psd1) {
        $wanted += 'PSSR.psm1', 'PSSR.dll', 'PSSR.Loader.dll', 'PSSR.dll-Help.xml', 'about_PSSR.help.txt', 'PSSR.Format.ps1xml'
        $manifest = Test-ModuleManifest -Path $Stage/PSSR.psd1 -ErrorAction Stop
        $data = $manifest.PrivateData.PSData
        $wrong += @('LicenseUri', 'ProjectUri', 'Tags', 'ReleaseNotes').Where({ -not $data[$_] }).ForEach({ "the manifest has no $_" })
        $exported = (Get-Content -Raw -LiteralPath $Stage/PSSR.psd1) -match "ToExport\s*=.*\*"
        if ($exported) { $wrong += 'the manifest exports by wildcards' }
    }
    $wrong += @($wanted | Select-Object -Unique).Where({ $_ -and $_ -notin $files.Name }).ForEach({ "$_ is missing" })
    if ($wrong) { Stop-Build 1 "The package for $Platform is not right: $($wrong -join '; ')." }
}

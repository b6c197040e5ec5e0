# What PSScriptAnalyzer would say of scripts, asked of the compiled cmdlets; and what PSSR promises of each.
# A rule is one test that names all who break it.
BeforeAll {
    $root = Split-Path (Split-Path $PSScriptRoot)
    . (Join-Path $root tools/Shell.ps1)
    Import-Module (Join-Path $root 'PSSR.psd1') -Force
    $common = [System.Management.Automation.Cmdlet]::CommonParameters + [System.Management.Automation.Cmdlet]::OptionalCommonParameters
    $cmdlets = foreach ($command in Get-Command -Module PSSR -CommandType Cmdlet) {
        $own = @($command.Parameters.Values | Where-Object Name -NotIn $common)
        [pscustomobject]@{ Name = $command.Name; Command = $command; Own = $own }
    }

    # Each own parameter of each cmdlet that the filter ($_, $cmdlet) takes and the rule does not, as "Cmdlet -Parameter".
    function Find-Parameter([scriptblock] $Where, [scriptblock] $Unless) {
        foreach ($cmdlet in $cmdlets) {
            foreach ($parameter in $cmdlet.Own | Where-Object $Where) {
                if (-not ($parameter | ForEach-Object $Unless)) { "$($cmdlet.Name) -$($parameter.Name)" }
            }
        }
    }

    function Find-Cmdlet([scriptblock] $Where, [scriptblock] $Unless) {
        foreach ($cmdlet in $cmdlets | Where-Object $Where) {
            if (-not ($cmdlet | ForEach-Object $Unless)) { $cmdlet.Name }
        }
    }

    function Test-Attribute($Parameter, [type[]] $Type) {
        foreach ($attribute in $Parameter.Attributes) { foreach ($one in $Type) { if ($attribute -is $one) { return $true } } }
        $false
    }

    function Get-ElementType($Parameter) {
        $type = $Parameter.ParameterType
        if ($type.IsArray) { $type = $type.GetElementType() }
        [System.Nullable]::GetUnderlyingType($type) ?? $type
    }
}

Describe 'A rule' {
    It 'names what breaks it' {
        Find-Cmdlet { $_.Command.Verb -eq 'Remove' } { $_.Own.Name -contains 'Recurse' } | Should -Be 'Remove-SRModel'
        Find-Parameter { $_.Name -eq 'Seed' -and $cmdlet.Command.Verb -eq 'Invoke' } { Test-Attribute $_ ([ValidateRange]) } |
            Should -Be 'Invoke-DiffusionUpscale -Seed'
    }
}

Describe 'Every cmdlet' {
    It 'has an approved verb and a singular noun' {
        $approved = (Get-Verb).Verb
        Find-Cmdlet { $true } { $_.Command.Verb -cin $approved -and $_.Command.Noun -cmatch '^[A-Z]\w*([^s]|ss)$' } | Should -BeNullOrEmpty
    }

    It 'is documented where the shell looks, and says what it puts out' {
        Find-Cmdlet { $true } { $_.Command.HelpFile -eq 'PSSR.dll-Help.xml' -and $_.Command.OutputType } | Should -BeNullOrEmpty
    }

    It 'asks before it writes or deletes, and only then' {
        Find-Cmdlet { $true } {
            $writes = $_.Command.Verb -in 'Build', 'Export', 'Import', 'Install', 'Invoke', 'New', 'Remove', 'Stop' -or
                @('OutputDirectory', 'SheetDirectory', 'Save').Where({ $_ -in $cmdlet.Own.Name })
            $attribute = $_.Command.ImplementingType.GetCustomAttributes([System.Management.Automation.CmdletAttribute], $false)[0]
            $attribute.SupportsShouldProcess -eq $writes -and ($_.Command.Verb -ne 'Remove' -or $attribute.ConfirmImpact -eq 'High')
        } | Should -BeNullOrEmpty
    }

    It 'overwrites with -Force alone' {
        # A training that is begun again goes on.
        Find-Cmdlet {
            $_.Command.Verb -in 'Export', 'Import', 'Install', 'Invoke', 'New', 'Remove' -or $_.Own.Name -contains 'SheetDirectory'
        } {
            $_.Own.Where({ $_.Name -eq 'Force' }).SwitchParameter
        } | Should -BeNullOrEmpty
    }

    It 'passes on what it consumed when asked, if it is a sink, and else always puts out what it made' {
        Find-Cmdlet { $true } { ($_.Own.Name -contains 'PassThru') -eq ($_.Name -in 'Export-UpscaleReport', 'Remove-SRModel') } |
            Should -BeNullOrEmpty
    }

    It 'says of every number what is allowed' {
        Find-Parameter { (Get-ElementType $_) -in [int], [long], [double], [float] } {
            Test-Attribute $_ ([ValidateRange]), ([ValidateSet]), ([ValidateCount])
        } | Should -BeNullOrEmpty
    }

    It 'takes no empty text where a name or a path belongs' {
        Find-Parameter { (Get-ElementType $_) -eq [string] -and $_.Name -notin 'Prefix', 'Under' } {
            Test-Attribute $_ ([ValidateNotNullOrEmpty]), ([ValidateSet])
        } | Should -BeNullOrEmpty
    }

    It 'completes models, devices and everything else that can be listed' {
        $listed = 'Model', 'Corrector', 'Encoder', 'Start', 'Flow', 'Embedder', 'Classifier', 'FeatureModel', 'QualityFeatures',
            'QualityModel', 'Device'
        Find-Parameter {
            $_.Name -in $listed -or ($_.Name -eq 'Name' -and $cmdlet.Command.Noun -eq 'SRModel' -and $cmdlet.Command.Verb -ne 'Import')
        } { Test-Attribute $_ ([ArgumentCompleter]) } |
            Should -BeNullOrEmpty
        $few = 'Method', 'Preset', 'Precision', 'Format', 'Schedule', 'Degradation', 'Architecture', 'LpipsNetwork',
            'Solver', 'Sampler', 'Mode', 'Metric', 'Objective', 'Kernel'
        Find-Parameter { $_.Name -in $few } { (Get-ElementType $_).IsEnum -or (Test-Attribute $_ ([ValidateSet])) } | Should -BeNullOrEmpty
    }

    It 'takes Path with wildcards and LiteralPath, both by pipeline' {
        Find-Cmdlet { $_.Own.Name -contains 'LiteralPath' } {
            $path, $literal = $_.Own.Where({ $_.Name -eq 'Path' })[0], $_.Own.Where({ $_.Name -eq 'LiteralPath' })[0]
            $byValue, $byName = $path.ParameterSets.Values[0], $literal.ParameterSets.Values[0]
            (Test-Attribute $path ([SupportsWildcards])) -and $byValue.Position -eq 0 -and $byValue.ValueFromPipeline -and
                $literal.Aliases -contains 'PSPath' -and $literal.Aliases -contains 'LP' -and $byName.ValueFromPipelineByPropertyName -and
                "$($path.ParameterSets.Keys)" -ne "$($literal.ParameterSets.Keys)"
        } | Should -BeNullOrEmpty
        Find-Parameter {
            (Get-ElementType $_) -eq [string] -and $_.ParameterSets.Values.ValueFromPipeline -contains $true -and $_.Name -eq 'Path'
        } { $cmdlet.Own.Name -contains 'LiteralPath' } | Should -BeNullOrEmpty
    }

    It 'has few positional parameters, without gaps, and a default among its sets' {
        Find-Cmdlet { $true } {
            $gaps = foreach ($set in $_.Command.ParameterSets) {
                $positions = @($set.Parameters | Where-Object Position -GE 0 | Sort-Object Position | ForEach-Object Position)
                # Where what is worked on comes by name or by pipeline, the others keep their places.
                $first = $set.Name -in 'LiteralPath', 'Result', 'Record' ? 1 : 0
                if ($positions.Count -gt 3 -or ($positions -and "$positions" -ne "$($first..($first + $positions.Count - 1))")) {
                    $set.Name
                }
            }
            -not $gaps -and ($_.Command.ParameterSets.Count -eq 1 -or @($_.Command.ParameterSets | Where-Object IsDefault).Count -eq 1)
        } | Should -BeNullOrEmpty
    }

    It 'can be stopped while it computes' {
        Find-Cmdlet { $_.Own.Name -contains 'Device' -or $_.Command.Verb -eq 'Build' -or $_.Own.Name -contains 'LiteralPath' } {
            $_.Command.ImplementingType.
                GetMethod('StopProcessing', [Reflection.BindingFlags] 'Instance, NonPublic').DeclaringType.Name -ne 'Cmdlet'
        } | Should -BeNullOrEmpty
    }

    It 'names its parameters as PowerShell does' {
        $odd = 'Files', 'FileName', 'Folder', 'Directory', 'Out', 'Output', 'Overwrite', 'DryRun', 'Silent', 'Quiet'
        Find-Parameter { $true } { $_.Name -cmatch '^[A-Z][A-Za-z0-9]*$' -and $_.Name -notin $odd -and $_.ParameterType -ne [bool] } |
            Should -BeNullOrEmpty
    }
}

Describe 'Errors' {
    It 'have the ids and categories that docs/runs.md promises' {
        $promised = Select-String -LiteralPath (Join-Path $root docs/runs.md) -Pattern '^\| (\w+)( \([\w-]+\))? \| ([A-Z]\w+) \| (yes|no)' |
            ForEach-Object { "$($_.Matches[0].Groups[1].Value) $($_.Matches[0].Groups[3].Value)" } | Sort-Object
        $source = Get-ChildItem (Join-Path $root src/PSSR/*.cs), (Join-Path $root src/PSSR/Bases/*.cs) | Get-Content -Raw
        $made = [regex]::Matches($source, '"(\w+)",\s+ErrorCategory\.(\w+)') |
            ForEach-Object { "$($_.Groups[1].Value) $($_.Groups[2].Value)" } | Sort-Object -Unique
        $promised | Should -Be $made
    }

    It 'are told apart by what lies behind them: <id>' -ForEach @(
        @{ id = 'AccessDenied'; kind = 'Image'; inner = [UnauthorizedAccessException]::new() }
        @{ id = 'AccessDenied'; kind = 'Checkpoint'; inner = [UnauthorizedAccessException]::new() }
        @{ id = 'InputOutputFailed'; kind = 'Image'; inner = [IO.IOException]::new('No space left on device') }
        @{ id = 'ImageFailed'; kind = 'Image'; inner = [IO.EndOfStreamException]::new() }
        @{ id = 'PathNotFound'; kind = 'Image'; inner = [IO.DirectoryNotFoundException]::new() }
        @{ id = 'PathNotFound'; kind = 'Checkpoint'; inner = [IO.FileNotFoundException]::new() }
        @{ id = 'ModelFailed'; kind = 'Checkpoint'; inner = $null }
    ) {
        $engine = (Get-Command Invoke-DiffusionUpscale).OutputType[0].Type.Assembly
        $kinds = $engine.GetType('PSSR.PssrErrorKind')
        $problem = $engine.GetType('PSSR.PssrException').GetConstructors()[0].Invoke(@([Enum]::Parse($kinds, $kind), 'why', 'what', $inner))
        $catalogue = (Get-Command Invoke-DiffusionUpscale).ImplementingType.Assembly.GetType('PSSR.Cmdlets.Bases.ErrorCatalogue')
        $catalogue.GetMethod('Record').Invoke($null, @($problem, 'what')).FullyQualifiedErrorId | Should -Be $id
    }

    It 'leave the rest of a set alone: <command>' -ForEach @(
        @{ command = 'Invoke-DiffusionUpscale'; arguments = @{ NoiseLevel = 0; Scale = 1 } }
        @{ command = 'New-DegradedImage'; arguments = @{ Scale = 2 } }
        @{ command = 'Export-UpscaleResult'; arguments = @{ Format = 'Bmp' } }
    ) {
        $good = Join-Path $root examples/drawing.png
        $bad = Join-Path $TestDrive bad.png
        [IO.File]::WriteAllBytes($bad, [IO.File]::ReadAllBytes($good)[0..39])
        $paths = $bad, (Join-Path $TestDrive gone.png), $good
        $results = & $command -LiteralPath $paths -OutputDirectory (Join-Path $TestDrive $command) @arguments `
            -ErrorAction SilentlyContinue -ErrorVariable problems
        $results.Count | Should -Be 1
        $type = (Get-Command $command).ImplementingType.FullName
        $problems.FullyQualifiedErrorId | Should -Be "ImageFailed,$type", "PathNotFound,$type"
        $problems.CategoryInfo.Category | Should -Be 'InvalidData', 'ObjectNotFound'
        $problems.TargetObject | Should -Be $bad, (Join-Path $TestDrive gone.png)
    }

    It 'name the allowed range: <command> <arguments>' -ForEach @(
        @{ command = 'Invoke-DiffusionUpscale'; arguments = @{ Path = 'a.png'; Scale = 65 }; says = '*64*' }
        @{ command = 'Invoke-DiffusionUpscale'; arguments = @{ Path = 'a.png'; Method = 'none' }; says = '*DiffSR,DPI,ECDP*' }
        @{ command = 'Invoke-DiffusionUpscale'; arguments = @{ Path = 'a.png'; TileSize = 3 }; says = '*64 to 8192*' }
        @{ command = 'Invoke-DiffusionUpscale'; arguments = @{ Path = 'a.png'; Device = 'tpu' }; says = '*cuda:N*' }
        @{
            command = 'Measure-FaceConsistency'
            arguments = @{ Path = 'a.png'; ReferenceDirectory = '.'; Embedder = 'e'; Threshold = 3 }
            says = '*2*'
        }
        @{ command = 'Export-UpscaleResult'; arguments = @{ Path = 'a.png'; Quality = 101 }; says = '*100*' }
    ) {
        { & $command @arguments } | Should -Throw $says
    }
}

Describe 'From one cmdlet to the next' {
    It 'goes from pictures to a report in one pipeline' {
        $truth = New-Item -ItemType Directory (Join-Path $TestDrive hr)
        Copy-Item (Join-Path $root 'examples/drawing.png') (Join-Path $truth 'a [1].png')
        Copy-Item (Join-Path $root 'examples/drawing.png') (Join-Path $truth b.png)
        $page = Join-Path $TestDrive report.html

        $files = Get-ChildItem $truth |
            New-DegradedImage -OutputDirectory (Join-Path $TestDrive lr) -Scale 2 |
            Invoke-DiffusionUpscale -Scale 2 -NoiseLevel 0 -OutputDirectory (Join-Path $TestDrive sr) |
            Measure-ImageQuality -ReferenceDirectory $truth -Lpips Never |
            Export-UpscaleReport $page -PassThru

        $files.Name | Should -Be 'report.html', 'report.csv', 'report.json'
        $report = Get-Content -Raw (Join-Path $TestDrive report.json) | ConvertFrom-Json
        $report.pictures.path | Split-Path -Leaf | Should -Be 'a [1].png', 'b.png'
        $report.pictures.run.options.method | Should -Be 'diff-sr', 'diff-sr'
        $report.pictures[0].qualities[0].values[0].value | Should -BeGreaterThan 15
    }

    It 'takes what every other cmdlet puts out as a file' {
        $degraded = New-DegradedImage (Join-Path $root examples/drawing.png) -OutputDirectory (Join-Path $TestDrive small) -Scale 2
        $result = $degraded | Invoke-DiffusionUpscale -Scale 2 -NoiseLevel 0
        $copy = $result | Export-UpscaleResult -Format Jpeg
        $quality = Measure-ImageQuality $result.Output (Join-Path $root examples/drawing.png) -Lpips Never
        foreach ($object in $degraded, $result, $copy, $quality) { ($object | Get-Item).Extension | Should -BeIn '.png', '.jpg' }
    }
}

Describe 'Progress' {
    It 'has a level for files and one below for evaluations' {
        $shell = [powershell]::Create([System.Management.Automation.RunspaceMode]::NewRunspace)
        $in = New-Item -ItemType Directory (Join-Path $TestDrive in)
        foreach ($name in 'a', 'b', 'c') { Copy-Item (Join-Path $root examples/drawing.png) (Join-Path $in "$name.png") }
        New-DegradedImage $in -OutputDirectory (Join-Path $TestDrive tiny) -Scale 6 | Out-Null
        $null = $shell.AddScript({
            param($module, $in, $out)
            Import-Module $module
            Invoke-DiffusionUpscale $in -NoiseLevel 0.05 -Steps 2 -OutputDirectory $out
        }).
            AddArgument((Join-Path $root PSSR.psd1)).AddArgument((Join-Path $TestDrive tiny)).AddArgument((Join-Path $TestDrive out))
        $shell.Invoke().Count | Should -Be 3
        $records = $shell.Streams.Progress
        $shell.Dispose()
        $files, $steps = @($records | Where-Object Activity -EQ Upscaling), @($records | Where-Object Activity -EQ Network)
        $files[0].StatusDescription | Should -BeLike '1 of 3: a.png'
        $steps[0].ParentActivityId | Should -Be $files[0].ActivityId
        $steps[0].StatusDescription | Should -Be 'evaluation 1 of 2'
        $files[-1].RecordType | Should -Be 'Completed'
    }

    It 'says that more may come while a pipeline feeds it' {
        $shell = [powershell]::Create([System.Management.Automation.RunspaceMode]::NewRunspace)
        $null = $shell.AddScript({
            param($module, $in, $out)
            Import-Module $module
            Get-ChildItem $in -Filter *.png |
                Invoke-DiffusionUpscale -NoiseLevel 0.05 -Steps 2 -ThrottleLimit 1 -OutputDirectory $out -InputRoot $in
        }).
            AddArgument((Join-Path $root PSSR.psd1)).AddArgument((Join-Path $TestDrive tiny)).AddArgument((Join-Path $TestDrive fed))
        $shell.Invoke().Count | Should -Be 3
        $files = @($shell.Streams.Progress | Where-Object { $_.Activity -eq 'Upscaling' -and $_.RecordType -ne 'Completed' })
        $shell.Dispose()
        $files[0].StatusDescription | Should -Be '1 of 1 so far: a.png'
        @($files.StatusDescription) -notmatch 'so far' | Should -BeNullOrEmpty
        ($files.PercentComplete | Measure-Object -Maximum).Maximum | Should -Be -1
    }

    It 'writes not a byte where output is redirected' {
        $script = "Import-Module '$(Join-Path $root PSSR.psd1)'; " +
            "Invoke-DiffusionUpscale '$(Join-Path $root examples/drawing.png)' " +
            "-NoiseLevel 0.01 -Steps 1 -Scale 1 -OutputDirectory '$TestDrive/red' | Out-Null"
        $said = Invoke-Shell -Command $script 2>&1
        $said | Should -BeNullOrEmpty
    }
}

Describe 'Stopping' {
    It 'ends <command> in the middle of its work, and leaves no half file' -ForEach @(
        @{
            command = 'Invoke-DiffusionUpscale'
            line = {
                param($root, $out)
                Invoke-DiffusionUpscale (Join-Path $root examples) -NoiseLevel 0.3 -Steps 300 -Scale 1 -OutputDirectory $out
            }
        }
        @{
            command = 'Build-DiffusionPrior'
            line = {
                param($root, $out)
                Build-DiffusionPrior $out -Steps 1000000 -BatchSize 1 -CropSize 16 -NumChannels 32 -ChannelMult '1,4'
            }
        }
        @{
            command = 'Build-ConditionCorrector'
            line = {
                param($root, $out)
                Build-ConditionCorrector $out -Steps 1000000 -BatchSize 1 -CropSize 16 -NumChannels 32 `
                    -ChannelMult 1 -NumResBlocks 1 -ValidateEvery 0
            }
        }
        @{
            command = 'Find-PerceptualRecoverableField'
            line = {
                param($root, $out)
                Find-PerceptualRecoverableField -Recalibrate -PictureCount 50 -Seed 987654 -Scale 3
            }
        }
    ) {
        $shell = [powershell]::Create([System.Management.Automation.RunspaceMode]::NewRunspace)
        $out = Join-Path $TestDrive $command
        $null = $shell.AddScript('param($module) Import-Module $module').AddArgument((Join-Path $root PSSR.psd1)).AddStatement().
            AddScript($line).AddArgument($root).AddArgument($out)
        $running = $shell.BeginInvoke()
        try {
            while ($shell.Streams.Progress.Count -eq 0 -and -not $running.IsCompleted) { Start-Sleep -Milliseconds 100 }
            $shell.Streams.Progress.Count | Should -BeGreaterThan 0
            $running.IsCompleted | Should -BeFalse
            $shell.Stop()
            $shell.InvocationStateInfo.State | Should -Be 'Stopped'
        }
        finally { & (Join-Path $PSScriptRoot StopShell.ps1) $shell $running }
        Get-ChildItem $TestDrive -Recurse -Force -Filter *.pssr-tmp | Should -BeNullOrEmpty
    }
}

Describe 'Verbose' {
    It 'speaks to people: model, size, tile, seconds, and what was decided with its reason' {
        $said = Invoke-DiffusionUpscale (Join-Path $root examples/drawing.png) -Scale 2 -OutputDirectory (Join-Path $TestDrive verbose) `
                -Method DiffSR -Steps 1 -Verbose 4>&1 |
            Where-Object { $_ -is [System.Management.Automation.VerboseRecord] } | ForEach-Object Message
        $said[0] | Should -Match '^PSSR [\d.]+, computing by TorchSharp$'
        $line = $said -match 'drawing\.png: '
        $line | Should -HaveCount 1
        $line | Should -Match 'drawing\.png: (\d+)x(\d+) to \d+x\d+ by pssr-prior \(DiffSR\), \d+ evaluations?, [\d.]+ s \(read [\d.]+ s, '
        $line | Should -Match 'tile size \d+ \(\w'
        $line | Should -Match 'noise level 0\.\d+ \(\w'
    }
}

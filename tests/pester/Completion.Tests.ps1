BeforeDiscovery {
    $root = Split-Path (Split-Path $PSScriptRoot)
    Import-Module (Join-Path $root 'PSSR.psd1') -Force
    # And the summary, which goes into a variable.
    $summary = (Get-Command Invoke-DiffusionUpscale).OutputType[0].Type.Assembly.GetType('PSSR.Sets.UpscaleSummary')
    $outputs = @((Get-Command -Module PSSR -CommandType Cmdlet).OutputType.Type) + $summary |
        Where-Object { $_.FullName -like 'PSSR.*' } | Sort-Object -Unique FullName |
        ForEach-Object { @{ name = $_.Name; type = $_ } }
}

BeforeAll {
    $root = Split-Path (Split-Path $PSScriptRoot)
    . (Join-Path $root tools/Shell.ps1)
    Import-Module (Join-Path $root 'PSSR.psd1') -Force

    function Complete([string] $Line) {
        (TabExpansion2 -inputScript $Line -cursorColumn $Line.Length).CompletionMatches.CompletionText
    }
}

Describe 'Views' {
    It 'shows <name> as a table and as a list' -ForEach $outputs {
        $controls = (Get-FormatData -TypeName $type.FullName).FormatViewDefinition.Control
        $controls | Where-Object { $_ -is [System.Management.Automation.TableControl] } | Should -Not -BeNullOrEmpty
        $controls | Where-Object { $_ -is [System.Management.Automation.ListControl] } | Should -Not -BeNullOrEmpty
    }

    It 'shows nothing that <name> has not' -ForEach $outputs {
        $known = $type.GetProperties().Name + (Get-TypeData -TypeName $type.FullName).Members.Keys
        foreach ($control in (Get-FormatData -TypeName $type.FullName).FormatViewDefinition.Control) {
            $isTable = $control -is [System.Management.Automation.TableControl]
            $entries = $isTable ? $control.Rows.Columns.DisplayEntry : $control.Entries.Items.DisplayEntry
            $entries | Where-Object ValueType -EQ 'Property' | ForEach-Object { $_.Value | Should -BeIn $known }
            foreach ($entry in $entries | Where-Object ValueType -EQ 'ScriptBlock') {
                # Of the object itself: inside a nested block $_ is something else.
                [scriptblock]::Create($entry.Value).Ast.FindAll({
                    $args[0] -is [System.Management.Automation.Language.MemberExpressionAst] -and
                    $args[0].Expression.Extent.Text -eq '$_'
                }, $false) |
                    ForEach-Object { $_.Member.Value | Should -BeIn $known }
            }
        }
    }
}

Describe 'Completion' {
    BeforeAll {
        $before = $env:PSSR_MODELS
        $env:PSSR_MODELS = (New-Item -ItemType Directory (Join-Path ([IO.Path]::GetTempPath()) ([guid]::NewGuid()))).FullName
        Import-SRModel (Join-Path $root 'tests/reference/rrdbnet-x4/trainer_checkpoint.pt') -Name encoder -WarningAction SilentlyContinue |
            Out-Null
        Import-SRModel (Join-Path $root 'tests/PSSR.Tests/Models/Scripts/features.torchscript.pt') `
            -Name script -Architecture torchscript -WarningAction SilentlyContinue | Out-Null
        # A card written by hand may have any name.
        $card = Join-Path $env:PSSR_MODELS 'encoder/card.json'
        (Get-Content -Raw $card).Replace('"name": "encoder"', '"name": "my encoder"') | Set-Content $card
    }

    AfterAll {
        Remove-Item -Recurse $env:PSSR_MODELS
        $env:PSSR_MODELS = $before
    }

    It 'completes <line>' -ForEach @(
        @{ line = 'Invoke-DiffusionUpscale a.png -Method '; all = 'Bicubic', 'DiffSR', 'DPI', 'ECDP', 'Nearest' }
        @{ line = 'Invoke-DiffusionUpscale a.png -Initial '; all = 'pssr-flow-x2', 'pssr-flow-x4', 'pssr-flow-x4-fast' }
        @{ line = 'Invoke-DiffusionUpscale a.png -Method DPI -Model '; all = @('pssr-prior') }
        @{
            line = 'Invoke-DiffusionUpscale a.png -Method DPI -Corrector '
            all = 'none', 'pssr-corrector-real', 'pssr-corrector-x4', 'pssr-corrector-x8'
        }
        @{ line = 'Build-FlowUpscaler out -QualityFeatures '; all = 'bands', 'critic', 'encoder', 'script', 'textures' }
        @{ line = 'Invoke-DiffusionUpscale a.png -Method DPI -Corrector pssr-corrector-x'; all = 'pssr-corrector-x4', 'pssr-corrector-x8' }
        @{ line = 'Invoke-DiffusionUpscale a.png -Precision '; all = 'auto', 'bf16', 'fp16', 'fp32' }
        @{ line = 'Invoke-DiffusionUpscale a.png -Format J'; all = @('Jpeg') }
        @{ line = 'Invoke-DiffusionUpscale a.png -Device c'; some = @('cpu') }
        @{ line = 'Measure-ImageQuality a.png -Device '; some = 'auto', 'cpu' }
        @{ line = 'Measure-ImageQuality a.png -Preset '; all = 'BasicSR-Y', 'Paper-DiffSR', 'Paper-DPI', 'Paper-ECDP', 'PyIqa' }
        @{ line = 'Build-DiffusionPrior -Preset '; all = 'embedded', 'paper' }
        @{ line = 'Build-FlowUpscaler out -Encoder '; all = @("'my encoder'") }
        @{ line = "Build-FlowUpscaler out -Encoder 'my"; all = @("'my encoder'") }
        @{ line = 'Find-PerceptualRecoverableField -Model '; all = @('pssr-prior') }
        @{ line = 'Measure-ImageSetQuality a.png -Model '; all = @('script') }
        @{ line = 'Measure-FaceConsistency a.png -Embedder '; all = @('script') }
        @{ line = 'Test-SRModel '; some = "'my encoder'", 'pssr-prior', 'script' }
        @{ line = 'Remove-SRModel '; all = "'my encoder'", 'script' }
    ) {
        $offered = Complete $line
        if ($all) { $offered | Sort-Object | Should -Be $all }
        else { $some | ForEach-Object { $_ | Should -BeIn $offered } }
    }

    It 'offers files where no name fits' {
        New-Item -ItemType Directory (Join-Path $TestDrive my-model) | Out-Null
        Push-Location $TestDrive
        try { Complete 'Invoke-DiffusionUpscale a.png -Model ./my' | Should -Match 'my-model' }
        finally { Pop-Location }
    }

    It 'names only models that are there, and says what they are' {
        $line = 'Invoke-DiffusionUpscale a.png -Model pssr-pr'
        (TabExpansion2 -inputScript $line -cursorColumn $line.Length).CompletionMatches[0].ToolTip |
            Should -Match '^prior, guided-unet, [\d.]+ M parameters, '
    }

    It 'loads no tensor library' {
        $script = @"
Import-Module '$(Join-Path $root PSSR.psd1)'
foreach (`$line in 'Invoke-DiffusionUpscale -Model ', 'Invoke-DiffusionUpscale -Device ') {
    (TabExpansion2 -inputScript `$line -cursorColumn `$line.Length).CompletionMatches.Count
}
(Get-Process -Id `$PID).Modules.ModuleName -match 'torch' | Select-Object -First 1
"@
        $said = Invoke-Shell -Command $script
        $said.Count | Should -Be 2
        [int] $said[0] | Should -BeGreaterThan 0
    }
}

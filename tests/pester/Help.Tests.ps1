BeforeDiscovery {
    $root = Split-Path (Split-Path $PSScriptRoot)
    Import-Module (Join-Path $root 'PSSR.psd1') -Force
    $cmdlets = Get-Command -Module PSSR -CommandType Cmdlet | ForEach-Object { @{ name = $_.Name } }
    $topics = Get-ChildItem (Join-Path $root 'docs/help/about_*.help.txt') | ForEach-Object { @{ topic = $_.Name -replace '\.help\.txt$'; file = $_.FullName } }
}

BeforeAll {
    $root = Split-Path (Split-Path $PSScriptRoot)
    Import-Module (Join-Path $root 'PSSR.psd1') -Force
    $common = [System.Management.Automation.Cmdlet]::CommonParameters

    # Every parameter that a script gives to a command of PSSR, as "Command -Parameter".
    function Get-Unknown([string] $Script) {
        $errors = $null
        $ast = [System.Management.Automation.Language.Parser]::ParseInput($Script, [ref] $null, [ref] $errors)
        $errors | ForEach-Object { "does not parse: $($_.Message)" }
        foreach ($call in $ast.FindAll({ $args[0] -is [System.Management.Automation.Language.CommandAst] }, $true)) {
            $name = $call.GetCommandName()
            $command = Get-Command $name -ErrorAction Ignore
            if (-not $command) { "no command $name"; continue }
            if ($command.Source -ne 'PSSR') { continue }
            foreach ($parameter in $call.CommandElements | Where-Object { $_ -is [System.Management.Automation.Language.CommandParameterAst] }) {
                if ($parameter.ParameterName -notin $command.Parameters.Keys) { "$name -$($parameter.ParameterName)" }
            }
        }
    }
}

Describe 'Help of <name>' -ForEach $cmdlets {
    BeforeAll {
        $help = Get-Help $name -Full
        $command = Get-Command $name
    }

    It 'says what it is for' {
        $help.Synopsis | Should -Match '\.$'
        $help.Synopsis | Should -Not -Match '<CommonParameters>'
        ($help.description.Text -join ' ').Length | Should -BeGreaterThan 60
    }

    It 'describes every parameter, and none that is not there' {
        $parameters = $command.Parameters.Keys | Where-Object { $_ -notin $common } | Sort-Object
        $help.parameters.parameter.name | Sort-Object | Should -Be $parameters
        foreach ($parameter in $help.parameters.parameter) {
            $parameter.description.Text -join ' ' | Should -Match '\w.*\.$' -Because "-$($parameter.name) is described"
            $parameter.type.name | Should -Be ((([System.Nullable]::GetUnderlyingType($command.Parameters[$parameter.name].ParameterType)) ?? $command.Parameters[$parameter.name].ParameterType).Name)
        }
    }

    It 'tells the range of every number that has one' {
        foreach ($parameter in $command.Parameters.Values | Where-Object { $_.Name -notin $common -and $_.Attributes.Where({ $_ -is [ValidateRange] }) }) {
            ($help.parameters.parameter | Where-Object name -EQ $parameter.Name).description.Text -join ' ' | Should -Match 'Allowed: (at least )?[\d.E-]'
        }
    }

    It 'has the parameter sets that the shell has' {
        @($help.syntax.syntaxItem).Count | Should -Be $command.ParameterSets.Count
    }

    It 'has two examples or more, which use parameters that exist' {
        @($help.examples.example).Count | Should -BeGreaterOrEqual 2
        foreach ($example in $help.examples.example) {
            $example.title | Should -Match 'Example \d+: \w'
            Get-Unknown $example.code | Should -BeNullOrEmpty
        }
    }

    It 'tells what comes out' {
        foreach ($type in $command.OutputType.Name) { $type | Should -BeIn @($help.returnValues.returnValue.type.name) }
        $help.returnValues.returnValue.description.Text | Should -Not -BeNullOrEmpty
    }

    It 'leads on to help that exists' {
        foreach ($link in $help.relatedLinks.navigationLink.linkText) { (Get-Help $link).Name | Should -Be $link }
    }
}

Describe 'Help as people ask for it' {
    It 'finds a parameter that does not exist' {
        Get-Unknown 'Invoke-DiffusionUpscale a.png -Scael 3' | Should -Be 'Invoke-DiffusionUpscale -Scael'
    }

    It 'is shown by Get-Help -Full' {
        Get-Help Invoke-DiffusionUpscale -Full | Out-String -Width 200 | Should -Match '(?s)SYNOPSIS.+-Scale <Double>.+Allowed: 1 to 64\..+Example 2'
    }

    It 'is shown in a shell of another language' {
        pwsh -NoProfile -NonInteractive -Command "[cultureinfo]::CurrentUICulture = 'de-DE'; Import-Module '$(Join-Path $root PSSR.psd1)'; (Get-Help Get-SRModel).Synopsis" | Should -BeLike 'Lists the models*'
    }

    It 'has topics of its own' -ForEach @(@{ all = 'about_PSSR', 'about_PSSR_Automation', 'about_PSSR_Models' }) {
        (Get-Help about_PSSR*).Name | Sort-Object -Unique | Should -Be $all
    }
}

Describe '<topic>' -ForEach $topics {
    It 'is found, and 80 columns wide' {
        (Get-Help $topic | Out-String).Length | Should -BeGreaterThan 1000
        (Get-Content $file | Measure-Object Length -Maximum).Maximum | Should -BeLessOrEqual 80
    }

    It 'names only commands and parameters that exist' {
        $code = Get-Content $file | Where-Object { $_ -match '^ {8}(PS> |\$|[A-Z]\w+-[A-Z])' } | ForEach-Object { $_.Substring(8) -replace '^PS> ' }
        $code | Should -Not -BeNullOrEmpty
        foreach ($line in $code) { Get-Unknown $line | Should -BeNullOrEmpty }
    }
}

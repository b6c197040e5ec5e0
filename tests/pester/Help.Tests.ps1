BeforeDiscovery {
    $root = Split-Path (Split-Path $PSScriptRoot)
    $topics = Get-ChildItem (Join-Path $root 'docs/help/about_*.help.txt') |
        ForEach-Object { @{ topic = $_.Name -replace '\.help\.txt$'; file = $_.FullName } }
    $pages = Get-ChildItem (Join-Path $root 'docs/*.md'), (Join-Path $root README.md) |
        ForEach-Object { @{ page = $_.Name; file = $_.FullName } }
}

BeforeAll {
    $root = Split-Path (Split-Path $PSScriptRoot)
    . (Join-Path $root tools/Shell.ps1)
    Import-Module (Join-Path $root 'PSSR.psd1') -Force
    $common = [System.Management.Automation.Cmdlet]::CommonParameters
    # Commands that a page names and not every shell has.
    $elsewhere = 'Register-PSResourceRepository', 'Install-PSResource', 'Uninstall-PSResource', 'Update-PSResource' |
        ForEach-Object { "no command $_" }

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
            $typed = $call.CommandElements | Where-Object { $_ -is [System.Management.Automation.Language.CommandParameterAst] }
            foreach ($parameter in $typed) {
                if ($parameter.ParameterName -notin $command.Parameters.Keys) { "$name -$($parameter.ParameterName)" }
            }
        }
    }
}

Describe 'Help of every cmdlet' {
    BeforeAll {
        $all = foreach ($command in Get-Command -Module PSSR -CommandType Cmdlet) {
            [pscustomobject]@{ Name = $command.Name; Command = $command; Help = Get-Help $command.Name -Full }
        }

        # Whatever a rule puts out about a cmdlet, with its name before it.
        function Find-Fault([scriptblock] $Rule) {
            foreach ($one in $all) { foreach ($fault in $one | ForEach-Object $Rule) { "$($one.Name): $fault" } }
        }
    }

    It 'says what it is for' {
        Find-Fault {
            if ($_.Help.Synopsis -notmatch '\.$' -or $_.Help.Synopsis -match '<CommonParameters>') { "synopsis '$($_.Help.Synopsis)'" }
            if (($_.Help.description.Text -join ' ').Length -lt 60) { 'no description' }
        } | Should -BeNullOrEmpty
    }

    It 'describes every parameter, and none that is not there' {
        Find-Fault {
            $real = $_.Command.Parameters
            $named = $_.Help.parameters.parameter.name | Where-Object { $_ }
            Compare-Object @($real.Keys | Where-Object { $_ -notin $common }) @($named) |
                ForEach-Object { "$($_.InputObject) $($_.SideIndicator)" }
            foreach ($parameter in $_.Help.parameters.parameter) {
                $type = $real[$parameter.name].ParameterType
                if ($parameter.description.Text -join ' ' -notmatch '\w.*\.$') { "-$($parameter.name) is not described" }
                $plain = [System.Nullable]::GetUnderlyingType($type) ?? $type
                if ($parameter.type.name -ne $plain.Name) { "-$($parameter.name) is no $($parameter.type.name)" }
            }
        } | Should -BeNullOrEmpty
    }

    It 'tells the range of every number that has one' {
        Find-Fault {
            $numbers = $_.Command.Parameters.Values | Where-Object {
                $_.Name -notin $common -and $_.Attributes.Where({ $_ -is [ValidateRange] })
            }
            foreach ($parameter in $numbers) {
                $said = ($_.Help.parameters.parameter | Where-Object name -EQ $parameter.Name).description.Text -join ' '
                if ($said -notmatch 'Allowed: (at least )?[\d.E-]') { "-$($parameter.Name)" }
            }
        } | Should -BeNullOrEmpty
    }

    It 'has the parameter sets that the shell has' {
        Find-Fault { if (@($_.Help.syntax.syntaxItem).Count -ne $_.Command.ParameterSets.Count) { 'other sets' } } | Should -BeNullOrEmpty
    }

    It 'has two examples or more, which use parameters that exist' {
        Find-Fault {
            if (@($_.Help.examples.example).Count -lt 2) { 'too few' }
            foreach ($example in $_.Help.examples.example) {
                if ($example.title -notmatch 'Example \d+: \w') { "title '$($example.title)'" }
                Get-Unknown $example.code
            }
        } | Should -BeNullOrEmpty
    }

    It 'tells what comes out' {
        Find-Fault {
            $_.Command.OutputType.Name | Where-Object { $_ -notin @($one.Help.returnValues.returnValue.type.name) }
            if (-not $_.Help.returnValues.returnValue.description.Text) { 'not described' }
        } | Should -BeNullOrEmpty
    }

    It 'leads on to help that exists' {
        $links = $all.Help.relatedLinks.navigationLink.Where({ -not $_.uri }).linkText | Sort-Object -Unique
        $links | Where-Object { (Get-Help $_ -ErrorAction Ignore).Name -ne $_ } | Should -BeNullOrEmpty
        Find-Fault { if (@($_.Help.relatedLinks.navigationLink).Count -lt 2) { 'none' } } | Should -BeNullOrEmpty
    }

    It 'is online where the project is, in a document that exists' {
        $project = (Import-PowerShellDataFile (Join-Path $root PSSR.psd1)).PrivateData.PSData.ProjectUri
        Find-Fault {
            $address = @($_.Help.relatedLinks.navigationLink.uri)[0]
            if (-not $address.StartsWith("$project/blob/main/")) { "'$address'" }
            elseif (-not (Test-Path (Join-Path $root $address.Substring("$project/blob/main/".Length)))) { "no document '$address'" }
        } | Should -BeNullOrEmpty
    }
}

Describe 'docs/cmdlets.md' {
    It 'names the cmdlets that the module exports, in the words of their help' {
        $rows = Select-String -LiteralPath (Join-Path $root docs/cmdlets.md) -Pattern '^\| `(\w+-\w+)` \| (?:`([\w ]+)`)? ?\| (.+) \|$' |
            ForEach-Object { , $_.Matches[0].Groups.Value }
        $exported = (Import-PowerShellDataFile (Join-Path $root PSSR.psd1)).CmdletsToExport
        $rows.ForEach({ $_[1] }) | Sort-Object | Should -Be ($exported | Sort-Object)
        foreach ($row in $rows) { $row[3] | Should -Be (Get-Help $row[1]).Synopsis.Trim() }
    }

    It 'names commands that pssr has' {
        $pssr = Join-Path $root "artifacts/pssr/pssr$($IsWindows ? '.exe' : '')"
        foreach ($row in Select-String -LiteralPath (Join-Path $root docs/cmdlets.md) -Pattern '^\| `\w+-\w+` \| `([\w ]+)`') {
            $words = -split $row.Matches[0].Groups[1].Value
            (& $pssr @words --help) -join "`n" | Should -Match "(?m)^  pssr $words\b"
        }
    }
}

Describe '<page>' -ForEach $pages {
    It 'calls cmdlets with parameters that they have' {
        $cmdlets = (Get-Command -Module PSSR -CommandType Cmdlet, Alias).Name -join '|'
        $text = Get-Content -Raw -LiteralPath $file
        # Code is indented; what pssr has for it stands behind some blanks. Beside it there is Python, and what cron and others read.
        $code = @([regex]::Matches($text, '(?m)(^ {4}.*(\r?\n|\z))+').Value) -replace '(?m)(^ {4}| {2,})pssr .*$' -match "\b($cmdlets)\b"
        $spans = @([regex]::Matches($text, '`([^`\n]+)`').ForEach({ $_.Groups[1].Value })) -match "^($cmdlets)\b"
        $faults = foreach ($script in @($code) + @($spans)) { Get-Unknown $script | Where-Object { $_ -notmatch '^no command (?!\w+-\w)' } }
        $faults | Where-Object { $_ -notin $elsewhere } | Should -BeNullOrEmpty
    }
}

Describe 'Help as people ask for it' {
    It 'finds a parameter that does not exist' {
        Get-Unknown 'Invoke-DiffusionUpscale a.png -Scael 3' | Should -Be 'Invoke-DiffusionUpscale -Scael'
    }

    It 'is shown by Get-Help -Full' {
        Get-Help Invoke-DiffusionUpscale -Full | Out-String -Width 200 |
            Should -Match '(?s)SYNOPSIS.+-Scale <Double>.+Allowed: 1 to 64\..+Example 2'
    }

    It 'is shown in a shell of another language' {
        Invoke-Shell -Command (
            "[cultureinfo]::CurrentUICulture = 'de-DE'; " +
            "Import-Module '$(Join-Path $root PSSR.psd1)'; (Get-Help Get-SRModel).Synopsis") | Should -BeLike 'Lists the models*'
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
        $code = Get-Content $file | Where-Object { $_ -match '^ {8}(PS> |\$|[A-Z]\w+-[A-Z])' } |
            ForEach-Object { $_.Substring(8) -replace '^PS> ' }
        $code | Should -Not -BeNullOrEmpty
        foreach ($line in $code) { Get-Unknown $line | Should -BeNullOrEmpty }
    }
}

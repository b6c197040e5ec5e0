<#
.SYNOPSIS
Writes the module's help into module/bin/en-US, from the built cmdlets, their doc comments, and the pages in docs/help.
.NOTES
build.ps1 runs it in a shell of its own, which loads the module from module/bin. PowerShell looks for help beside the cmdlets' assembly and
beside PSSR.psd1, and nowhere else. The format is MAML, the PSMaml schemas of 2004.
#>
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$root = Split-Path $PSScriptRoot
$bin = Join-Path $root module/bin
$pages = Join-Path $root docs/help

# The doc comments, by the compiler's names: T:Type, P:Type.Property.
function Read-Comment([string[]] $Path) {
    $comments = @{}
    foreach ($file in $Path) {
        foreach ($member in ([xml] (Get-Content -Raw -LiteralPath $file)).SelectNodes('//member')) { $comments[$member.name] = $member }
    }
    $comments
}

# A comment's summary as plain text; empty where there is none.
function Get-Summary([string] $Name) {
    $summary = $comments[$Name]?.SelectSingleNode('summary')
    $summary ? ((Get-PlainText $summary) -replace '\s+', ' ').Trim() : ''
}

function Get-PlainText([System.Xml.XmlNode] $Node) {
    if ($Node -is [System.Xml.XmlCharacterData]) { return $Node.Value }
    if ($Node.Name -eq 'paramref') { return $Node.GetAttribute('name') }
    if ($Node.Name -eq 'see' -and -not $Node.InnerText) {
        return ($Node.GetAttribute($Node.HasAttribute('cref') ? 'cref' : 'langword') -split '[.:]')[-1]
    }
    -join ($Node.ChildNodes | ForEach-Object { Get-PlainText $_ })
}

# docs/help/NAME.md: paragraphs under "# NAME"; "## Example: TITLE" with commands (indented by four) and paragraphs about them;
# "## See also", a line each.
function Read-Page([string] $Path) {
    $page = @{ Description = @(); Examples = @(); SeeAlso = @() }
    foreach ($section in (Get-Content -Raw -LiteralPath $Path) -split '(?m)^(?=#)' -match '\S') {
        $heading, $body = ($section -split '\r?\n').TrimEnd()
        $code, $text = $body.Where({ $_ -like '    *' }, 'Split')
        $paragraphs = @(($text -join "`n") -split '\n{2,}' -replace '\n', ' ' | ForEach-Object Trim | Where-Object { $_ })
        switch -Regex ($heading) {
            '^# ' { $page.Description = $paragraphs; break }
            '^## Example: (.+)' {
                $page.Examples += @{ Title = $Matches[1]; Code = $code.ForEach({ $_.Substring(4) }) -join "`n"; Remarks = $paragraphs }
                break
            }
            '^## See also$' { $page.SeeAlso = @($body | Where-Object { $_ }); break }
            default { throw "'$Path': a heading is '# NAME', '## Example: TITLE' or '## See also', not '$heading'." }
        }
    }
    $page
}

function Get-Attribute($Member, [string] $Name) {
    $Member.GetCustomAttributes($true) | Where-Object { $_.GetType().Name -eq $Name } | Select-Object -First 1
}

# What stands where a parameter isn't typed: the value of the record's option that it is copied into, else the class's own. In words;
# empty where there is none, or where it depends on something.
function Get-Standard([System.Reflection.PropertyInfo] $Property, [type] $Class) {
    $name = (Get-Attribute $Property OptionNameAttribute)?.Property ?? $Property.Name
    $records = @(foreach ($record in (Get-Attribute $Class OptionsOfAttribute)?.Records) { [Activator]::CreateInstance($record) })
    foreach ($record in $records) {
        $option = $record.GetType().GetProperty($name)
        if (-not $option -or -not $option.CanWrite -or (Get-Attribute $option NotAskedAttribute)) { continue }
        # A network's layout is that of the training which makes it.
        $holder = $record.GetType().Namespace -like 'PSSR.Networks*' ? $records[0].Network : $record
        $value = Format-Value $option.GetValue($holder)
        return ($value -and $records[0].GetType().GetInterface('IPresets`1')) ? "$value, or the preset's" : $value
    }
    Format-Value $Property.GetValue([Activator]::CreateInstance($Class))
}

function Format-Value($Value) {
    if ($Value -is [timespan]) { $Value = $Value.TotalSeconds }
    if ($Value -is [hashtable]) { return '' }
    if ($Value -is [System.Collections.IEnumerable] -and $Value -isnot [string]) {
        return @(foreach ($one in $Value) { Format-Value $one }) -join ', '
    }
    $Value -is [IFormattable] ? $Value.ToString($null, [cultureinfo]::InvariantCulture) : "$Value"
}

# A parameter as its class declares it, with what there is to say about it.
function Get-ParameterFact([System.Reflection.PropertyInfo] $Property, [type] $Class) {
    $attributes = $Property.GetCustomAttributes($true)
    $uses = @($attributes | Where-Object { $_ -is [Parameter] })
    $type = [Nullable]::GetUnderlyingType($Property.PropertyType) ?? $Property.PropertyType
    $element = $type.IsArray ? $type.GetElementType() : $type
    $set = $attributes | Where-Object { $_ -is [ValidateSet] }
    $values = @($set ? $set.ValidValues : $element.IsEnum ? [enum]::GetNames($element) : @())
    $text = Get-Summary "P:$($Property.DeclaringType.FullName).$($Property.Name)"
    if ($type -ne [switch] -and $true -notin $uses.Mandatory -and -not $text.Contains('Default:') -and
        ($standard = Get-Standard $Property $Class)) { $text += " Default: $standard." }
    foreach ($range in $attributes | Where-Object { $_ -is [ValidateRange] }) {
        $top = $range.MaxRange -in [int]::MaxValue, [long]::MaxValue
        $text += $top ? " Allowed: at least $($range.MinRange)." : " Allowed: $($range.MinRange) to $($range.MaxRange)."
    }
    if ($values.Where({ -not $text.Contains($_) })) { $text += " One of: $($values -join ', ')." }
    @{
        Name = $Property.Name; Type = $type.Name; Values = $values; Text = $text.Trim()
        Uses = $uses
        Aliases = @($attributes | Where-Object { $_ -is [Alias] } | ForEach-Object AliasNames)
        Wildcards = [bool] ($attributes | Where-Object { $_ -is [SupportsWildcards] })
    }
}

# What SupportsShouldProcess brings.
function Get-AskingParameter {
    $all = @{ Type = 'SwitchParameter'; Values = @(); Uses = @([Parameter]::new()); Wildcards = $false }
    @{ Name = 'WhatIf'; Aliases = @('wi'); Text = 'Says what would be done, and does nothing.' } + $all
    @{ Name = 'Confirm'; Aliases = @('cf'); Text = 'Asks before anything is done.' } + $all
}

# <Tag>CONTENT</Tag>, the content being XML.
function Format-Element([string] $Tag, [string[]] $Content) {
    $inside = -join $Content
    $inside ? "<$Tag>$inside</$Tag>" : "<$Tag />"
}

function Format-Text([string] $Tag, [string] $Text) { Format-Element $Tag ([System.Security.SecurityElement]::Escape($Text)) }

function Format-Paragraph([string] $Tag, [string[]] $Text) { Format-Element $Tag ($Text | ForEach-Object { Format-Text maml:para $_ }) }

function Format-Type([string] $Type, [switch] $Uri) { Format-Element dev:type (Format-Text maml:name $Type), ($Uri ? '<maml:uri />' : '') }

function Format-Pipeline($Parameter) {
    $ways = @(
        if ($true -in $Parameter.Uses.ValueFromPipeline) { 'ByValue' }
        if ($true -in $Parameter.Uses.ValueFromPipelineByPropertyName) { 'ByPropertyName' }
    )
    $ways ? "True ($($ways -join ', '))" : 'False'
}

function Format-Parameter($Parameter, $Use, [switch] $Syntax) {
    $position = $Use.Position -ge 0 ? $Use.Position : 'named'
    $aliases = $Parameter.Aliases ? $Parameter.Aliases -join ', ' : 'none'
    $flags = $Use.Mandatory, $Parameter.Type.EndsWith('[]'), $Parameter.Wildcards
    $required, $many, $globbing = $flags.ForEach({ "$_".ToLowerInvariant() })
    $value = "<command:parameterValue required=`"true`">$($Parameter.Type)</command:parameterValue>"
    if ($Syntax -and $Parameter.Values) {
        $choices = $Parameter.Values.ForEach({ "<command:parameterValue required=`"false`">$_</command:parameterValue>" })
        $value = Format-Element command:parameterValueGroup $choices
    }
    elseif ($Syntax -and $Parameter.Type -eq 'SwitchParameter') { $value = '' }
    $default = $Parameter.Type -eq 'SwitchParameter' ? 'False' :
        -not $Syntax -and $Parameter.Text -cmatch '\bDefault: (.+?)\.?(?= Allowed: | One of: |$)' ? $Matches[1] : 'None'
    @"
<command:parameter required="$required" variableLength="$many" globbing="$globbing"
    pipelineInput="$(Format-Pipeline $Parameter)" position="$position" aliases="$aliases">
  <maml:name>$($Parameter.Name)</maml:name>
  $(if (-not $Syntax) { Format-Paragraph maml:description $Parameter.Text })
  $value
  $(Format-Type $Parameter.Type -Uri)
  $(Format-Text dev:defaultValue $default)
</command:parameter>
"@
}

function Format-Syntax([string] $Name, [string] $Set, $Parameters) {
    $used = foreach ($parameter in $Parameters) {
        $use = $parameter.Uses | Where-Object ParameterSetName -In $Set, '__AllParameterSets' | Select-Object -First 1
        if ($use) { @{ Parameter = $parameter; Use = $use } }
    }
    $inOrder = $used | Sort-Object -Stable { $_.Use.Position -ge 0 ? $_.Use.Position : [int]::MaxValue }, { -not $_.Use.Mandatory }
    $formatted = $inOrder | ForEach-Object { Format-Parameter $_.Parameter $_.Use -Syntax }
    Format-Element command:syntaxItem (@(Format-Text maml:name $Name) + $formatted)
}

function Format-Command([System.Management.Automation.CmdletInfo] $Command) {
    $page = Read-Page (Join-Path $pages "$($Command.Name).md")
    $class = $Command.ImplementingType
    $cmdlet = $class.GetCustomAttributes([System.Management.Automation.CmdletAttribute], $true)[0]
    $parameters = @($class.GetProperties().Where({ $_.IsDefined([Parameter], $true) }).ForEach({ Get-ParameterFact $_ $class })) +
        @(if ($cmdlet.SupportsShouldProcess) { Get-AskingParameter })
    $named = $parameters | ForEach-Object Uses | ForEach-Object ParameterSetName | Select-Object -Unique |
        Where-Object { $_ -ne '__AllParameterSets' }
    $sets = @($named ? ($named | Sort-Object -Stable { $_ -ne $cmdlet.DefaultParameterSetName }) : '__AllParameterSets')
    $inputs = foreach ($parameter in $parameters | Where-Object { (Format-Pipeline $_) -ne 'False' }) {
        $how = (Format-Pipeline $parameter) -replace '^True \((.+)\)$', '$1'
        Format-Element command:inputType (Format-Type $parameter.Type), (Format-Paragraph maml:description "$($parameter.Name), $how")
    }
    $outputs = foreach ($type in $Command.OutputType | ForEach-Object Name) {
        $text = switch ($type) {
            'System.IO.FileInfo' { 'Each file that was written.' }
            'System.String' { 'A line about each.' }
            default { Get-Summary "T:$type" }
        }
        $name = $type -eq 'System.Void' ? 'None' : $type
        Format-Element command:returnValue (Format-Type $name), (Format-Paragraph maml:description $text)
    }
    $number = 0
    $examples = foreach ($example in $page.Examples) {
        $title = Format-Text maml:title "---------- Example $((++$number)): $($example.Title) ----------"
        Format-Element command:example $title, (Format-Text dev:code $example.Code), (Format-Paragraph dev:remarks $example.Remarks)
    }
    # Get-Help -Online takes the first that has an address.
    $online = Format-Text maml:uri "$projectUri/blob/main/docs/help/$($Command.Name).md"
    $links = @(Format-Element maml:navigationLink '<maml:linkText>Online</maml:linkText>', $online) +
        @($page.SeeAlso | ForEach-Object { Format-Element maml:navigationLink (Format-Text maml:linkText $_), '<maml:uri />' })
    @"
<command:command xmlns:maml="http://schemas.microsoft.com/maml/2004/10"
    xmlns:command="http://schemas.microsoft.com/maml/dev/command/2004/10" xmlns:dev="http://schemas.microsoft.com/maml/dev/2004/10">
  <command:details>
    <command:name>$($Command.Name)</command:name><command:verb>$($Command.Verb)</command:verb><command:noun>$($Command.Noun)</command:noun>
    $(Format-Paragraph maml:description (Get-Summary "T:$($class.FullName)"))
  </command:details>
  $(Format-Paragraph maml:description $page.Description)
  $(Format-Element command:syntax $sets.ForEach({ Format-Syntax $Command.Name $_ $parameters }))
  $(Format-Element command:parameters ($parameters | Sort-Object { $_.Name } | ForEach-Object { Format-Parameter $_ $_.Uses[0] }))
  $(Format-Element command:inputTypes $inputs)
  $(Format-Element command:returnValues $outputs)
  $(Format-Element command:examples $examples)
  $(Format-Element maml:relatedLinks $links)
</command:command>
"@
}

Import-Module ([WildcardPattern]::Escape((Join-Path $root PSSR.psd1)))
$commands = Get-Command -Module PSSR -CommandType Cmdlet | Sort-Object Name
$named = (Get-ChildItem -LiteralPath $pages -Filter *.md).BaseName
$odd = Compare-Object $commands.Name $named
if ($odd) {
    $names = $odd.ForEach({ "$($_.InputObject) $($_.SideIndicator)" }) -join ', '
    throw "docs/help has a page for each cmdlet; these lack their page (<=) or their cmdlet (=>): $names."
}
$projectUri = (Import-PowerShellDataFile -LiteralPath (Join-Path $root PSSR.psd1)).PrivateData.PSData.ProjectUri
$comments = Read-Comment (Join-Path $bin PSSR.xml), (Join-Path $bin PSSR.Engine.xml)
$folder = (New-Item -ItemType Directory -Force -Path (Join-Path $bin en-US)).FullName
$items = $commands | ForEach-Object { Format-Command $_ }
# Read again before it is saved: well-formed, and indented.
$help = [System.Xml.Linq.XDocument]::Parse("<helpItems schema=`"maml`" xmlns=`"http://msh`">$items</helpItems>")
$help.Save((Join-Path $folder PSSR.dll-Help.xml))
Get-ChildItem -LiteralPath $pages -Filter about_*.help.txt | Copy-Item -Destination $folder

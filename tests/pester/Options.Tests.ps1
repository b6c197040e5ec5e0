# An option is declared by the engine's record. A cmdlet's parameter says its type and range again, because PowerShell's help and
# completion want them: here each is held to the record's property that it is copied into.
BeforeAll {
    $root = Split-Path (Split-Path $PSScriptRoot)
    Import-Module (Join-Path $root 'PSSR.psd1') -Force

    function Get-Attribute($Member, [string] $Name) { $Member.GetCustomAttributes($true).Where({ $_.GetType().Name -eq $Name })[0] }

    # What a type holds: of a list its elements, of a flag a bool, of a time its seconds.
    function Get-HeldType([type] $Type) {
        $held = if ($Type.IsArray) { $Type.GetElementType() }
            elseif ($Type.Name -eq 'IReadOnlyList`1') { $Type.GetGenericArguments()[0] }
            else { $Type }
        $held = [System.Nullable]::GetUnderlyingType($held) ?? $held
        switch ($held) { ([switch]) { [bool] } ([timespan]) { [double] } default { $held } }
    }

    # Each parameter with the property that it is copied into.
    $pairs = foreach ($command in Get-Command -Module PSSR -CommandType Cmdlet) {
        $class = $command.ImplementingType
        foreach ($record in (Get-Attribute $class OptionsOfAttribute)?.Records) {
            $asked = $record.GetProperties().Where({ $_.SetMethod.IsPublic -and -not (Get-Attribute $_ NotAskedAttribute) })
            foreach ($parameter in $class.GetProperties().Where({ Get-Attribute $_ ParameterAttribute })) {
                $name = (Get-Attribute $parameter OptionNameAttribute)?.Property ?? $parameter.Name
                $property = $asked.Where({ $_.Name -eq $name })[0]
                if ($property) {
                    [pscustomobject]@{ Cmdlet = $command.Name; Parameter = $parameter; Record = $record; Property = $property
                        IsLayout = $record.Namespace -like 'PSSR.Networks*' }
                }
            }
        }
    }

    function Find-Pair([scriptblock] $Unless) {
        foreach ($pair in $pairs) { if (-not ($pair | ForEach-Object $Unless)) { "$($pair.Cmdlet) -$($pair.Parameter.Name)" } }
    }
}

Describe 'A parameter that is a record''s option' {
    It 'is found' {
        $pairs.Count | Should -BeGreaterThan 100
        $pairs.Where({ $_.Parameter.Name -eq 'Tau' }).Property.DeclaringType.Name | Select-Object -Unique | Should -Be DpiOptions
        $pairs.Where({ $_.Cmdlet -eq 'New-DegradedImage' -and $_.Parameter.Name -eq 'Kernel' }).Property.Name | Should -Be Shrink
    }

    It 'is copied into one record only' {
        $pairs | Group-Object Cmdlet, { $_.Parameter.Name } | Where-Object Count -NE 1 | ForEach-Object Name | Should -BeNullOrEmpty
    }

    It 'has the type of the record''s property' {
        Find-Pair { (Get-HeldType $_.Parameter.PropertyType) -eq (Get-HeldType $_.Property.PropertyType) } | Should -BeNullOrEmpty
    }

    It 'allows what the record allows' {
        # A network's layout is checked as a whole, by itself.
        Find-Pair {
            $range = Get-Attribute $_.Parameter ValidateRangeAttribute
            $set = Get-Attribute $_.Parameter ValidateSetAttribute
            $allowed = Get-Attribute $_.Property AllowedAttribute
            if ($_.IsLayout) { $true }
            elseif (-not $allowed) { -not $range }
            elseif ($allowed.Words.Count) { -not (Compare-Object @($allowed.Words) @($set.ValidValues)) }
            else {
                $min = $allowed.OrZero ? 0 : $allowed.Min
                $range -and [double] $range.MaxRange -eq $allowed.Max -and
                    ($allowed.Above ? $range.MinRange -gt $min : [double] $range.MinRange -eq $min)
            }
        } | Should -BeNullOrEmpty
    }
}

Describe 'Help of a parameter' {
    BeforeAll {
        function Format-Value($Value) {
            if ($Value -is [timespan]) { $Value = $Value.TotalSeconds }
            (@($Value) | ForEach-Object { [string] $_ }) -join ', '
        }
    }

    It 'tells the default that the record has, and no other number' {
        $help = $pairs.Cmdlet | Select-Object -Unique | ForEach-Object { Get-Help $_ -Full } | Group-Object Name -AsHashTable -AsString
        $faults = foreach ($pair in $pairs | Where-Object { $_.Parameter.PropertyType -ne [switch] }) {
            $said = ($help[$pair.Cmdlet].parameters.parameter | Where-Object name -EQ $pair.Parameter.Name).defaultValue
            $training = ($pairs | Where-Object Cmdlet -EQ $pair.Cmdlet)[0].Record
            $holder = [Activator]::CreateInstance($pair.IsLayout ? $training : $pair.Record)
            $value = Format-Value $pair.Property.GetValue($pair.IsLayout ? $holder.Network : $holder)
            # Words say it where it depends on something.
            $isSaid = -not $value -or $said -eq $value -or $said -eq "$value, or the preset's" -or $said -match '^(what|the|this) '
            if (-not $isSaid) { "$($pair.Cmdlet) -$($pair.Parameter.Name): '$said' for '$value'" }
        }
        $faults | Should -BeNullOrEmpty
    }

    It 'tells the default that the cmdlet has' {
        (Get-Help Export-UpscaleReport -Parameter ShowPictures).defaultValue | Should -Be '40'
        (Get-Help Measure-FaceConsistency -Parameter Threshold).defaultValue | Should -Be '0.4'
        (Get-Help Build-DiffusionPrior -Parameter NumChannels).defaultValue | Should -Be "32, or the preset's"
        (Get-Help Get-SRModel -Parameter Name).description.Text | Should -BeLike '*allowed. Default: *.'
        (Get-Help Invoke-DiffusionUpscale -Parameter Path).defaultValue | Should -Be 'None'
    }
}

Describe 'A record that a cmdlet takes' {
    It 'has a parameter for each of its options' {
        $missing = foreach ($group in $pairs | Where-Object { -not $_.IsLayout } | Group-Object Cmdlet, { $_.Record.Name }) {
            $record = $group.Group[0].Record
            $asked = $record.GetProperties().Where({ $_.SetMethod.IsPublic -and -not (Get-Attribute $_ NotAskedAttribute) })
            $asked.Name | Where-Object { $_ -notin $group.Group.Property.Name } | ForEach-Object { "$($group.Name): $_" }
        }
        $missing | Should -BeNullOrEmpty
    }
}

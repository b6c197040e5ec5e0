# What cmdlets put out, as a script takes it: filtered, sorted, exported, in words of text, and standing for its file.
BeforeDiscovery {
    $root = Split-Path (Split-Path $PSScriptRoot)
    Import-Module (Join-Path $root 'PSSR.psd1') -Force
    $outputs = (Get-Command -Module PSSR -CommandType Cmdlet).OutputType.Type | Where-Object { $_.FullName -like 'PSSR.*' } |
        Sort-Object -Unique FullName | ForEach-Object { @{ name = $_.Name; type = $_ } }
}

BeforeAll {
    $root = Split-Path (Split-Path $PSScriptRoot)
    . (Join-Path $root tools/Shell.ps1)
    Import-Module (Join-Path $root 'PSSR.psd1') -Force
    $before = $env:PSSR_MODELS
    $folder = (New-Item -ItemType Directory (Join-Path ([IO.Path]::GetTempPath()) ([guid]::NewGuid()))).FullName
    $env:PSSR_MODELS = Join-Path $folder models
    $picture = Join-Path $root examples/drawing.png
    $script = Join-Path $root 'tests/PSSR.Tests/Models/Scripts/features.torchscript.pt'
    $weights = Join-Path $root 'tests/reference/rrdbnet-x4/trainer_checkpoint.pt'

    # One of each type, made by the cmdlet that makes it.
    $made = @{}
    $made.ModelImportResult = Import-SRModel $weights -Name net -WarningAction SilentlyContinue
    $null = Import-SRModel $script -Name script -Architecture torchscript -Option @{ input_size = 16 } -WarningAction SilentlyContinue
    $made.InstalledModel = Get-SRModel pssr-prior
    $made.CatalogueModel = Find-SRModel ffhq-256
    $made.ModelTestResult = Test-SRModel net
    $made.DegradedImage = New-DegradedImage $picture -OutputDirectory (Join-Path $folder small) -Scale 4
    $made.UpscaleResult = $made.DegradedImage |
        Invoke-DiffusionUpscale -Scale 4 -NoiseLevel 0.05 -Steps 1 -OutputDirectory (Join-Path $folder big) -SummaryVariable summary
    $made.UpscaleSummary = $summary
    $made.UpscaleArray = Submit-UpscaleArray (Join-Path $folder small) -OutputDirectory (Join-Path $folder array) -NoiseLevel 0 |
        Wait-UpscaleArray -PollingInterval 0.2
    $made.ExportedImage = $made.UpscaleResult | Export-UpscaleResult -Format Webp
    $made.ImageQuality = $made.UpscaleResult | Measure-ImageQuality -ReferenceDirectory $picture -Lpips Never
    $made.MetricSummary = $made.UpscaleResult | Measure-ImageQuality -ReferenceDirectory $picture -Lpips Never -Summary
    $made.QualityDifference = $made.ImageQuality | Compare-ImageQuality $made.ImageQuality
    $made.FrequencyMeasurement = $made.UpscaleResult | Measure-FrequencyError -ReferenceDirectory $picture -NoiseLevel 0
    $face = @{ ReferenceDirectory = $picture; Embedder = 'script' }
    $made.FaceMeasurement = $made.UpscaleResult | Measure-FaceConsistency @face
    $made.FaceConsistencySummary = $made.UpscaleResult | Measure-FaceConsistency @face -Summary
    $made.ImageSetQuality = Measure-ImageSetQuality $picture, $made.UpscaleResult.Output $picture -Classifier script -Splits 1 `
        -WarningAction SilentlyContinue
    $made.RecoverableFieldResult = Find-PerceptualRecoverableField -Scale 3
    $recipe = Join-Path $folder small.psd1
    Set-Content $recipe "@{ Name = 'small'; Data = @{ Name = 'made'; Folder = 'made' }; Degrade = @{ Name = 'bicubic' }; Scales = 4 }"
    $made.ExperimentCell = Invoke-SRExperiment $recipe -Trial -OutputDirectory (Join-Path $folder experiment)
    $made.PssrEnvironment = Get-PssrEnvironment
    # There already, as far as can be seen: nothing is fetched.
    $runtimes, $env:PSSR_RUNTIME = $env:PSSR_RUNTIME, (Join-Path $folder runtime)
    $known = (Get-Command Install-PssrRuntime).OutputType[0].Type.Assembly.GetType('PSSR.Host.Natives.RuntimePackage')
    New-Item -ItemType Directory (Join-Path $env:PSSR_RUNTIME "$($known::BindingVersion)-cpu-osx-arm64") | Out-Null
    $made.RuntimeInstallation = Install-PssrRuntime -Platform osx-arm64
}

AfterAll {
    Remove-Item -LiteralPath $folder -Recurse -Force
    $env:PSSR_MODELS, $env:PSSR_RUNTIME = $before, $runtimes
}

Describe '<name>' -ForEach $outputs {
    It 'is in this test' { $made[$name] | Should -Not -BeNullOrEmpty }

    It 'shows what matters first' {
        $shown = (Get-TypeData -TypeName $type.FullName).DefaultDisplayPropertySet.ReferencedProperties
        $shown.Count | Should -BeGreaterThan 3
        $shown | ForEach-Object { $_ | Should -BeIn @($made[$name])[0].PSObject.Properties.Name }
    }

    It 'goes to JSON whole, with words for enumerations' {
        # A field has its calibration with it, which goes deeper than the shell does by itself.
        $depth = $name -eq 'RecoverableFieldResult' ? 4 : 2
        $json = $made[$name] | ConvertTo-Json -Depth $depth -WarningVariable cut -WarningAction SilentlyContinue
        $cut | Should -BeNullOrEmpty
        $back = @($json | ConvertFrom-Json)[0]
        $enums = $type.GetProperties().Where({ ([System.Nullable]::GetUnderlyingType($_.PropertyType) ?? $_.PropertyType).IsEnum })
        foreach ($property in $enums) { $back.($property.Name) | Should -BeOfType ([string]) }
    }

    It 'goes to CSV in text, without names of types' {
        $made[$name] | ConvertTo-Csv | Out-String | Should -Not -Match '`\d|System\.|PSSR\.\w+\.\w+'
    }

    It 'has no year of another calendar' {
        $culture = [cultureinfo]::CurrentCulture
        try {
            [cultureinfo]::CurrentCulture = 'th-TH'
            $said = ($made[$name] | ConvertTo-Csv | Out-String) + ($made[$name] | Format-List | Out-String) +
                ($made[$name] | Format-Table | Out-String)
        }
        finally { [cultureinfo]::CurrentCulture = $culture }
        $said | Should -Not -Match "\b$([datetime]::UtcNow.Year + 543)\b"
    }
}

Describe 'An object' {
    It 'stands for its file, and a model for its folder' {
        "$($made.UpscaleArray)" | Should -Be $made.UpscaleArray.JobDirectory
        "$($made.UpscaleResult)" | Should -Be $made.UpscaleResult.Output
        "$($made.DegradedImage)" | Should -Be $made.DegradedImage.Output
        "$($made.ExportedImage)" | Should -Be $made.ExportedImage.Output
        "$($made.ImageQuality)" | Should -Be $made.ImageQuality.Path
        "$($made.InstalledModel)" | Should -Be $made.InstalledModel.Folder
        "$($made.ModelImportResult)" | Should -Be $made.ModelImportResult.Folder
        Test-Path -LiteralPath $made.UpscaleResult | Should -BeTrue
        (Test-SRModel $made.InstalledModel).Passed | Should -BeTrue
    }

    It 'filters and sorts by what it shows' {
        (Get-SRModel | Where-Object Kind -EQ prior).Name | Should -Be pssr-prior
        (Get-SRModel pssr-* | Where-Object Kind -EQ flow | Sort-Object Scale, Name).Name |
            Should -Be pssr-flow-x2, pssr-flow-x4, pssr-flow-x4-fast
        (Get-SRModel pssr-corrector-x4).Scale | Should -Be 4
        (Get-SRModel pssr-prior).Parameters | Should -BeGreaterThan 100000
        (Get-SRModel pssr-prior).Sha256 | Should -Match '^[0-9a-f]{64}$'
        $made.UpscaleResult.Scale, $made.UpscaleResult.Seconds.GetType() | Should -Be 4, ([double])
        $made.ModelImportResult.Kind, $made.ModelImportResult.Scale | Should -Be encoder, 4
    }

    It 'has no members that are PSSR''s own business' {
        $made.UpscaleResult.PSObject.Properties.Name | Should -Not -Contain IsPutOff
        $made.InstalledModel.PSObject.Properties.Name | Should -Not -Contain Card
    }

    It 'is a file of the shell where a file is all there is to give' {
        $file = Export-SRModel net (Join-Path $TestDrive out.safetensors)
        $file.PSParentPath | Should -Not -BeNullOrEmpty
        $file | Out-String | Should -Match ([regex]::Escape("$TestDrive"))
        $report = $made.ImageQuality | Export-UpscaleReport (Join-Path $TestDrive r.html) -PassThru
        $report.PSParentPath | Should -HaveCount 3
        ($made.RecoverableFieldResult | Export-RecoverableField (Join-Path $TestDrive f.csv)).PSPath | Should -Not -BeNullOrEmpty
    }

    It 'shows a name that would act on the terminal as what it is' {
        $odd = $made.UpscaleResult.GetType().GetMethod('<Clone>$').Invoke($made.UpscaleResult, @())
        $name = "a`nb$([char] 27)[31m.png"
        $odd.GetType().GetProperty('Input').SetValue($odd, $name)
        ($odd | Format-Table | Out-String -Width 300) | Should -Match 'a\\u000ab\\u001b\[31m\.png'
        ($odd | Format-List | Out-String -Width 300) | Should -Match 'a\\u000ab\\u001b\[31m\.png'
        Invoke-DiffusionUpscale -LiteralPath $name -ErrorAction SilentlyContinue -ErrorVariable problem
        "$problem" | Should -Match 'a\\nb\\u001b\[31m\.png'
        "$problem" | Should -Not -Match ([char] 27)
    }
}

<#
.SYNOPSIS
Finds how much noise Diff-SR should add for a model at a scale: by eye, with keys; or by theory, where nobody looks.
.DESCRIPTION
Arrow keys move the level, and every move writes a sheet (low resolution, bicubic, result) to field.png, which an image viewer shows beside
the console. Enter accepts, q leaves. With -Save, Invoke-DiffusionUpscale -Method DiffSR takes its noise level from it.
.EXAMPLE
./SearchField.ps1 -Scale 3 -Path photos -Save
.EXAMPLE
./SearchField.ps1 -Scale 2, 3, 4 -NonInteractive
#>
param(
    [double[]] $Scale = 3,
    # Pictures to look at; without, synthetic ones.
    [string[]] $Path,
    [string] $OutputDirectory = '.',
    [switch] $NonInteractive,
    # Further parameters of Find-PerceptualRecoverableField.
    [hashtable] $Option = @{},
    [switch] $Save
)
$ErrorActionPreference = 'Stop'
Import-Module (Join-Path $PSScriptRoot '../PSSR.psd1')
if ($Path) { $Option = $Option + @{ Path = $Path } }
if (-not $NonInteractive) { $Option = $Option + @{ Interactive = $true; SheetPath = Join-Path $OutputDirectory field.png } }

$null = New-Item -ItemType Directory $OutputDirectory -Force
$found = Find-PerceptualRecoverableField -Scale $Scale -Save:$Save @Option
if ($found) { $null = $found | Export-RecoverableField (Join-Path $OutputDirectory field.svg) -Force }
$found

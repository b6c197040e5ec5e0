<#
.SYNOPSIS
From good pictures to a report: shrinks them, upscales them again, measures against the originals, and writes one HTML page.
.EXAMPLE
./DegradeToReport.ps1 photos try -Scale 3
.EXAMPLE
./DegradeToReport.ps1 faces try -Scale 8 -Option @{ Method = 'DPI'; Model = 'ffhq_10m' }
#>
param(
    # A folder of high-resolution pictures.
    [Parameter(Mandatory)] [string] $Path,
    # Gets the folders lr and sr, and report.html.
    [Parameter(Mandatory)] [string] $OutputDirectory,
    [double] $Scale = 4,
    # Further parameters of Invoke-DiffusionUpscale.
    [hashtable] $Option = @{}
)
$ErrorActionPreference = 'Stop'
Import-Module (Join-Path $PSScriptRoot '../PSSR.psd1')
# One bad picture must not end the set.
$goOn = @{ ErrorAction = 'Continue' }

New-DegradedImage -LiteralPath $Path -OutputDirectory (Join-Path $OutputDirectory lr) -Scale $Scale -Force @goOn |
    Invoke-DiffusionUpscale -Scale $Scale -OutputDirectory (Join-Path $OutputDirectory sr) -Force @Option @goOn |
    Measure-ImageQuality -ReferenceDirectory $Path -WarningAction Ignore @goOn -OutVariable quality |
    Export-UpscaleReport (Join-Path $OutputDirectory report.html) -Title "Shrunk and upscaled by $Scale" -Force

$quality
"The report is $(Join-Path $OutputDirectory report.html -Resolve)"

<#
.SYNOPSIS
Trains a condition corrector for DPI, tests it, and upscales a picture with and without it.
.DESCRIPTION
The same call goes on with a training that was stopped. samples.png in the model's folder shows how it does.
.EXAMPLE
./TrainCorrector.ps1 crt-x8 face.png -ImageFolder ffhq -Option @{ Scale = 8; CropSize = 256; BatchSize = 32 }
#>
param(
    # The model's folder.
    [Parameter(Mandatory)] [string] $OutputDirectory,
    # A low-resolution picture to try it on.
    [Parameter(Mandatory)] [string] $Picture,
    # High-resolution pictures to train on; without, synthetic ones.
    [string] $ImageFolder,
    # Further parameters of Build-ConditionCorrector, and of Invoke-DiffusionUpscale.
    [hashtable] $Option = @{ Scale = 4 },
    [hashtable] $Upscale = @{ Scale = 4 }
)
$ErrorActionPreference = 'Stop'
Import-Module (Join-Path $PSScriptRoot '../PSSR.psd1')
if ($ImageFolder) { $Option = $Option + @{ ImageFolder = $ImageFolder } }

$finished = Test-Path -LiteralPath (Join-Path $OutputDirectory card.json)
$folder = $finished ? (Convert-Path -LiteralPath $OutputDirectory) : (Build-ConditionCorrector $OutputDirectory @Option).Folder
$test = Test-SRModel $folder
if (-not $test.Passed) { throw "The model in '$folder' failed: $($test.Checks | Where-Object -Not Passed | Out-String)" }

foreach ($corrector in 'none', $folder) {
    $out = Join-Path $OutputDirectory ($corrector -eq 'none' ? 'without' : 'with')
    Invoke-DiffusionUpscale -LiteralPath $Picture -Method DPI -Corrector $corrector -OutputDirectory $out -Force @Upscale
}

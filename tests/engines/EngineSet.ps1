# What both engines' tests share: 500 pictures, and what must be true of them in the end. Dot-sourced.
$root = Split-Path (Split-Path $PSScriptRoot)
Import-Module (Join-Path $root 'PSSR.psd1') -Force
$pssr = Join-Path $root artifacts/pssr/pssr
# Bicubic, and large enough that a shard takes some seconds.
$quick = @{ Method = 'DiffSR'; NoiseLevel = 0; Scale = 40; ThrottleLimit = 1 }
$count = 500

function New-Set([string] $Folder) {
    $png = & (Join-Path $root tests/pester/SmallPicture.ps1)
    $in = Join-Path $Folder "in it's"
    [IO.Directory]::CreateDirectory($in) | Out-Null
    foreach ($i in 1..$count) { [IO.File]::WriteAllBytes("$in/p$($i.ToString('000')).png", $png) }
    $in
}

function Wait-Until([string] $What, [scriptblock] $Until, [int] $Seconds = 120) {
    $end = [DateTime]::UtcNow.AddSeconds($Seconds)
    while (-not (& $Until)) {
        if ([DateTime]::UtcNow -gt $end) { throw "$What didn't come within $Seconds seconds." }
        Start-Sleep -Milliseconds 200
    }
}

# No picture has two lines 'done' in all logs together, and each has its result and record. One that was in hand when its process was
# killed may have none: it was renamed, and the line is written after that.
function Assert-DoneOnce([string] $Job, [string] $Out, [int] $Killed = 0) {
    $done = Get-Content (Join-Path $Job logs/*.jsonl) | Where-Object { $_ -like '*"event":"file"*"status":"done"*' } |
        ForEach-Object { ($_ | ConvertFrom-Json).input }
    ($done | Sort-Object -Unique).Count | Should -Be $done.Count
    $done.Count | Should -BeIn (($count - $Killed)..$count)
    (Get-ChildItem -LiteralPath $Out -Filter *.png).Count | Should -Be $count
    (Get-ChildItem -LiteralPath $Out -Filter *.pssr.json).Count | Should -Be $count
    Get-ChildItem -LiteralPath $Out -Force -File -Filter '.*' | Should -BeNullOrEmpty # no claim, no half file
}

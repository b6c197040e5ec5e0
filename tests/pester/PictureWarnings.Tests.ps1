BeforeAll {
    $root = Split-Path (Split-Path $PSScriptRoot)
    Import-Module (Join-Path $root 'PSSR.psd1') -Force
    # Two frames of two pixels, black and white.
    $frame = 0x2C, 0, 0, 0, 0, 2, 0, 1, 0, 0, 2, 2, 0x44, 0x0A, 0
    $animated = Join-Path $TestDrive animated.gif
    $head = [Text.Encoding]::ASCII.GetBytes('GIF89a') + @(2, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 255, 255, 255)
    $bytes = [byte[]]($head + $frame + $frame + 0x3B)
    [IO.File]::WriteAllBytes($animated, $bytes)
}

Describe 'What of a picture isn''t in its result' {
    It 'is a warning, a property of the result, and in its record' {
        $result = Invoke-DiffusionUpscale $animated -Scale 2 -NoiseLevel 0 -OutputDirectory (Join-Path $TestDrive up) `
            -WarningVariable warned -WarningAction SilentlyContinue
        $warned | Should -HaveCount 1
        "$warned" | Should -Match 'animated\.gif: only the first of its 2 frames is read\.'
        $result.Warnings | Should -Be 'only the first of its 2 frames is read'
        (Get-Content "$($result.Output).pssr.json" -Raw | ConvertFrom-Json).warnings | Should -Be 'only the first of its 2 frames is read'
    }

    It 'is told of a trace without moments' {
        $plain = Join-Path $TestDrive plain.gif
        [IO.File]::WriteAllBytes($plain, [byte[]]($head + $frame + 0x3B))
        $result = Invoke-DiffusionUpscale $plain -Scale 2 -NoiseLevel 0 -Trace 1, 0.5 -OutputDirectory (Join-Path $TestDrive walk) `
            -WarningVariable warned -WarningAction SilentlyContinue
        $result.Others.Count | Should -Be 0
        "$warned" | Should -Match 'plain\.gif: nothing was drawn, so no moments of a walk are saved\.'
    }

    It 'is told of transparency in a JPEG, by Export-UpscaleResult too' {
        $clear = Join-Path $TestDrive clear.gif
        [IO.File]::WriteAllBytes($clear, [byte[]]($head + @(0x21, 0xF9, 4, 1, 0, 0, 1, 0) + $frame + 0x3B))
        $result = Invoke-DiffusionUpscale $clear -Scale 2 -NoiseLevel 0 -OutputDirectory (Join-Path $TestDrive png)
        $copy = $result | Export-UpscaleResult -Format Jpeg -WarningVariable warned -WarningAction SilentlyContinue
        "$warned" | Should -Match 'clear\.png: its transparency was laid onto white, for JPEG has none\.'
        $copy.Warnings | Should -Be 'its transparency was laid onto white, for JPEG has none'
        (Invoke-DiffusionUpscale $clear -Scale 2 -NoiseLevel 0 -Format Jpeg -OutputDirectory (Join-Path $TestDrive jpg) `
            -WarningAction SilentlyContinue).Warnings | Should -Be $copy.Warnings
    }

    It 'is a warning of New-DegradedImage, too' {
        New-DegradedImage $animated -Scale 1 -OutputDirectory (Join-Path $TestDrive small) -WarningVariable warned `
            -WarningAction SilentlyContinue | ForEach-Object Warnings | Should -Be 'only the first of its 2 frames is read'
        "$warned" | Should -Match 'first of its 2 frames'
    }
}

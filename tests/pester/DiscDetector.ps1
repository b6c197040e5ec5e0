# A face detector of a few lines and pictures of the faces that it finds: as in tests/PSSR.Tests/Faces, whose program it reads.

# Writes the program as torch.jit.save does: a zip of its source and of the pickle of an empty Net.
function Save-DiscDetector([string] $Path) {
    $source = Get-Content -Raw (Join-Path (Split-Path $PSScriptRoot) PSSR.Tests/Faces/disc-detector.torchscript)
    $empty = "`u{80}`u{2}c__torch__`nNet`n)`u{81}}(X`u{8}`0`0`0training`u{88}X`u{16}`0`0`0_is_full_backward_hookNub."
    $zip = [IO.Compression.ZipFile]::Open($Path, 'Create')
    foreach ($part in @(@('data.pkl', $empty), @('code/__torch__.py', $source), @('constants.pkl', "`u{80}`u{2})."), @('version', "3`n"))) {
        $entry = $zip.CreateEntry("net/$($part[0])", 'NoCompression').Open()
        $entry.Write([Text.Encoding]::Latin1.GetBytes($part[1]))
        $entry.Dispose()
    }
    $zip.Dispose()
}

# Writes a BMP of grey with one face: a disc with five coloured dots where FFHQ has eyes, nose and the corners of the mouth.
function Save-DiscFace([string] $Path, [int] $Width, [int] $Height, [double] $X, [double] $Y, [double] $Side) {
    $stride = ($Width * 3 + 3) -band -4
    $bytes = [byte[]]::new(54 + $stride * $Height)
    [Text.Encoding]::ASCII.GetBytes('BM').CopyTo($bytes, 0)
    foreach ($field in @(2, $bytes.Length), @(10, 54), @(14, 40), @(18, $Width), @(22, $Height), @(26, 0x180001)) {
        [BitConverter]::GetBytes([int] $field[1]).CopyTo($bytes, $field[0])
    }
    $discs = @(0.5, 0.58, 0.36, 178, 178, 178), @(0.377, 0.469, 0.05, 255, 0, 0), @(0.623, 0.469, 0.05, 0, 255, 0),
        @(0.501, 0.613, 0.05, 0, 0, 255), @(0.393, 0.725, 0.05, 255, 0, 255), @(0.612, 0.725, 0.05, 255, 255, 0)
    for ($i = 0; $i -lt $bytes.Length - 54; $i++) { $bytes[54 + $i] = 90 }
    for ($row = 0; $row -lt $Height; $row++) {
        for ($column = 0; $column -lt $Width; $column++) {
            $at = 54 + ($Height - 1 - $row) * $stride + $column * 3
            foreach ($disc in $discs) {
                $far = [Math]::Sqrt([Math]::Pow($column + 0.5 - $X - ($disc[0] - 0.5) * $Side, 2) +
                    [Math]::Pow($row + 0.5 - $Y - ($disc[1] - 0.5) * $Side, 2))
                $share = [Math]::Clamp($disc[2] * $Side - $far + 0.5, 0, 1)
                if ($share -gt 0) {
                    foreach ($c in 0..2) { $bytes[$at + $c] += $share * ($disc[5 - $c] - $bytes[$at + $c]) }
                }
            }
        }
    }
    [IO.File]::WriteAllBytes($Path, $bytes)
}

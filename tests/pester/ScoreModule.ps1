# Writes a TorchScript module that answers a picture x with one expression, as torch.jit.save does: a zip of its source and of the pickle of
# an empty Net.
function Save-ScoreModule([string] $Path, [string] $Expression) {
    $source = 'class Net(Module):', '  __parameters__ = []', '  __buffers__ = []', '  training : bool',
        '  _is_full_backward_hook : Optional[bool]', '  def forward(self: __torch__.Net,', '    x: Tensor) -> Tensor:',
        "    return $Expression", '' -join "`n"
    $empty = "`u{80}`u{2}c__torch__`nNet`n)`u{81}}(X`u{8}`0`0`0training`u{88}X`u{16}`0`0`0_is_full_backward_hookNub."
    $zip = [IO.Compression.ZipFile]::Open($Path, 'Create')
    foreach ($part in @(@('data.pkl', $empty), @('code/__torch__.py', $source), @('constants.pkl', "`u{80}`u{2})."), @('version', "3`n"))) {
        $entry = $zip.CreateEntry("net/$($part[0])", 'NoCompression').Open()
        $entry.Write([Text.Encoding]::Latin1.GetBytes($part[1]))
        $entry.Dispose()
    }
    $zip.Dispose()
}

using System.IO.Compression;
using System.Text;

namespace PSSR.Tests.Faces;

/// <summary>
/// TorchScript files as torch.jit.save writes them, made of a module's source: a zip with the source, a pickle of an empty Net, and no
/// weights.
/// </summary>
internal static class ScriptArchive
{
    /// <summary>Pickle of <c>Net()</c> with training True and _is_full_backward_hook None.</summary>
    private const string Module =
        "\u0080\u0002c__torch__\nNet\n)\u0081}(X\u0008\0\0\0training\u0088X\u0016\0\0\0_is_full_backward_hookNub.";

    private const string NoConstants = "\u0080\u0002).";

    /// <summary>Finds faces as <see cref="TestFace"/> draws them; rows as RetinaFace's.</summary>
    public static string Discs { get; } = File.ReadAllText(
        Path.Combine(Golden.Root, "..", "PSSR.Tests", "Faces", "disc-detector.torchscript"));

    /// <summary>Source of a module that answers whatever it sees with one expression.</summary>
    public static string Answering(string expression, string type = "Tensor") => string.Join('\n',
        "class Net(Module):", "  __parameters__ = []", "  __buffers__ = []", "  training : bool",
        "  _is_full_backward_hook : Optional[bool]", "  def forward(self: __torch__.Net,", $"    x: Tensor) -> {type}:",
        $"    return {expression}", "");

    /// <summary>Source of a module that always answers these rows of 15 numbers.</summary>
    public static string Saying(params double[][] rows) => Answering(
        $"torch.tensor([{string.Join(", ", rows.Select(row => $"[{string.Join(", ", row.Select(Number))}]"))}])");

    /// <summary>With a point, for a list is of one type.</summary>
    private static string Number(double number) => number.ToString("0.0#####", System.Globalization.CultureInfo.InvariantCulture);

    public static string Write(string path, string source)
    {
        using (var zip = ZipFile.Open(path, ZipArchiveMode.Create))
        {
            Add(zip, "data.pkl", Module);
            Add(zip, "code/__torch__.py", source);
            Add(zip, "constants.pkl", NoConstants);
            Add(zip, "version", "3\n");
        }
        return path;
    }

    private static void Add(ZipArchive zip, string name, string text)
    {
        using var entry = zip.CreateEntry("net/" + name, CompressionLevel.NoCompression).Open();
        entry.Write(Encoding.Latin1.GetBytes(text));
    }
}

using System.Runtime.InteropServices;
using System.Text.Json;
using PSSR.Models.Files;

namespace PSSR.Conformance;

/// <summary>One case: a folder with case.json and tensors.safetensors. Tensors are read when asked for.</summary>
public sealed class CaseFolder : IDisposable
{
    private readonly JsonDocument _json;
    private SafeTensorsFile? _tensors;

    public CaseFolder(string folder)
    {
        Folder = System.IO.Path.GetFullPath(folder);
        _json = JsonDocument.Parse(File.ReadAllBytes(Path("case.json")));
    }

    public string Folder { get; }

    public string Name => new DirectoryInfo(Folder).Name;

    public string Kind => _json.RootElement.GetProperty("kind").GetString()!;

    public JsonElement Config => _json.RootElement.GetProperty("config");

    public JsonElement Tolerance => _json.RootElement.GetProperty("tolerance");

    /// <summary>A file that the case names, relative to its folder.</summary>
    public string Path(string relative) => System.IO.Path.GetFullPath(System.IO.Path.Combine(Folder, relative));

    /// <summary>The path that <c>config</c> holds under this name, made absolute.</summary>
    public string ConfigPath(string property) => Path(Config.GetProperty(property).GetString()!);

    /// <summary>A number of <c>tolerance</c>; 0 where there is none.</summary>
    public double ToleranceOf(string property) =>
        Tolerance.TryGetProperty(property, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : 0;

    /// <summary>Names in tensors.safetensors.</summary>
    public IEnumerable<string> TensorNames => Tensors.Entries.Keys;

    public bool Has(string tensor) => Tensors.Entries.ContainsKey(tensor);

    public long[] Shape(string tensor) => Entry(tensor).Layout.Shape;

    /// <summary>A stored tensor, on the CPU, in its stored type. The caller (or the caller's dispose scope) disposes it.</summary>
    public Tensor Tensor(string tensor) => Tensors.Read(tensor);

    /// <summary>A stored tensor of any type as doubles, row-major.</summary>
    public double[] Doubles(string tensor)
    {
        ReadOnlySpan<byte> bytes = Tensors.Bytes(tensor);
        return Entry(tensor).Layout.Type switch
        {
            ScalarType.Float64 => MemoryMarshal.Cast<byte, double>(bytes).ToArray(),
            ScalarType.Float32 => Widen(MemoryMarshal.Cast<byte, float>(bytes), v => v),
            ScalarType.Int64 => Widen(MemoryMarshal.Cast<byte, long>(bytes), v => v),
            ScalarType.Int32 => Widen(MemoryMarshal.Cast<byte, int>(bytes), v => v),
            ScalarType.Byte or ScalarType.Bool => Widen(bytes, v => v),
            var other => throw new NotSupportedException($"{tensor}: {other}"),
        };
    }

    /// <summary>A stored F32 tensor, row-major.</summary>
    public float[] Floats(string tensor) => As<float>(tensor, ScalarType.Float32);

    /// <summary>A stored I64 tensor, row-major.</summary>
    public long[] Longs(string tensor) => As<long>(tensor, ScalarType.Int64);

    /// <summary>A stored U8 tensor, row-major.</summary>
    public byte[] Bytes(string tensor) => As<byte>(tensor, ScalarType.Byte);

    public void Dispose()
    {
        _tensors?.Dispose();
        _json.Dispose();
    }

    private SafeTensorsFile Tensors => _tensors ??= SafeTensors.Open(Path("tensors.safetensors"));

    private SafeTensorsEntry Entry(string tensor) => Tensors.Entries.TryGetValue(tensor, out SafeTensorsEntry? entry)
        ? entry : throw new KeyNotFoundException($"the case has no tensor '{tensor}'");

    private T[] As<T>(string tensor, ScalarType type) where T : unmanaged => Entry(tensor).Layout.Type == type
        ? MemoryMarshal.Cast<byte, T>(Tensors.Bytes(tensor)).ToArray()
        : throw new InvalidOperationException($"'{tensor}' is {Entry(tensor).Layout}, not {type}");

    private static double[] Widen<T>(ReadOnlySpan<T> values, Func<T, double> widen)
    {
        var result = new double[values.Length];
        for (int i = 0; i < result.Length; i++)
            result[i] = widen(values[i]);
        return result;
    }
}

namespace PSSR.Models.Files;

/// <summary>A safetensors file: the header is read and checked at once, each tensor when it is asked for.</summary>
public sealed class SafeTensorsFile : IDisposable
{
    private readonly SteadyFile _file;
    private readonly Dictionary<string, SafeTensorsEntry> _entries;

    private SafeTensorsFile(SteadyFile file, SafeTensorsHeader header)
    {
        _file = file;
        _entries = header.Entries.ToDictionary(e => e.Name);
        Metadata = header.Metadata;
    }

    /// <summary>What is stored, by tensor name.</summary>
    public IReadOnlyDictionary<string, SafeTensorsEntry> Entries => _entries;

    /// <summary>The header's free text.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <exception cref="PssrException">Kind Checkpoint: unreadable, or not a valid safetensors file; the message says what is
    /// wrong.</exception>
    public static SafeTensorsFile Open(string path) => Of(SteadyFile.Open(path));

    /// <summary>The same of an open file, which it disposes.</summary>
    internal static SafeTensorsFile Of(SteadyFile file)
    {
        try
        {
            return new SafeTensorsFile(file, SafeTensorsHeader.Parse(file));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Copies one tensor out of the file, onto the CPU.</summary>
    /// <param name="floatsAs">When given, float16, bfloat16 and float64 tensors are converted to it; whole numbers and booleans
    /// stay.</param>
    /// <exception cref="PssrException">Kind Checkpoint: no tensor of this name.</exception>
    public Tensor Read(string name, ScalarType? floatsAs = null)
    {
        SafeTensorsEntry entry = Find(name);
        Tensor tensor = TensorMemory.Create(entry.Layout, _file, entry.Offset);
        return floatsAs is { } type ? TensorMemory.WithFloatsAs(tensor, type) : tensor;
    }

    /// <summary>All of them, by name. The caller disposes them.</summary>
    /// <inheritdoc cref="Read"/>
    internal IReadOnlyDictionary<string, Tensor> ReadAll(ScalarType? floatsAs)
    {
        var tensors = new Dictionary<string, Tensor>(Entries.Count);
        try
        {
            foreach (string name in Entries.Keys)
                tensors.Add(name, Read(name, floatsAs));
        }
        catch
        {
            foreach (Tensor tensor in tensors.Values)
                tensor.Dispose();
            throw;
        }

        return tensors;
    }

    /// <summary>The stored bytes of one tensor, little-endian, row-major; at most 2 GB.</summary>
    internal ReadOnlySpan<byte> Bytes(string name)
    {
        SafeTensorsEntry entry = Find(name);
        return _file.Bytes(entry.Offset, checked((int)entry.Layout.ByteCount));
    }

    public void Dispose() => _file.Dispose();

    private SafeTensorsEntry Find(string name) => _entries.GetValueOrDefault(name)
        ?? throw new PssrException(PssrErrorKind.Checkpoint, $"'{_file.Path}' has no tensor '{name}'.", _file.Path);
}

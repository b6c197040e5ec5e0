namespace PSSR.Models.Files;

/// <summary>
/// A weights file of either format, memory-mapped: what it holds is known at once, each tensor is read when asked for. So a file can be
/// moved into a network or into another file without ever being in memory whole.
/// </summary>
public sealed class WeightsFile : IDisposable
{
    private readonly SafeTensorsFile? _safe;
    private readonly TorchArchiveContent? _torch;

    private WeightsFile(string path, SafeTensorsFile? safe, TorchArchiveContent? torch)
    {
        (Path, _safe, _torch) = (path, safe, torch);
        Layouts = safe?.Entries.ToDictionary(e => e.Key, e => e.Value.Layout)
            ?? torch!.Tensors.ToDictionary(t => t.Key, t => t.Value.Layout);
    }

    public string Path { get; }

    /// <summary>Type and shape of every tensor, by name; in PyTorch files by path, as <see cref="TorchArchiveContent"/> has it.</summary>
    public IReadOnlyDictionary<string, TensorLayout> Layouts { get; }

    /// <summary>Free text in the header of a safetensors file; PyTorch's files have none.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _safe?.Metadata ?? new Dictionary<string, string>();

    /// <summary>Opens a file by what it is, whatever its name says.</summary>
    /// <exception cref="PssrException">Kind Checkpoint: unreadable, damaged or refused; the message says why.</exception>
    public static WeightsFile Open(string path) => Weights.IsSafeTensors(path)
        ? new WeightsFile(path, SafeTensors.Open(path), null)
        : new WeightsFile(path, null, TorchArchive.Read(path));

    /// <summary>Copies one tensor out of the file, contiguous, onto the CPU. The caller disposes it.</summary>
    /// <param name="floatsAs">When given, floating-point tensors are converted to it.</param>
    public Tensor Read(string name, ScalarType? floatsAs = null) => _safe?.Read(name, floatsAs) ?? _torch!.Tensors[name].Read(floatsAs);

    /// <exception cref="PssrException">Kind Checkpoint: these tensors are views that together show far more bytes than the file
    /// holds.</exception>
    internal void RequireRealSize(IEnumerable<string> names) => _torch?.RequireRealSize(names.Select(n => _torch.Tensors[n]));

    public void Dispose()
    {
        _safe?.Dispose();
        _torch?.Dispose();
    }
}

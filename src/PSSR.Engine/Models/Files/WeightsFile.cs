namespace PSSR.Models.Files;

/// <summary>
/// A weights file of either format: what it holds is known at once, each tensor is read when asked for. So a file can be
/// moved into a network or into another file without ever being in memory whole.
/// </summary>
public sealed class WeightsFile : IDisposable
{
    private readonly SteadyFile _file;
    private readonly SafeTensorsFile? _safe;
    private readonly TorchArchiveContent? _torch;

    private WeightsFile(SteadyFile file, SafeTensorsFile? safe, TorchArchiveContent? torch)
    {
        (_file, _safe, _torch) = (file, safe, torch);
        Layouts = safe?.Entries.ToDictionary(e => e.Key, e => e.Value.Layout)
            ?? torch!.Tensors.ToDictionary(t => t.Key, t => t.Value.Layout);
    }

    public string Path => _file.Path;

    /// <summary>Type and shape of every tensor, by name; in PyTorch files by path, as <see cref="TorchArchiveContent"/> has it.</summary>
    public IReadOnlyDictionary<string, TensorLayout> Layouts { get; }

    /// <summary>Free text in the header of a safetensors file; PyTorch's files have none.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _safe?.Metadata ?? new Dictionary<string, string>();

    /// <summary>Opens a file by what it is, whatever its name says.</summary>
    /// <exception cref="PssrException">Kind Checkpoint: unreadable, damaged or refused; the message says why.</exception>
    public static WeightsFile Open(string path) => Of(SteadyFile.Open(path));

    /// <summary>The same of an open file, which it disposes.</summary>
    internal static WeightsFile Of(SteadyFile file)
    {
        bool isSafe;
        try
        {
            isSafe = Weights.IsSafeTensors(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }

        return isSafe ? new WeightsFile(file, SafeTensorsFile.Of(file), null)
            : new WeightsFile(file, null, TorchArchive.Read(file));
    }

    /// <summary>Copies one tensor out of the file, contiguous, onto the CPU. The caller disposes it.</summary>
    /// <param name="floatsAs">When given, floating-point tensors are converted to it.</param>
    public Tensor Read(string name, ScalarType? floatsAs = null) => _safe?.Read(name, floatsAs) ?? _torch!.Tensors[name].Read(floatsAs);

    /// <summary>All tensors, by name. The caller disposes them.</summary>
    /// <inheritdoc cref="Read"/>
    internal IReadOnlyDictionary<string, Tensor> ReadAll(ScalarType? floatsAs) =>
        _safe?.ReadAll(floatsAs) ?? _torch!.Load(floatsAs: floatsAs);

    /// <summary>Of the whole file, lower-case hex.</summary>
    internal string Sha256() => _file.Sha256();

    /// <exception cref="PssrException">Kind Checkpoint: these tensors are views that together show far more bytes than the file
    /// holds.</exception>
    internal void RequireRealSize(IEnumerable<string> names) => _torch?.RequireRealSize(names.Select(n => _torch.Tensors[n]));

    public void Dispose()
    {
        _safe?.Dispose();
        _torch?.Dispose();
    }
}

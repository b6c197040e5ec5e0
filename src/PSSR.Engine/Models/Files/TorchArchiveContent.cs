using System.Globalization;
using System.Numerics;

namespace PSSR.Models.Files;

/// <summary>
/// What a PyTorch file describes: tensors and plain values by path, which is the dict keys and list indexes on the way joined by "/"
/// (<c>optim/state/1/step</c>). Tensors are read when asked for, while this is not disposed.
/// </summary>
public sealed class TorchArchiveContent : IDisposable
{
    private const int MaxDepth = 64;

    // Paths repeat where values are shared: without a bound a file of a few bytes can describe more paths than memory holds.
    private const int MaxPathCharacters = 16 << 20;

    /// <summary>Beyond the file's own size, for views that show elements of the file more than once.</summary>
    private const long ExtraBytes = 32 << 20;

    private readonly SteadyFile _file;
    private readonly Dictionary<string, StoredTensor> _tensors = [];
    private readonly Dictionary<string, object?> _scalars = [];
    private int _pathCharacters;

    internal TorchArchiveContent(SteadyFile file, object? root)
    {
        _file = file;
        Walk("", root, 0);
    }

    public string Path => _file.Path;

    public IReadOnlyDictionary<string, StoredTensor> Tensors => _tensors;

    /// <summary>Plain leaves: null, bool, long, BigInteger, double or string.</summary>
    public IReadOnlyDictionary<string, object?> Scalars => _scalars;

    /// <summary>
    /// Reads the tensors below a path, named by the rest of theirs: <c>Load("ema/shadow")</c> gives <c>conv.weight</c> for
    /// <c>ema/shadow/conv.weight</c>. The caller disposes them.
    /// </summary>
    /// <param name="under">Path of a dict; empty takes all.</param>
    /// <param name="floatsAs">When given, floating-point tensors are converted to it.</param>
    /// <exception cref="PssrException">
    /// Kind Checkpoint: nothing there, or the views together show more bytes than the file holds (and 32 MB beyond).
    /// </exception>
    public IReadOnlyDictionary<string, Tensor> Load(string under = "", ScalarType? floatsAs = null)
    {
        string prefix = under.Length == 0 ? "" : under + "/";
        KeyValuePair<string, StoredTensor>[] wanted = [.. _tensors.Where(t => t.Key.StartsWith(prefix, StringComparison.Ordinal))];
        if (wanted.Length == 0)
        {
            string[] dicts = [.. _tensors.Keys.Select(k => k[..Math.Max(k.LastIndexOf('/'), 0)]).Distinct().Take(8)];
            string others = dicts.Length > 0 ? $"; it has some under: {string.Join(", ", dicts.Select(d => $"'{d}'"))}" : "";
            throw new PssrException(PssrErrorKind.Checkpoint, $"'{Path}' has no tensors under '{under}'{others}.", Path);
        }

        RequireRealSize(wanted.Select(w => w.Value).DistinctBy(t => t.Identity));
        var read = new Dictionary<object, Tensor>();
        var loaded = new Dictionary<string, Tensor>(wanted.Length);
        foreach ((string path, StoredTensor stored) in wanted)
        {
            // Weights that are tied in the file stay tied here.
            loaded.Add(path[prefix.Length..], read.TryGetValue(stored.Identity, out Tensor? same) ? same.detach() : stored.Read(floatsAs));
            read.TryAdd(stored.Identity, loaded[path[prefix.Length..]]);
        }

        return loaded;
    }

    /// <summary>Refuses views that together show far more bytes than the file holds. One that is read or written more than once counts as
    /// often.</summary>
    internal void RequireRealSize(IEnumerable<StoredTensor> tensors)
    {
        Int128 bytes = 0;
        foreach (StoredTensor tensor in tensors)
            bytes += tensor.Layout.ByteCount;
        if (bytes > _file.Length + ExtraBytes)
        {
            throw new PssrException(PssrErrorKind.Checkpoint,
                $"'{Path}' is refused: its tensors show {bytes} bytes, the file has {_file.Length}. They would fill memory with "
                    + "repetitions.", Path);
        }
    }

    public void Dispose() => _file.Dispose();

    private void Walk(string path, object? value, int depth)
    {
        _pathCharacters += path.Length + 16;
        if (depth > MaxDepth || _pathCharacters > MaxPathCharacters)
        {
            throw new PssrException(PssrErrorKind.Checkpoint,
                $"'{Path}' is refused: its dicts and lists are "
                    + $"nested {(depth > MaxDepth ? $"over {MaxDepth} deep" : "into each other too often")}.", Path);
        }

        string Below(object key) => path.Length == 0 ? $"{key}" : $"{path}/{key}";
        switch (value)
        {
            case StoredTensor tensor:
                _tensors[path] = tensor;
                break;
            case PickleDict dict:
                foreach ((object? key, object? item) in dict.Items)
                    Walk(Below(KeyText(key)), item, depth + 1);
                break;
            case IReadOnlyList<object?> list: // list or tuple
                for (int i = 0; i < list.Count; i++)
                    Walk(Below(i), list[i], depth + 1);
                break;
            case null or bool or long or BigInteger or double or string:
                _scalars[path] = value;
                break;
        }
    }

    private string KeyText(object? key) => key switch
    {
        string text => text,
        bool or long or BigInteger or double => Convert.ToString(key, CultureInfo.InvariantCulture)!,
        _ => throw new PssrException(PssrErrorKind.Checkpoint,
            $"'{Path}' is refused: a dict has keys that are neither text nor numbers.", Path),
    };
}

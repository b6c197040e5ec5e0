namespace PSSR.Models.Files;

/// <summary>The globals that a PyTorch tensor file needs, as functions that make descriptions and check them.</summary>
internal sealed class TorchWorld : IPickleWorld
{
    private static readonly Dictionary<string, ScalarType> StorageTypes = new()
    {
        ["torch.DoubleStorage"] = ScalarType.Float64,
        ["torch.FloatStorage"] = ScalarType.Float32,
        ["torch.HalfStorage"] = ScalarType.Float16,
        ["torch.BFloat16Storage"] = ScalarType.BFloat16,
        ["torch.LongStorage"] = ScalarType.Int64,
        ["torch.IntStorage"] = ScalarType.Int32,
        ["torch.ShortStorage"] = ScalarType.Int16,
        ["torch.CharStorage"] = ScalarType.Int8,
        ["torch.ByteStorage"] = ScalarType.Byte,
        ["torch.BoolStorage"] = ScalarType.Bool,
    };

    /// <summary>Pairs of dicts, and numbers of shapes and strides, that calls copy from their arguments: what an instruction costs is what
    /// it copies, and one list may be the argument of many. Room for 100,000 tensors.</summary>
    private const int MaxCopied = 1_000_000;

    private readonly SteadyFile _file;
    private readonly Func<string, TorchStorage, long?> _locate;
    private readonly Dictionary<string, PickleGlobal> _globals;
    private readonly Dictionary<string, TorchStorage> _storages = [];
    private long _copied;

    /// <param name="locate">
    /// Where a storage's bytes begin, by key, checked against the file; null when that comes later (legacy format).
    /// </param>
    public TorchWorld(SteadyFile file, Func<string, TorchStorage, long?> locate)
    {
        _file = file;
        _locate = locate;
        _globals = new()
        {
            ["collections.OrderedDict"] = new("collections.OrderedDict", OrderedDict),
            ["torch._utils._rebuild_tensor"] = new("torch._utils._rebuild_tensor", a => a.Length == 4 ? RebuildTensor(a) : null),
            ["torch._utils._rebuild_tensor_v2"] = new("torch._utils._rebuild_tensor_v2", a => a.Length is 6 or 7 ? RebuildTensor(a) : null),
            ["torch._utils._rebuild_parameter"] = new("torch._utils._rebuild_parameter", a => a is [StoredTensor data, _, _] ? data : null),
            ["torch.Size"] = new("torch.Size", a => a is [object?[] sizes] ? sizes : null),
        };
        foreach (string name in StorageTypes.Keys)
            _globals.Add(name, new PickleGlobal(name, null));
    }

    /// <summary>Every storage that was named, by key.</summary>
    public IReadOnlyDictionary<string, TorchStorage> Storages => _storages;

    public PickleGlobal? Find(string name) => _globals.GetValueOrDefault(name);

    /// <summary>('storage', class, key, place, elements[, part]), part = None or (key, first element, elements).</summary>
    public object Resolve(object? persistentId)
    {
        if (persistentId is not object?[] { Length: 5 or 6 } id
            || id is not ["storage", PickleGlobal { Call: null } kind, string key, _, long count, ..])
            throw Refuse("it refers to something that is no storage of a tensor");
        ScalarType type = StorageTypes[kind.Name];
        if (count < 0 || count > (_file.Length / TensorLayout.SizeOf(type)))
            throw Refuse($"storage '{key}' claims {count} elements of {type}, more than the file's {_file.Length} bytes can hold");
        if (!_storages.TryGetValue(key, out TorchStorage? storage))
        {
            storage = new TorchStorage(type, count);
            storage.Start = _locate(key, storage);
            _storages.Add(key, storage);
        }
        else if (storage.Type != type || storage.Count != count)
        {
            throw Refuse($"storage '{key}' is {storage.Count} elements of {storage.Type} in one place and {count} of {type} in another");
        }

        return id.Length == 5 || id[5] is null ? storage
            : id[5] is object?[] and [_, long first, long length] && first >= 0 && length >= 0 && first <= count && length <= count - first
                ? new TorchStorage(type, length) { Part = (storage, first) }
                : throw Refuse($"part of storage '{key}' lies outside it");
    }

    /// <summary>Empty, or from a list of pairs (as Python 2 wrote it).</summary>
    private PickleDict? OrderedDict(object?[] arguments)
    {
        var dict = new PickleDict();
        if (arguments.Length == 0)
            return dict;
        if (arguments is not [List<object?> pairs])
            return null;
        Charge(pairs.Count);
        dict.Items.EnsureCapacity(pairs.Count);
        foreach (object? pair in pairs)
        {
            object?[]? two = pair as object?[] ?? (pair is List<object?> { Count: 2 } list ? [.. list] : null);
            if (two is not [var key, var value])
                return null;
            dict.Items.Add(new(key, value));
        }

        return dict;
    }

    /// <summary>(storage, first element, sizes, strides, …): the rest is about gradients.</summary>
    private StoredTensor? RebuildTensor(object?[] arguments)
    {
        if (arguments is not [TorchStorage storage, long first, object?[] sizes, object?[] strides, ..] || !AreLongs(sizes)
            || !AreLongs(strides))
            return null;
        Charge(sizes.Length + strides.Length);
        long[] shape = [.. sizes.Cast<long>()], steps = [.. strides.Cast<long>()];
        return StoredTensor.Create(_file, storage, first, shape, steps) ?? throw Refuse(
            $"a tensor of shape [{string.Join(", ", shape)}] and strides [{string.Join(", ", steps)}] from element {first} on does not fit "
                + $"its storage of {storage.Count}");
    }

    private void Charge(int items)
    {
        if ((_copied += items) > MaxCopied)
            throw Refuse($"its pickle copies over {MaxCopied} values from one place to another, more than any model needs");
    }

    private static bool AreLongs(object?[] values) => values.Length <= 64 && values.All(v => v is long);

    private PssrException Refuse(string what) => new(PssrErrorKind.Checkpoint, $"'{_file.Path}' is refused: {what}.", _file.Path);
}

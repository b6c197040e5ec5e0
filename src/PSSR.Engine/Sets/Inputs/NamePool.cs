namespace PSSR.Sets.Inputs;

/// <summary>Names in a few large blocks in place of a string each: a million of them take what their characters take.</summary>
internal sealed class NamePool
{
    /// <summary>Characters; a name and its length must fit into one.</summary>
    private const int FirstBlock = 1 << 9, LargestBlock = 1 << 16;

    /// <summary>Characters of the longest name that it takes.</summary>
    public const int MostOfName = LargestBlock - 1;

    private readonly List<char[]> _blocks = [];
    private int _used;

    /// <returns>What <see cref="this[int]"/> gives it back for.</returns>
    public int Add(ReadOnlySpan<char> name)
    {
        if (_blocks.Count == 0 || _used + name.Length + 1 > _blocks[^1].Length)
        {
            var size = Math.Min(LargestBlock, _blocks.Count == 0 ? FirstBlock : 2 * _blocks[^1].Length);
            _blocks.Add(new char[Math.Max(size, name.Length + 1)]);
            _used = 0;
        }
        var at = checked(((_blocks.Count - 1) * LargestBlock) + _used);
        _blocks[^1][_used] = (char)name.Length;
        name.CopyTo(_blocks[^1].AsSpan(_used + 1));
        _used += name.Length + 1;
        return at;
    }

    public ReadOnlySpan<char> this[int at]
    {
        get
        {
            var block = _blocks[at / LargestBlock];
            return block.AsSpan((at % LargestBlock) + 1, block[at % LargestBlock]);
        }
    }
}

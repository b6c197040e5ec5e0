using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace PSSR.Sets.Inputs;

/// <summary>
/// A number for each of many paths, in 24 to 48 bytes a path whatever its length: 96 bits of its SHA-256 stand for it. That two paths of a
/// hundred million have them in common has a chance below 10⁻¹², and nobody can look for such a pair with less than 2⁴⁸ tries.
/// </summary>
/// <param name="ignoreCase">Paths that differ in nothing but case are one.</param>
internal sealed class PathTable(bool ignoreCase)
{
    private const int Smallest = 16;

    private Slot[] _slots = [];

    private readonly record struct Slot(ulong High, uint Low, int ValueAndOne)
    {
        public bool IsEmpty => ValueAndOne == 0;

        public bool Is(Slot other) => High == other.High && Low == other.Low;
    }

    public int Count { get; private set; }

    /// <param name="value">0 or more.</param>
    /// <param name="there">The path's number now: the given one, or that which it had.</param>
    /// <returns>False when it had one.</returns>
    public bool TryAdd(ReadOnlySpan<char> path, int value, out int there)
    {
        if (3 * (Count + 1) > 2 * _slots.Length)
            Grow(Math.Max(Smallest, 2 * _slots.Length));
        var slot = SlotOf(path, value + 1);
        var at = Find(slot);
        var added = _slots[at].IsEmpty;
        if (added)
        {
            _slots[at] = slot;
            Count++;
        }
        there = _slots[at].ValueAndOne - 1;
        return added;
    }

    /// <summary>Adds a path whose number is of no interest.</summary>
    /// <returns>False when it was there.</returns>
    public bool Add(ReadOnlySpan<char> path) => TryAdd(path, 0, out _);

    /// <summary>Gives a path a number, whether or not it had one.</summary>
    /// <param name="value">0 or more.</param>
    public void Put(ReadOnlySpan<char> path, int value)
    {
        if (!TryAdd(path, value, out var there) && there != value)
        {
            var slot = SlotOf(path, value + 1);
            _slots[Find(slot)] = slot;
        }
    }

    /// <summary>The path's number; null where it is not there.</summary>
    public int? Find(ReadOnlySpan<char> path) =>
        Count > 0 && _slots[Find(SlotOf(path, 0))] is { IsEmpty: false } slot ? slot.ValueAndOne - 1 : null;

    public bool Contains(ReadOnlySpan<char> path) => Find(path) is not null;

    public void Remove(ReadOnlySpan<char> path)
    {
        if (Count == 0 || Find(SlotOf(path, 0)) is var hole && _slots[hole].IsEmpty)
            return;
        Count--;
        // What was put behind it because its own place was taken moves up; else it would not be found any more.
        for (var next = After(hole); !_slots[next].IsEmpty; next = After(next))
        {
            var home = Home(_slots[next]);
            if (((next - home) & (_slots.Length - 1)) < ((next - hole) & (_slots.Length - 1)))
                continue;
            _slots[hole] = _slots[next];
            hole = next;
        }
        _slots[hole] = default;
    }

    /// <summary>Makes room for so many more at once: growing by and by leaves half as much again behind.</summary>
    public void Expect(int more)
    {
        var size = Math.Max(Smallest, _slots.Length);
        while (3L * (Count + (long)more + 1) > 2L * size && size < 1 << 29)
            size *= 2;
        if (more > 0 && size > _slots.Length)
            Grow(size);
    }

    public void Clear() => (_slots, Count) = ([], 0);

    private Slot SlotOf(ReadOnlySpan<char> path, int valueAndOne)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(ignoreCase ? path.ToString().ToUpperInvariant() : path), hash);
        return new Slot(MemoryMarshal.Read<ulong>(hash), MemoryMarshal.Read<uint>(hash[8..]), valueAndOne);
    }

    private int Home(Slot slot) => (int)(slot.High & (ulong)(_slots.Length - 1));

    private int After(int at) => (at + 1) & (_slots.Length - 1);

    /// <summary>Where it is, or where it would go.</summary>
    private int Find(Slot slot)
    {
        var at = Home(slot);
        while (!_slots[at].IsEmpty && !_slots[at].Is(slot))
            at = After(at);
        return at;
    }

    private void Grow(int size)
    {
        var old = _slots;
        _slots = new Slot[size];
        foreach (var slot in old)
            if (!slot.IsEmpty)
                _slots[Find(slot)] = slot;
    }
}

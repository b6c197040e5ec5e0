using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace PSSR.Models.Files;

/// <summary>
/// Python's pickle machine, cut down to what tensor files contain. A pickle is a program; this machine has the instructions that put plain
/// data together, and lets REDUCE call nothing but the handful of <see cref="PickleGlobal"/>s it is given. A global outside that list ends
/// the run the moment it is named; so does any other instruction (INST, OBJ, NEWOBJ, EXT …). The results are descriptions: null, bool,
/// long, BigInteger, double, string, <c>List&lt;object?&gt;</c> (list), <c>object?[]</c> (tuple), <see cref="PickleDict"/>, and what the
/// globals made. No tensor exists yet.
/// <para>The machine doesn't recurse, and instructions, containers and length are bounded, so that a hostile file costs milliseconds and a
/// few MB.</para>
/// <para>Instructions: Python's Lib/pickletools.py.</para>
/// </summary>
internal sealed class PickleMachine(SteadyFile file, long start, long end, IPickleWorld world)
{
    // A tensor takes about 60 instructions, 8 containers and 200 bytes: these limits leave room for 25,000 of them, optimizer state
    // included.
    private const int MaxLength = 16 << 20;
    private const int MaxInstructions = 1_500_000;
    private const int MaxContainers = 400_000;
    private const int MaxIntegerBytes = 64;

    /// <summary>The instruction that tells the protocol, with which all files of PyTorch begin.</summary>
    public const byte Proto = 0x80;

    private static readonly object?[] EmptyTuple = [];
    private static readonly object True = true, False = false;
    private static readonly object[] SmallNumbers = [.. Enumerable.Range(0, 256).Select(i => (object)(long)i)];

    private readonly long _start = start;
    private readonly List<object?> _stack = [];
    private readonly List<int> _marks = [];
    private readonly List<object?> _memo = [];
    private readonly long _limit = Math.Min(end, start + MaxLength);
    private int _instructions;
    private int _containers;

    /// <summary>Where the machine stands: after <see cref="Run"/>, the first byte behind the pickle.</summary>
    public long Position { get; private set; } = start;

    /// <summary>Runs one pickle to its STOP and returns what it describes.</summary>
    /// <exception cref="PssrException">Kind Checkpoint: it names something forbidden (the message says what), or is damaged.</exception>
    public object? Run()
    {
        while (true)
        {
            byte instruction = Take(1)[0];
            if (++_instructions > MaxInstructions)
                throw Refuse($"its pickle runs over {MaxInstructions} instructions, more than any model needs");
            switch ((char)instruction)
            {
                case '.': // STOP
                    object? result = Pop();
                    return _stack.Count == 0 && _marks.Count == 0 ? result : throw Damaged("values are left over at its end");
                case (char)Proto:
                    byte protocol = Take(1)[0];
                    if (protocol is < 2 or > 5)
                        throw Refuse($"it has pickle protocol {protocol}; 2 to 5 are known");
                    break;
                case '\x95': // FRAME
                    Take(8);
                    break;

                case 'N': Push(null); break;
                case '\x88': Push(True); break;
                case '\x89': Push(False); break;
                case 'K': Push(SmallNumbers[Take(1)[0]]); break;
                case 'M': PushNumber(BinaryPrimitives.ReadUInt16LittleEndian(Take(2))); break;
                case 'J': PushNumber(BinaryPrimitives.ReadInt32LittleEndian(Take(4))); break;
                case '\x8a': PushInteger(Take(1)[0]); break;
                case '\x8b': PushInteger(TakeLength(4)); break;
                case 'G': Push(BinaryPrimitives.ReadDoubleBigEndian(Take(8))); break;

                case 'X' or 'T': PushText(TakeLength(4)); break;
                case '\x8c' or 'U': PushText(Take(1)[0]); break;
                case '\x8d': PushText(TakeLength(8)); break;

                case '(': _marks.Add(_stack.Count); break;
                case ')': Push(EmptyTuple); break;
                case '\x85': Push(Container(PopMany(1))); break;
                case '\x86': Push(Container(PopMany(2))); break;
                case '\x87': Push(Container(PopMany(3))); break;
                case 't': Push(Container(PopToMark())); break;
                case ']': Push(Container(new List<object?>())); break;
                case '}': Push(Container(new PickleDict())); break;
                case 'a': Append(PopMany(1)); break;
                case 'e': Append(PopToMark()); break;
                case 's': SetItems(PopMany(2)); break;
                case 'u': SetItems(PopToMark()); break;

                case 'q': Remember(Take(1)[0]); break;
                case 'r': Remember(BinaryPrimitives.ReadUInt32LittleEndian(Take(4))); break;
                case '\x94': Remember((uint)_memo.Count); break;
                case 'h': Recall(Take(1)[0]); break;
                case 'j': Recall(BinaryPrimitives.ReadUInt32LittleEndian(Take(4))); break;

                case 'c': // GLOBAL
                    string module = TakeLine();
                    Push(Global(module, TakeLine()));
                    break;
                case '\x93': // STACK_GLOBAL
                    object?[] names = PopMany(2);
                    if (names is not [string stackModule, string stackName])
                        throw Damaged("a global without a name");
                    Push(Global(stackModule, stackName));
                    break;
                case 'Q': Push(world.Resolve(Pop())); break; // BINPERSID
                case 'R': Reduce(); break;
                case 'b': Build(); break;

                default:
                    throw Damaged($"instruction 0x{instruction:x2} is none that tensors need");
            }
        }
    }

    private object Global(string module, string name) => world.Find($"{module}.{name}")
        ?? throw Refuse($"its pickle wants '{Show($"{module}.{name}")}'{Kind(module)}, which is no part of a tensor, and PSSR runs no code "
            + "from a file; where you trust it, load it in Python and save its state dict alone: "
            + "torch.save(torch.load(FILE, weights_only=False)[\"state_dict\"], \"weights.pt\")");

    private static string Kind(string module) => module.Split('.')[0] switch
    {
        "numpy" => " (a NumPy value)",
        "torch" when module.StartsWith("torch.nn.", StringComparison.Ordinal) => " (a whole module in place of its state_dict())",
        _ => "",
    };

    private void Reduce()
    {
        object?[] operands = PopMany(2);
        if (operands is not [PickleGlobal callable, object?[] arguments])
            throw Damaged("it calls something that can't be called");
        if (callable.Call is null)
            throw Refuse($"its pickle calls '{callable.Name}', which tensors only mention");
        Push(Container(callable.Call(arguments) ?? throw Refuse($"its pickle calls '{callable.Name}' with arguments that make no tensor")));
    }

    /// <summary>State dicts carry a <c>_metadata</c> attribute, which says nothing about tensors; no other object gets a state.</summary>
    private void Build()
    {
        object?[] operands = PopMany(2);
        if (operands is not [PickleDict, PickleDict])
            throw Damaged("it gives a state to something that has none");
        Push(operands[0]);
    }

    private void Append(object?[] values)
    {
        if (Peek() is not List<object?> list)
            throw Damaged("it appends to something that is no list");
        list.AddRange(values);
    }

    private void SetItems(object?[] values)
    {
        if (Peek() is not PickleDict dict || values.Length % 2 != 0)
            throw Damaged("it sets items of something that is no dict");
        for (int i = 0; i < values.Length; i += 2)
            dict.Items.Add(new(values[i], values[i + 1]));
    }

    private void Remember(uint index)
    {
        // Picklers number what they remember as they go, so that an index can't be ahead of the instructions.
        if (index > _instructions)
            throw Damaged($"it remembers value {index} after {_instructions} instructions");
        while (_memo.Count <= index)
            _memo.Add(null);
        _memo[(int)index] = Peek();
    }

    private void Recall(uint index) =>
        Push(index < _memo.Count ? _memo[(int)index] : throw Damaged($"it recalls value {index}, which it never remembered"));

    private void PushNumber(long value) => Push(value is >= 0 and < 256 ? SmallNumbers[value] : value);

    private void PushInteger(int byteCount)
    {
        if (byteCount > MaxIntegerBytes)
            throw Damaged($"it has a whole number of {byteCount} bytes");
        var value = new BigInteger(Take(byteCount));
        Push(value >= long.MinValue && value <= long.MaxValue ? (object)(long)value : value);
    }

    private void PushText(int byteCount) => Push(Encoding.UTF8.GetString(Take(byteCount)));

    private void Push(object? value) => _stack.Add(value);

    private object? Peek() => _stack.Count > Floor ? _stack[^1] : throw Damaged("it takes a value where there is none");

    private object? Pop()
    {
        object? value = Peek();
        _stack.RemoveAt(_stack.Count - 1);
        return value;
    }

    /// <summary>Values below the last mark belong to an unfinished list outside; nothing may reach for them.</summary>
    private int Floor => _marks.Count == 0 ? 0 : _marks[^1];

    private object?[] PopMany(int count)
    {
        if (_stack.Count - Floor < count)
            throw Damaged("it takes a value where there is none");
        object?[] values = _stack.GetRange(_stack.Count - count, count).ToArray();
        _stack.RemoveRange(_stack.Count - count, count);
        return values;
    }

    private object?[] PopToMark()
    {
        if (_marks.Count == 0)
            throw Damaged("a mark is missing");
        object?[] values = PopMany(_stack.Count - _marks[^1]);
        _marks.RemoveAt(_marks.Count - 1);
        return values;
    }

    private T Container<T>(T value) => ++_containers <= MaxContainers
        ? value : throw Refuse($"its pickle holds over {MaxContainers} lists and dicts, more than any model needs");

    private int TakeLength(int size)
    {
        ulong length = size == 4 ? BinaryPrimitives.ReadUInt32LittleEndian(Take(4)) : BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
        return length <= (ulong)(_limit - Position) ? (int)length : throw Cut($"a value of {length} bytes");
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _limit - Position)
            throw Cut($"{count} more bytes");
        ReadOnlySpan<byte> bytes = file.Bytes(Position, count);
        Position += count;
        return bytes;
    }

    private string TakeLine()
    {
        ReadOnlySpan<byte> rest = file.Bytes(Position, (int)Math.Min(_limit - Position, 1024));
        int length = rest.IndexOf((byte)'\n');
        if (length < 0)
            throw Damaged("a global's name does not end");
        Position += length + 1;
        return Encoding.UTF8.GetString(rest[..length]);
    }

    private static string Show(string name) =>
        new([.. (name.Length <= 100 ? name : name[..100] + "…").Select(c => char.IsControl(c) ? '?' : c)]);

    private PssrException Cut(string wanted) => _limit < end
        ? Refuse($"its pickle is longer than {MaxLength >> 20} MB, more than any model needs")
        : Damaged($"it ends where {wanted} should follow");

    private PssrException Damaged(string what) =>
        Refuse($"its pickle is damaged or not one of a tensor file: {what} (byte {Position - _start})");

    private PssrException Refuse(string what) => new(PssrErrorKind.Checkpoint, $"'{file.Path}' is refused: {what}.", file.Path);
}

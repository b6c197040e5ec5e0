using System.Buffers.Binary;
using System.Text.Json;

namespace PSSR.Models.Files;

/// <summary>Where a tensor stands in a safetensors file.</summary>
/// <param name="Offset">Of its first byte, from the start of the file.</param>
public sealed record SafeTensorsEntry(string Name, TensorLayout Layout, long Offset);

/// <summary>
/// The header of a safetensors file: 8 bytes of length (little-endian), then JSON: name → dtype, shape, data_offsets counted from the
/// header's end; <c>__metadata__</c> maps text to text. The values follow without gaps (https://github.com/huggingface/safetensors,
/// format).
/// </summary>
internal sealed record SafeTensorsHeader(IReadOnlyList<SafeTensorsEntry> Entries, IReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>The format allows 100 MB; at a hundred bytes a tensor this holds every real one, and a hostile header can't cost much
    /// memory.</summary>
    private const long MaxLength = 16 << 20;

    private const int MaxTensors = 100_000;
    private const int MaxDimensions = 64;

    private static readonly (string Name, ScalarType Type)[] Types =
    [
        ("F64", ScalarType.Float64), ("F32", ScalarType.Float32), ("F16", ScalarType.Float16), ("BF16", ScalarType.BFloat16),
        ("I64", ScalarType.Int64), ("I32", ScalarType.Int32), ("I16", ScalarType.Int16), ("I8", ScalarType.Int8),
        ("U8", ScalarType.Byte), ("BOOL", ScalarType.Bool),
    ];

    /// <summary>Parses and checks everything against the file's length; nothing is allocated that the header itself doesn't pay
    /// for.</summary>
    /// <exception cref="PssrException">Kind Checkpoint, naming the first thing that is wrong.</exception>
    public static SafeTensorsHeader Parse(SteadyFile file)
    {
        if (file.Length < 10)
            throw Bad(file, $"{file.Length} bytes are too few");
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(file.Bytes(0, 8));
        if (length > (ulong)(file.Length - 8) || length > MaxLength)
            throw Bad(file,
                FileSignature.Describe(file) is { } other ? $"it is {other}"
                    : $"its header claims {length} bytes, the file has {file.Length}");
        long dataStart = 8 + (long)length;
        try
        {
            var reader = new Utf8JsonReader(file.Bytes(8, (int)length), new JsonReaderOptions { MaxDepth = 8 });
            return Parse(file, ref reader, dataStart);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw Bad(file, $"its header is not the expected JSON ({e.Message})", e);
        }
    }

    private static SafeTensorsHeader Parse(SteadyFile file, ref Utf8JsonReader reader, long dataStart)
    {
        var entries = new Dictionary<string, SafeTensorsEntry>();
        var metadata = new Dictionary<string, string>();
        Expect(ref reader, JsonTokenType.StartObject);
        while (ReadName(ref reader) is { } name)
        {
            if (name == "__metadata__")
            {
                Expect(ref reader, JsonTokenType.StartObject);
                while (ReadName(ref reader) is { } key)
                {
                    Expect(ref reader, JsonTokenType.String);
                    metadata[key] = reader.GetString()!;
                }
            }
            else if (entries.Count == MaxTensors)
            {
                throw Bad(file, $"it lists more than {MaxTensors} tensors");
            }
            else if (!entries.TryAdd(name, ParseEntry(file, ref reader, name, dataStart)))
            {
                throw Bad(file, $"tensor '{Show(name)}' occurs twice");
            }
        }

        if (reader.Read())
            throw Bad(file, "its header goes on after the closing brace");
        SafeTensorsEntry[] ordered = [.. entries.Values];
        Array.Sort(ordered, (a, b) => (a.Offset, a.Layout.ByteCount).CompareTo((b.Offset, b.Layout.ByteCount)));
        long end = dataStart;
        foreach (SafeTensorsEntry entry in ordered)
        {
            if (entry.Offset != end)
                throw Bad(file,
                    $"tensor '{Show(entry.Name)}' {(entry.Offset < end ? "overlaps the one before it" : "leaves a gap before it")}");
            end += entry.Layout.ByteCount;
        }

        if (end != file.Length)
            throw Bad(file, $"its tensors end at byte {end}, the file at {file.Length}");
        return new SafeTensorsHeader(ordered, metadata);
    }

    private static SafeTensorsEntry ParseEntry(SteadyFile file, ref Utf8JsonReader reader, string name, long dataStart)
    {
        string? dtype = null;
        List<long>? shape = null, offsets = null;
        Expect(ref reader, JsonTokenType.StartObject);
        while (ReadName(ref reader) is { } field)
        {
            bool twice = false;
            switch (field)
            {
                case "dtype":
                    Expect(ref reader, JsonTokenType.String);
                    twice = dtype is not null;
                    dtype = reader.GetString();
                    break;
                case "shape":
                    twice = shape is not null;
                    shape = ReadNumbers(ref reader);
                    break;
                case "data_offsets":
                    twice = offsets is not null;
                    offsets = ReadNumbers(ref reader);
                    break;
                default:
                    throw Bad(file, $"tensor '{Show(name)}' has an unknown field '{Show(field)}'");
            }

            if (twice)
                throw Bad(file, $"tensor '{Show(name)}' has its {field} twice");
        }

        ScalarType type = default;
        int known = Array.FindIndex(Types, t => t.Name == dtype);
        if (known >= 0)
            type = Types[known].Type;
        else
            throw Bad(file,
                $"tensor '{Show(name)}' has the dtype '{Show(dtype ?? "")}'; known are {string.Join(", ", Types.Select(t => t.Name))}");
        if (shape is null || offsets is not { Count: 2 })
            throw Bad(file, $"tensor '{Show(name)}' lacks its shape or its two data_offsets");
        if (TensorLayout.CountOf(shape.ToArray()) is not { } count)
            throw Bad(file, $"tensor '{Show(name)}' has an impossible shape [{string.Join(", ", shape)}]");
        long begin = offsets[0], end = offsets[1];
        if (begin < 0 || end < begin || end > file.Length - dataStart)
            throw Bad(file, $"tensor '{Show(name)}' claims the bytes {begin} to {end} of {file.Length - dataStart}");
        if (end - begin != count * TensorLayout.SizeOf(type))
            throw Bad(file,
                $"tensor '{Show(name)}' has {end - begin} bytes; "
                + $"{dtype} [{string.Join(", ", shape)}] needs {count * TensorLayout.SizeOf(type)}");
        return new SafeTensorsEntry(name, new TensorLayout(type, [.. shape]), dataStart + begin);
    }

    /// <summary>The header's bytes, length prefix included, padded with blanks so that the values begin at a multiple of 8.</summary>
    /// <param name="tensors">In the order in which their values will follow.</param>
    public static byte[] Write(IEnumerable<(string Name, TensorLayout Layout)> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        using var buffer = new MemoryStream();
        buffer.Write(new byte[8]);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                json.WriteStartObject("__metadata__");
                foreach ((string key, string value) in metadata.OrderBy(m => m.Key, StringComparer.Ordinal))
                    json.WriteString(key, value);
                json.WriteEndObject();
            }

            long offset = 0;
            foreach ((string name, TensorLayout layout) in tensors)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype", Types.First(t => t.Type == layout.Type).Name);
                json.WriteStartArray("shape");
                foreach (long size in layout.Shape)
                    json.WriteNumberValue(size);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += layout.ByteCount);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        while (buffer.Length % 8 != 0)
            buffer.WriteByte((byte)' ');
        byte[] header = buffer.ToArray();
        BinaryPrimitives.WriteUInt64LittleEndian(header, (ulong)(header.Length - 8));
        return header;
    }

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType type)
    {
        if (!reader.Read() || reader.TokenType != type)
            throw new JsonException($"expected {type} at byte {reader.TokenStartIndex}, found {reader.TokenType}");
    }

    /// <summary>Next property's name; null at the object's end.</summary>
    private static string? ReadName(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.EndObject ? null : reader.GetString()!;
    }

    private static List<long> ReadNumbers(ref Utf8JsonReader reader)
    {
        var numbers = new List<long>();
        Expect(ref reader, JsonTokenType.StartArray);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (numbers.Count == MaxDimensions)
                throw new JsonException($"more than {MaxDimensions} numbers in a list");
            numbers.Add(reader.GetInt64());
        }

        return numbers;
    }

    private static string Show(string name) => name.Length <= 100 ? name : name[..100] + "…";

    private static PssrException Bad(SteadyFile file, string what, Exception? inner = null) =>
        new(PssrErrorKind.Checkpoint, $"'{file.Path}' is not a valid safetensors file: {what}.", file.Path, inner);
}

using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using PSSR.Host;

namespace PSSR.DiffSr.Field;

/// <summary>
/// Remembers every measured value of a search as one line of a file, as soon as it is there, so that a search that was stopped or killed
/// goes on where it was and a repeated one is quick. One file for what determines the values: model, pictures, seed and precision. Where
/// the folder can't be written, a search works without.
/// </summary>
internal sealed class MeasurementLog : IDisposable
{
    /// <summary>Most bytes; a line has some hundred.</summary>
    private const int Longest = 64 << 20;

    private static readonly JsonSerializerOptions Layout = new()
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, // the PSNR of equal pictures
    };

    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(30);

    private readonly Dictionary<string, double[]> _values = [];
    private readonly StreamWriter? _writer;

    /// <param name="key">All that determines the values.</param>
    public MeasurementLog(string folder, string key)
    {
        try
        {
            Directory.CreateDirectory(folder);
            foreach (var old in Directory.EnumerateFiles(folder, "*.jsonl")
                .Where(f => DateTime.UtcNow - File.GetLastWriteTimeUtc(f) > KeptFor))
                File.Delete(old);
            var path = Path.Combine(folder, $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..24]}.jsonl");
            var torn = Load(path);
            _writer = new StreamWriter(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true };
            if (torn)
                _writer.WriteLine();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _writer = null;
        }
    }

    /// <summary>The values under a name: remembered, or measured now and remembered.</summary>
    /// <param name="count">How many there must be at least; a line with fewer is none of ours.</param>
    public double[] Get(string name, int count, Func<double[]> measure)
    {
        if (_values.TryGetValue(name, out var known) && known.Length >= count)
            return known;
        var measured = measure();
        _values[name] = measured;
        _writer?.WriteLine(JsonSerializer.Serialize(new Line(name, measured), Layout));
        return measured;
    }

    public void Dispose() => _writer?.Dispose();

    /// <summary>Whether the file ends within a line: a kill may have cut it. Such a line is passed over.</summary>
    private bool Load(string path)
    {
        if (!File.Exists(path))
            return false;
        var text = Encoding.UTF8.GetString(RegularFile.Read(path, Longest));
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            try
            {
                if (JsonSerializer.Deserialize<Line>(line, Layout) is { Name: not null, Values: not null } read)
                    _values[read.Name] = read.Values;
            }
            catch (JsonException)
            {
            }
        }
        return text.Length > 0 && text[^1] != '\n';
    }

    private sealed record Line(string Name, double[] Values);
}

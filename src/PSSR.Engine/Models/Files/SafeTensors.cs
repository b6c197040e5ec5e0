using PSSR.Host;

namespace PSSR.Models.Files;

/// <summary>Reads and writes <c>.safetensors</c> files (https://github.com/huggingface/safetensors).</summary>
public static class SafeTensors
{
    /// <summary>All tensors of a file, on the CPU, by name. The caller disposes them.</summary>
    /// <param name="path">A safetensors file.</param>
    /// <param name="floatsAs">
    /// When given, floating-point tensors are converted to it: <c>Load(path, ScalarType.Float32)</c> computes in float32 with weights
    /// stored in float16.
    /// </param>
    /// <exception cref="PssrException">Kind Checkpoint: unreadable or not valid; the message says what is wrong.</exception>
    public static IReadOnlyDictionary<string, Tensor> Load(string path, ScalarType? floatsAs = null)
    {
        using SafeTensorsFile file = Open(path);
        return file.ReadAll(floatsAs);
    }

    /// <inheritdoc cref="SafeTensorsFile.Open"/>
    public static SafeTensorsFile Open(string path) => SafeTensorsFile.Open(path);

    /// <summary>
    /// Writes the file whole or not at all, replacing an existing one. The bytes depend only on names, values and metadata: wide types
    /// first (so that every tensor is aligned), then by name.
    /// </summary>
    /// <param name="path">Target; its folder must exist.</param>
    /// <param name="tensors">On any device, of any layout.</param>
    /// <param name="metadata">Free text for the header.</param>
    /// <exception cref="PssrException">Kind Checkpoint: a type that can't be stored, or the disk refused.</exception>
    public static void Save(string path, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        Save(path,
            tensors.Select(
                t => new TensorSource(t.Key, new TensorLayout(t.Value.dtype, t.Value.shape),
                    stream => TensorMemory.Write(t.Value, stream))), metadata);
    }

    /// <summary>The same for tensors that are made one by one, as they are written.</summary>
    internal static void Save(string path, IEnumerable<TensorSource> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        TensorSource[] order =
            [.. tensors.OrderByDescending(t => TensorLayout.SizeOf(t.Layout.Type)).ThenBy(t => t.Name, StringComparer.Ordinal)];
        byte[] header = SafeTensorsHeader.Write(order.Select(t => (t.Name, t.Layout)), metadata);
        try
        {
            AtomicFile.Write(path, overwrite: true, temporary =>
            {
                using var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write);
                stream.Write(header);
                foreach (TensorSource tensor in order)
                    tensor.Write(stream);
            });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PssrException(PssrErrorKind.Checkpoint, $"Can't write '{path}': {e.Message}", path, e);
        }
    }
}

using System.Buffers.Binary;
using System.Numerics;

namespace PSSR.Models.Files;

/// <summary>
/// Reads PyTorch's <c>.pt</c>/<c>.pth</c> files, both the zip format (torch 1.6 and later) and the one before it, without running anything:
/// see
/// <see cref="PickleMachine"/>. The whole description is read and checked before a tensor is made; tensors
/// are copied out of it one by one.
/// </summary>
public static class TorchArchive
{
    private static readonly BigInteger LegacyMagic = BigInteger.Parse("119547037146038801333356");
    private const long LegacyProtocol = 1001;

    /// <exception cref="PssrException">
    /// Kind Checkpoint: unreadable, damaged, or it names something that is no part of a tensor; the message says what.
    /// </exception>
    public static TorchArchiveContent Read(string path) => Read(SteadyFile.Open(path));

    /// <summary>The same of an open file, which the content disposes.</summary>
    internal static TorchArchiveContent Read(SteadyFile file)
    {
        try
        {
            object? root = ZipDirectory.IsZip(file) ? ReadZip(file) : ReadLegacy(file);
            return new TorchArchiveContent(file, root);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>NAME/data.pkl describes, NAME/data/KEY holds a storage's bytes.</summary>
    private static object? ReadZip(SteadyFile file)
    {
        ZipDirectory zip = ZipDirectory.Read(file);
        string[] pickles = [.. zip.Names.Where(n => n == "data.pkl" || n.EndsWith("/data.pkl", StringComparison.Ordinal))];
        if (pickles is not [var pickle])
            throw Bad(file, $"it is a zip file with {pickles.Length} entries named data.pkl, where torch.save writes one");
        string folder = pickle[..^"data.pkl".Length];
        if (zip.Find(folder + "constants.pkl") is not null)
            throw Bad(file, "it holds a TorchScript program; save the module's state_dict() instead, or import it as Architecture "
                + "torchscript if it is a feature extractor");
        if (zip.Find(folder + "byteorder") is { Length: 3 } order && file.Bytes(order.Start, 3).SequenceEqual("big"u8))
            throw Bad(file, "it was written on a big-endian machine");
        (long start, long length) = zip.Find(pickle)!.Value;
        var world = new TorchWorld(file, (key, storage) =>
        {
            (long at, long bytes) = zip.Find($"{folder}data/{key}") ?? throw Bad(file, $"storage '{key}' is missing");
            long needed = storage.Count * TensorLayout.SizeOf(storage.Type);
            return bytes >= needed ? at
                : throw Bad(file, $"storage '{key}' has {bytes} bytes where {storage.Count} elements of {storage.Type} need {needed}");
        });
        return new PickleMachine(file, start, start + length, world).Run();
    }

    /// <summary>Five pickles (magic number, protocol, machine, contents, storage keys), then per key its element count and its
    /// bytes.</summary>
    private static object? ReadLegacy(SteadyFile file)
    {
        var world = new TorchWorld(file, (_, _) => null);
        long position = 0;
        object? Next()
        {
            var machine = new PickleMachine(file, position, file.Length, world);
            object? result = machine.Run();
            position = machine.Position;
            return result;
        }

        ReadOnlySpan<byte> start = file.Bytes(0, (int)Math.Min(file.Length, 4));
        if (!start.SequenceEqual((ReadOnlySpan<byte>)[0x80, 2, 0x8a, 0x0a]) && FileSignature.Describe(file) is { } other)
            throw Bad(file, $"it is {other}");
        if (start[0] != PickleMachine.Proto)
            throw Bad(file, "it is none, nor a safetensors file");
        if (Next() is not BigInteger magic || magic != LegacyMagic)
            throw Bad(file, "it does not begin with PyTorch's magic number");
        if (Next() is not LegacyProtocol)
            throw Bad(file, $"it is of another protocol than {LegacyProtocol}");
        if (Next() is PickleDict machine && machine.Items.Any(i => i is { Key: "little_endian", Value: false }))
            throw Bad(file, "it was written on a big-endian machine");
        object? root = Next();
        if (Next() is not List<object?> keys)
            throw Bad(file, "the list of its storages is missing");
        foreach (object? key in keys)
        {
            if (key is not string name || !world.Storages.TryGetValue(name, out TorchStorage? storage) || storage.Start is not null)
                throw Bad(file, "the list of its storages does not agree with its contents");
            long bytes = storage.Count * TensorLayout.SizeOf(storage.Type);
            if (!file.Contains(position, 8) || BinaryPrimitives.ReadInt64LittleEndian(file.Bytes(position, 8)) != storage.Count
                || !file.Contains(position + 8, bytes))
                throw Bad(file,
                    $"storage '{name}' of {storage.Count} elements is cut off or of another size (byte {position}); "
                    + "download or copy the file again");
            storage.Start = position + 8;
            position += 8 + bytes;
        }

        return world.Storages.Values.All(s => s.Start is not null) ? root : throw Bad(file, "a storage that its tensors need is missing");
    }

    private static PssrException Bad(SteadyFile file, string what) =>
        new(PssrErrorKind.Checkpoint, $"'{file.Path}' can't be read as a PyTorch file: {what}.", file.Path);
}

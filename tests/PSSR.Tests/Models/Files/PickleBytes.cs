using System.Buffers.Binary;
using System.Text;

namespace PSSR.Tests.Models.Files;

/// <summary>Writes pickles by hand, one instruction a call.</summary>
internal sealed class PickleBytes
{
    private readonly List<byte> _bytes = [0x80, 2];

    public PickleBytes Raw(params byte[] bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public PickleBytes Op(string instructions) => Raw(Encoding.Latin1.GetBytes(instructions));

    public PickleBytes Global(string module, string name) => Op($"c{module}\n{name}\n");

    public PickleBytes Text(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        return Op("X").Raw(BitConverter.GetBytes(utf8.Length)).Raw(utf8);
    }

    public PickleBytes Number(long value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return Raw(0x8a, 8).Raw(bytes);
    }

    /// <summary>A tuple of whole numbers.</summary>
    public PickleBytes Numbers(params long[] values)
    {
        Op("(");
        foreach (long value in values)
            Number(value);
        return Op("t");
    }

    /// <summary>A tensor over a storage of its own.</summary>
    public PickleBytes Tensor(string key, string storage, long elements, long first, long[] shape, long[] strides) =>
        Global("torch._utils", "_rebuild_tensor_v2")
            .Op("((").Text("storage").Global("torch", storage).Text(key).Text("cpu").Number(elements).Op("tQ")
            .Number(first).Numbers(shape).Numbers(strides).Raw(0x89).Global("collections", "OrderedDict").Op(")RtR");

    public byte[] Stop() => [.. _bytes, (byte)'.'];
}

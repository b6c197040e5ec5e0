using FsCheck;
using FsCheck.Fluent;
using PSSR.Models;
using PSSR.Models.Files;

namespace PSSR.Tests.Models.Files;

/// <summary>Files that were good until something changed them: whatever comes in, a tensor set or one error comes out.</summary>
public sealed class HostileFileTests : IDisposable
{
    private const long MaxExtraBytes = 64 << 20;
    private static readonly byte[] Interesting =
        [0, 1, 0x7f, 0x80, 0xff, (byte)'.', (byte)'R', (byte)'c', (byte)'(', (byte)'t', (byte)'}', (byte)'h', 0x8a];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("mixed_zip.pt")]
    [InlineData("mixed_legacy.pt")]
    [InlineData("plain_dict_zip.pt")]
    public void Mutated_PyTorch_files_load_or_are_refused(string name)
    {
        byte[] original = File.ReadAllBytes(Path.Combine(Golden.Case("checkpoint-basic"), name));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(400),
            Prop.ForAll(Mutations(original.Length).ToArbitrary(), m => Survives(Apply(original, m))));
    }

    [Fact]
    public void Mutated_pickles_in_whole_zips_load_or_are_refused()
    {
        byte[] original = new PickleBytes()
            .Op("}(").Text("w").Tensor("0", "FloatStorage", 4, 0, [2, 2], [2, 1])
            .Text("nested").Op("}(").Text("view").Tensor("0", "FloatStorage", 4, 1, [3], [1]).Text("list").Op("](").Number(1)
            .Number(2).Op("eu")
            .Text("size").Global("torch", "Size").Numbers(1, 2).Op("\x85Ru").Stop();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(800), Prop.ForAll(Mutations(original.Length).ToArbitrary(),
            m => Survives(ZipBytes.Stored(("a/data.pkl", Apply(original, m)), ("a/data/0", new byte[16])))));
    }

    [Fact]
    public void Random_programs_of_known_instructions_load_or_are_refused()
    {
        byte[] instructions = [.. "(.)]}NtaesuhqrjKMJGXQRcb0"u8, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8c, 0x93, 0x94, 0, 1, 2];
        Gen<byte[]> programs = Gen.Elements(instructions).ArrayOf();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500).WithEndSize(300), Prop.ForAll(programs.ToArbitrary(),
            p => Survives(ZipBytes.Stored(("a/data.pkl", [0x80, 2, .. p, (byte)'.']), ("a/data/0", new byte[16])))));
    }

    [Fact]
    public void Mutated_safetensors_load_or_are_refused()
    {
        byte[] original = File.ReadAllBytes(Path.Combine(Golden.Case("psnr-basic"), "tensors.safetensors"));
        int header = 8 + (int)BitConverter.ToInt64(original);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(600),
            Prop.ForAll(Mutations(header).ToArbitrary(), m => Survives(Apply(original, m))));
    }

    [Theory]
    [InlineData("]", 5_000_000)]
    [InlineData("}", 5_000_000)]
    [InlineData("N", 20_000_000)]
    [InlineData("(", 20_000_000)]
    [InlineData("M\x01\x02", 5_000_000)]
    [InlineData("]\x94", 3_000_000)]
    public void Endless_repetitions_are_refused_before_they_fill_memory(string instruction, int times)
    {
        byte[] unit = System.Text.Encoding.Latin1.GetBytes(instruction), pickle = new byte[2 + unit.Length * times];
        (pickle[0], pickle[1]) = (0x80, 2);
        for (int i = 0; i < times; i++)
            unit.CopyTo(pickle, 2 + i * unit.Length);
        Assert.True(Survives(ZipBytes.Stored(("a/data.pkl", pickle))));
    }

    /// <summary>Each call of a few bytes copies all that its argument holds.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Calls_that_copy_one_argument_again_and_again_are_refused_before_they_fill_memory(bool pairs)
    {
        var pickle = new PickleBytes().Op("(");
        if (pairs)
        {
            pickle.Op("](").Text("a").Op("N\x86q\x01").Op(string.Concat(Enumerable.Repeat("h\x01", 20_000))).Op("e\x85q\x02")
                .Global("collections", "OrderedDict").Op("q\x03").Op(string.Concat(Enumerable.Repeat("h\x03h\x02R", 500)));
        }
        else
        {
            long[] ones = [.. Enumerable.Repeat(1L, 64)];
            pickle.Op("((").Text("storage").Global("torch", "FloatStorage").Text("0").Text("cpu").Number(4).Op("tQ").Number(0)
                .Numbers(ones).Numbers(ones).Raw(0x89).Op("Ntq\x02").Global("torch._utils", "_rebuild_tensor_v2").Op("q\x03")
                .Op(string.Concat(Enumerable.Repeat("h\x03h\x02R", 150_000)));
        }

        byte[] file = ZipBytes.Stored(("a/data.pkl", pickle.Op("t").Stop()), ("a/data/0", new byte[16]));

        Assert.True(Survives(file));
        Assert.Contains("copies over", Assert.Throws<PssrException>(() => Weights.Load(_folder.Write("a.pt", file))).Message);
    }

    [Fact]
    public void Views_that_repeat_one_element_into_gigabytes_are_refused()
    {
        byte[] pickle = new PickleBytes().Op("}").Text("w").Tensor("0", "FloatStorage", 4, 0, [1 << 15, 1 << 15], [0, 0]).Op("s").Stop();
        using TorchArchiveContent content =
            TorchArchive.Read(_folder.Write("a.pt", ZipBytes.Stored(("a/data.pkl", pickle), ("a/data/0", new byte[16]))));
        Assert.Contains("repetitions", Assert.Throws<PssrException>(() => content.Load()).Message);
    }

    /// <summary>In memory they are one; in a model's file and in its network each has a place of its own.</summary>
    [Fact]
    public void Weights_that_share_one_storage_under_many_names_count_as_often_as_they_would_be_written()
    {
        const int Elements = 1 << 20;
        var pickle = new PickleBytes().Op("}(").Text("w0").Tensor("0", "FloatStorage", Elements, 0, [Elements], [1]).Op("q\x05");
        foreach (int i in Enumerable.Range(1, 20))
            pickle.Text($"w{i}").Op("h\x05");
        string path = _folder.Write("a.pt", ZipBytes.Stored(("a/data.pkl", pickle.Op("u").Stop()), ("a/data/0", new byte[4 * Elements])));
        using WeightsFile file = WeightsFile.Open(path);
        using TorchArchiveContent content = TorchArchive.Read(path);

        Assert.Contains("repetitions", Assert.Throws<PssrException>(() => file.RequireRealSize(file.Layouts.Keys)).Message);
        file.RequireRealSize(file.Layouts.Keys.Take(8));
        Assert.Equal(21, content.Load().Count);
    }

    [Theory]
    [InlineData("weights.pt")]
    [InlineData("weights_legacy.pt")]
    public void Importing_a_mutated_file_gives_a_model_or_leaves_nothing(string name)
    {
        byte[] original = File.ReadAllBytes(Path.Combine(Golden.Case("rrdbnet-x4"), name));
        // The description is what decides; the weights behind it take any value.
        int described = name == "weights.pt" ? 12_000 : 10_000;
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(250),
            Prop.ForAll(Mutations(described).ToArbitrary(), m => ImportSurvives(Apply(original, m))));
    }

    private bool ImportSurvives(byte[] file)
    {
        string path = _folder.Write("a.pt", file), models = _folder.File("models");
        long before = GC.GetAllocatedBytesForCurrentThread();
        bool imported = false;
        try
        {
            ModelImporter.Import(path, new() { Name = "a", Force = true }, models);
            imported = true;
        }
        catch (PssrException e) when (e.Kind == PssrErrorKind.Checkpoint)
        {
            // Refused: as good as imported.
        }

        string[] made = Directory.Exists(models) ? [.. Directory.GetFileSystemEntries(models).Select(f => Path.GetFileName(f)!)] : [];
        bool clean = made is [] or ["a"] && (!imported || made is ["a"]) && Directory.GetFileSystemEntries(_folder.Path).Length <= 2;
        return clean && GC.GetAllocatedBytesForCurrentThread() - before < file.Length + MaxExtraBytes;
    }

    private sealed record Mutation(int Kind, int At, int Length, byte Value);

    private static Gen<Mutation[]> Mutations(int length)
    {
        Gen<byte> values = Gen.OneOf(Gen.Elements(Interesting), Gen.Choose(0, 255).Select(v => (byte)v));
        Gen<Mutation> one =
            from kind in Gen.Frequency((6, Gen.Constant(0)), (2, Gen.Constant(1)), (2, Gen.Constant(2)), (2, Gen.Constant(3)),
                (1, Gen.Constant(4)))
            from at in Gen.Choose(0, length - 1)
            from count in Gen.Choose(1, 40)
            from value in values
            select new Mutation(kind, at, count, value);
        return Gen.Choose(1, 4).SelectMany(n => one.ArrayOf(n));
    }

    /// <summary>Overwrite a byte, overwrite a run, delete a run, repeat a run, cut off.</summary>
    private static byte[] Apply(byte[] original, Mutation[] mutations)
    {
        List<byte> bytes = [.. original];
        foreach (Mutation m in mutations)
        {
            int at = Math.Min(m.At, bytes.Count - 1), length = Math.Min(m.Length, bytes.Count - at);
            if (at < 0)
                break;
            switch (m.Kind)
            {
                case 0: bytes[at] = m.Value; break;
                case 1: bytes.RemoveRange(at, Math.Min(length, 8));
                    bytes.InsertRange(at, Enumerable.Repeat(m.Value, Math.Min(length, 8))); break;
                case 2: bytes.RemoveRange(at, length); break;
                case 3: bytes.InsertRange(at, bytes.GetRange(at, length)); break;
                default: bytes.RemoveRange(at, bytes.Count - at); break;
            }
        }

        return [.. bytes];
    }

    private bool Survives(byte[] file)
    {
        string path = _folder.Write("a.pt", file);
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            foreach (Tensor tensor in Weights.Load(path).Values)
                tensor.Dispose();
        }
        catch (PssrException e) when (e.Kind == PssrErrorKind.Checkpoint)
        {
            // Refused: as good as loaded.
        }

        return Directory.GetFiles(_folder.Path) is [_] && GC.GetAllocatedBytesForCurrentThread() - before < file.Length + MaxExtraBytes;
    }
}

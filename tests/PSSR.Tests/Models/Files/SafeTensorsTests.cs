using System.Text;
using PSSR.Models.Files;

namespace PSSR.Tests.Models.Files;

public sealed class SafeTensorsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<ScalarType> Types =>
    [
        ScalarType.Float64, ScalarType.Float32, ScalarType.Float16, ScalarType.BFloat16, ScalarType.Int64, ScalarType.Int32,
        ScalarType.Int16,
        ScalarType.Int8, ScalarType.Byte, ScalarType.Bool,
    ];

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_type_comes_back_as_it_was_saved(ScalarType type)
    {
        using var scope = torch.NewDisposeScope();
        Tensor saved = torch.tensor(new float[] { 0, 1, 2, 3, 1, 0 }, new long[] { 2, 3 }).to(type);
        SafeTensors.Save(_folder.File("a.safetensors"), new Dictionary<string, Tensor> { ["x"] = saved });
        Tensor read = SafeTensors.Load(_folder.File("a.safetensors"))["x"];
        Assert.Equal(type, read.dtype);
        Assert.Equal([2, 3], read.shape);
        Assert.True(read.bytes.SequenceEqual(saved.bytes));
    }

    [Fact]
    public void Views_single_values_and_empty_tensors_come_back()
    {
        using var scope = torch.NewDisposeScope();
        Tensor matrix = torch.tensor(new float[] { 1, 2, 3, 4, 5, 6 }, new long[] { 2, 3 });
        SafeTensors.Save(_folder.File("a.safetensors"), new Dictionary<string, Tensor>
        {
            ["transposed"] = matrix.transpose(0, 1), ["one"] = torch.tensor(7f), ["none"] = torch.zeros(0, 4),
        });
        IReadOnlyDictionary<string, Tensor> read = SafeTensors.Load(_folder.File("a.safetensors"));
        Assert.Equal([1f, 4, 2, 5, 3, 6], read["transposed"].data<float>().ToArray());
        Assert.Equal(7f, read["one"].item<float>());
        Assert.Empty(read["one"].shape);
        Assert.Equal([0, 4], read["none"].shape);
    }

    [Fact]
    public void Large_tensors_come_back()
    {
        using var scope = torch.NewDisposeScope();
        const int Count = 5_000_001;
        SafeTensors.Save(_folder.File("a.safetensors"),
            new Dictionary<string, Tensor> { ["x"] = torch.arange(Count, torch.float32), ["y"] = torch.ones(1) });
        float[] read = SafeTensors.Load(_folder.File("a.safetensors"))["x"].data<float>().ToArray();
        Assert.Equal(Count, read.Length);
        Assert.DoesNotContain(false, read.Select((v, i) => v == i));
    }

    [Fact]
    public void Half_precision_weights_load_as_float32_on_request_and_whole_numbers_stay()
    {
        using var scope = torch.NewDisposeScope();
        SafeTensors.Save(_folder.File("a.safetensors"), new Dictionary<string, Tensor>
        {
            ["w"] = torch.tensor(new float[] { 0.5f, -2 }).to(torch.float16), ["n"] = torch.tensor(new long[] { 3 }),
        });
        IReadOnlyDictionary<string, Tensor> read = SafeTensors.Load(_folder.File("a.safetensors"), ScalarType.Float32);
        Assert.Equal([0.5f, -2], read["w"].data<float>().ToArray());
        Assert.Equal(ScalarType.Int64, read["n"].dtype);
    }

    [Fact]
    public void The_same_contents_give_the_same_bytes_whatever_their_order()
    {
        using var scope = torch.NewDisposeScope();
        Tensor a = torch.ones(3), b = torch.ones(5).to(torch.uint8), c = torch.ones(2).to(torch.float64);
        SafeTensors.Save(_folder.File("1"), new Dictionary<string, Tensor> { ["a"] = a, ["b"] = b, ["c"] = c },
            new Dictionary<string, string> { ["x"] = "1", ["y"] = "2" });
        SafeTensors.Save(_folder.File("2"), new Dictionary<string, Tensor> { ["c"] = c, ["b"] = b, ["a"] = a },
            new Dictionary<string, string> { ["y"] = "2", ["x"] = "1" });
        Assert.Equal(File.ReadAllBytes(_folder.File("1")), File.ReadAllBytes(_folder.File("2")));
        using SafeTensorsFile file = SafeTensors.Open(_folder.File("1"));
        Assert.Equal("2", file.Metadata["y"]);
        Assert.All(file.Entries.Values, e => Assert.Equal(0, e.Offset % TensorLayout.SizeOf(e.Layout.Type)));
        Assert.Equal(0, file.Entries["c"].Offset % 8);
    }

    [Fact]
    public void A_failed_save_leaves_the_old_file_and_nothing_else()
    {
        using var scope = torch.NewDisposeScope();
        string path = _folder.Write("a.safetensors", [1, 2, 3]);
        Tensor gone = torch.ones(3);
        var tensors = new Dictionary<string, Tensor> { ["a"] = torch.ones(2), ["b"] = gone };
        Assert.Throws<PssrException>(() => SafeTensors.Save(Path.Combine(_folder.Path, "none", "a.safetensors"), tensors));
        gone.Dispose();
        Assert.ThrowsAny<Exception>(() => SafeTensors.Save(path, tensors));
        Assert.Equal([1, 2, 3], File.ReadAllBytes(path));
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}}""",
        "twice")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]},"b":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}}""",
        "overlaps")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}}""", "gap")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "end at byte")]
    [InlineData("""{"a":{"dtype":"F32","shape":[8],"data_offsets":[0,32]}}""", "claims")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4],"data_offsets":[-16,0]}}""", "claims")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4],"data_offsets":[16,0]}}""", "claims")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,16]}}""", "needs 12")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-4],"data_offsets":[0,16]}}""", "impossible shape")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4294967296,4294967296,4],"data_offsets":[0,16]}}""", "impossible shape")]
    [InlineData("""{"a":{"dtype":"F32","shape":[0,4611686018427387904,4],"data_offsets":[0,0]}}""", "impossible shape")]
    [InlineData("""{"a":{"dtype":"F8_E4M3","shape":[16],"data_offsets":[0,16]}}""", "F8_E4M3")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4]}}""", "lacks")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16],"x":1}}""", "unknown field")]
    [InlineData("""{"a":{"dtype":"F32","dtype":"F32","shape":[4],"data_offsets":[0,16]}}""", "twice")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,16]}}""", "JSON")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,99999999999999999999]}}""", "JSON")]
    [InlineData("""{"a":[]}""", "JSON")]
    [InlineData("""{"__metadata__":{"a":1}}""", "JSON")]
    [InlineData("""[1]""", "JSON")]
    [InlineData("""{"a":""", "JSON")]
    public void A_header_that_does_not_fit_its_file_is_refused(string header, string why)
    {
        var error = Assert.Throws<PssrException>(() => SafeTensors.Load(Write(header, 16)));
        Assert.Equal(PssrErrorKind.Checkpoint, error.Kind);
        Assert.Contains(why, error.Message);
        Assert.Contains("a.safetensors", error.Message);
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(long.MaxValue)]
    [InlineData(1UL << 40)]
    [InlineData(100)]
    public void A_header_longer_than_its_file_is_refused(ulong length)
    {
        string path = _folder.Write("a.safetensors", [.. BitConverter.GetBytes(length), .. new byte[20]]);
        Assert.Contains("header claims", Assert.Throws<PssrException>(() => SafeTensors.Load(path)).Message);
    }

    [Fact]
    public void A_PyTorch_file_under_the_wrong_name_is_told_apart()
    {
        string path = Golden.Case("checkpoint-basic");
        Assert.Contains(".pt", Assert.Throws<PssrException>(() => SafeTensors.Load(Path.Combine(path, "mixed_zip.pt"))).Message);
        Assert.Contains("old PyTorch file",
            Assert.Throws<PssrException>(() => SafeTensors.Load(Path.Combine(path, "mixed_legacy.pt"))).Message);
    }

    [Fact]
    public void An_unknown_name_is_an_error_that_names_it()
    {
        using SafeTensorsFile file = SafeTensors.Open(Write("""{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}""", 16));
        Assert.Contains("'b'", Assert.Throws<PssrException>(() => file.Read("b")).Message);
    }

    private string Write(string header, int values)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        return _folder.Write("a.safetensors", [.. BitConverter.GetBytes((long)json.Length), .. json, .. new byte[values]]);
    }
}

using System.IO.Compression;
using PSSR.Models.Files;

namespace PSSR.Tests.Models.Files;

public sealed class TorchArchiveTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("posix", "system")]
    [InlineData("builtins", "eval")]
    [InlineData("torch", "load")]
    [InlineData("torch._utils", "_rebuild_device_tensor_from_numpy")]
    [InlineData("torch.nn.modules.conv", "Conv2d")]
    [InlineData("numpy.core.multiarray", "scalar")]
    public void A_global_outside_tensors_is_refused_by_its_name(string module, string name)
    {
        PssrException byLine = Refused(new PickleBytes().Global(module, name).Op(")R").Stop());
        PssrException byStack = Refused(new PickleBytes().Text(module).Text(name).Raw(0x93).Op(")R").Stop());
        Assert.Contains($"{module}.{name}", byLine.Message);
        Assert.Contains($"{module}.{name}", byStack.Message);
        Assert.Contains("save its state dict alone: torch.save(", byLine.Message);
    }

    [Fact]
    public void A_global_is_refused_even_if_nothing_calls_it()
    {
        Assert.Contains("os.system", Refused(new PickleBytes().Op("}").Text("hook").Global("os", "system").Op("s").Stop()).Message);
    }

    [Theory]
    [InlineData("(ios\nsystem\n")]
    [InlineData("(o")]
    [InlineData(")\x81")]
    [InlineData("\x82\x01")]
    public void Instructions_that_make_other_objects_are_refused(string instructions) => Refused(new PickleBytes().Op(instructions).Stop());

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("a")]
    [InlineData("(a")]
    [InlineData("]s")]
    [InlineData("(NNu")]
    [InlineData("}(Nu")]
    [InlineData("NN")]
    [InlineData("(N")]
    [InlineData("h\x05")]
    [InlineData("Nr\xff\xff\xff\x7f")]
    [InlineData("NR")]
    [InlineData("NNR")]
    [InlineData("N}b")]
    [InlineData("X\xff\xff\xff\xff")]
    [InlineData("\x8d\xff\xff\xff\xff\xff\xff\xff\xff")]
    [InlineData("\x8b\xff\xff\xff\xff")]
    [InlineData("ccollections")]
    [InlineData("NQ")]
    public void Damaged_pickles_are_refused(string instructions) => Refused(new PickleBytes().Op(instructions).Stop());

    [Fact]
    public void Plain_values_come_back_by_path()
    {
        using TorchArchiveContent content = Read(new PickleBytes()
            .Op("}(").Text("list").Op("](").Number(1).Number(-5).Op("e")
            .Number(7).Op("N")
            .Text("nested").Op("}").Text("é").Raw(0x88).Op("s").Op("u").Stop());
        Assert.Equal(1L, content.Scalars["list/0"]);
        Assert.Equal(-5L, content.Scalars["list/1"]);
        Assert.Null(content.Scalars["7"]);
        Assert.Equal(true, content.Scalars["nested/é"]);
    }

    [Fact]
    public void Lists_that_hold_themselves_are_refused() =>
        Assert.Contains("nested", Refused(new PickleBytes().Op("]q\x01h\x01" + "a").Stop()).Message);

    [Fact]
    public void Lists_that_double_at_each_level_are_refused_quickly()
    {
        var pickle = new PickleBytes().Op("(]q\x00");
        for (byte level = 1; level < 50; level++)
            pickle.Op("](h").Raw((byte)(level - 1)).Op("h").Raw((byte)(level - 1)).Op("eq").Raw(level);
        Assert.Contains("nested", Refused(pickle.Op("t").Stop()).Message);
    }

    [Theory]
    [InlineData(new long[] { 5 }, new long[] { 1 }, 0)]
    [InlineData(new long[] { 4 }, new long[] { 1 }, 1)]
    [InlineData(new long[] { 2, 2 }, new long[] { 3, 1 }, 0)]
    [InlineData(new long[] { 2 }, new long[] { -1 }, 1)]
    [InlineData(new long[] { -1 }, new long[] { 1 }, 0)]
    [InlineData(new long[] { 1 }, new long[] { 1 }, -1)]
    [InlineData(new long[] { 2 }, new long[] { long.MaxValue }, 1)]
    [InlineData(new long[] { long.MaxValue, long.MaxValue }, new long[] { 0, 0 }, 0)]
    [InlineData(new long[] { 0, long.MaxValue, long.MaxValue }, new long[] { 1, 1, 1 }, 0)]
    [InlineData(new long[] { 2, 2 }, new long[] { 1 }, 0)]
    public void Views_that_reach_outside_their_storage_are_refused(long[] shape, long[] strides, long first) =>
        Assert.Contains("does not fit its storage",
            Refused(new PickleBytes().Tensor("0", "FloatStorage", 4, first, shape, strides).Stop()).Message);

    [Fact]
    public void A_storage_that_is_larger_than_the_file_is_refused() =>
        Assert.Contains("claims", Refused(new PickleBytes().Tensor("0", "FloatStorage", 1L << 38, 0, [1], [1]).Stop()).Message);

    [Fact]
    public void One_storage_of_two_types_is_refused() =>
        Assert.Contains("in another", Refused(new PickleBytes().Op("(").Tensor("0", "FloatStorage", 4, 0, [4], [1])
            .Tensor("0", "HalfStorage", 4, 0, [4], [1]).Op("t").Stop()).Message);

    [Fact]
    public void Compressed_zips_are_refused_with_the_remedy()
    {
        byte[] pickle = new PickleBytes().Op("}").Stop();
        string path = _folder.Write("a.pt", ZipBytes.Create(CompressionLevel.SmallestSize, ("a/data.pkl", [.. pickle, .. new byte[100]])));
        Assert.Contains("save it again", Assert.Throws<PssrException>(() => TorchArchive.Read(path)).Message);
    }

    [Fact]
    public void TorchScript_programs_are_refused_by_what_they_are()
    {
        string path = _folder.Write("a.pt", ZipBytes.Stored(("a/data.pkl", new PickleBytes().Op("}").Stop()), ("a/constants.pkl", [1])));
        Assert.Contains("TorchScript", Assert.Throws<PssrException>(() => TorchArchive.Read(path)).Message);
    }

    [Theory]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:00", "Git LFS")]
    [InlineData("<!DOCTYPE html><html>", "web page")]
    [InlineData("\x02\x00\x00\x00\x00\x00\x00\x00{}", "safetensors")]
    public void Files_of_another_kind_are_refused_by_what_they_are(string text, string what)
    {
        string path = _folder.Write("a.pt", System.Text.Encoding.Latin1.GetBytes(text));
        Assert.Contains(what, Assert.Throws<PssrException>(() => TorchArchive.Read(path)).Message);
    }

    [Fact]
    public void Missing_files_folders_and_empty_files_are_checkpoint_errors()
    {
        foreach (string path in new[] { _folder.File("none.pt"), _folder.Path, _folder.Write("empty.pt", []), "/dev/null" })
            Assert.Equal(PssrErrorKind.Checkpoint, Assert.Throws<PssrException>(() => TorchArchive.Read(path)).Kind);
    }

    private TorchArchiveContent Read(byte[] pickle) =>
        TorchArchive.Read(_folder.Write("a.pt", ZipBytes.Stored(("a/data.pkl", pickle), ("a/data/0", new byte[16]))));

    private PssrException Refused(byte[] pickle)
    {
        var error = Assert.Throws<PssrException>(() => Read(pickle));
        Assert.Equal(PssrErrorKind.Checkpoint, error.Kind);
        Assert.Contains("a.pt", error.Message);
        return error;
    }
}

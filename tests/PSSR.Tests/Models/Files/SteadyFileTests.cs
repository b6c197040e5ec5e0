using PSSR.Models;
using PSSR.Models.Files;

namespace PSSR.Tests.Models.Files;

/// <summary>What others do with a file while it is read.</summary>
public sealed class SteadyFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Saved => _folder.File("a.safetensors");

    public void Dispose() => _folder.Dispose();

    /// <summary>A map of it would end the process.</summary>
    [Fact]
    public void A_file_that_is_cut_short_in_place_is_refused()
    {
        Save(Saved, 1);
        using var file = WeightsFile.Open(Saved);
        using (var stream = new FileStream(Saved, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            stream.SetLength(4096);

        AssertRefused(file);
    }

    [Fact]
    public void A_file_that_is_written_in_place_is_refused_though_it_is_whole_again()
    {
        Save(Saved, 1);
        File.SetLastWriteTimeUtc(Saved, DateTime.UtcNow.AddHours(-1));
        using var file = WeightsFile.Open(Saved);
        using (var stream = new FileStream(Saved, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            stream.SetLength(stream.Length);
        File.SetLastWriteTimeUtc(Saved, DateTime.UtcNow);

        AssertRefused(file);
    }

    /// <summary>The hash in a record is that of the weights which made the picture.</summary>
    [Fact]
    public void What_is_read_is_the_file_that_was_hashed_whatever_came_under_its_name()
    {
        Save(Saved, 1);
        var card = new ModelCard
        {
            Name = "a", Kind = "encoder", Architecture = "rrdbnet", Options = [], Prediction = "image", Weights = "a.safetensors",
            Sha256 = ModelCards.Sha256(Saved),
        };
        using var file = ModelLoader.OpenOwn(new InstalledModel(_folder.Path, card, Embedded: false));
        Save(_folder.File("b.safetensors"), 2);
        File.Move(_folder.File("b.safetensors"), Saved, overwrite: true);

        using var read = file.Read("x");

        Assert.Equal(1, read[0, 0].item<float>());
    }

    private static void AssertRefused(WeightsFile file)
    {
        var error = Assert.Throws<PssrException>(() => file.Read("x"));
        Assert.Equal(PssrErrorKind.Checkpoint, error.Kind);
        Assert.Contains("was changed while it was read", error.Message, StringComparison.Ordinal);
    }

    private static void Save(string path, float value)
    {
        using var weights = torch.full(new long[] { 512, 512 }, value);
        SafeTensors.Save(path, new Dictionary<string, Tensor> { ["x"] = weights });
    }
}

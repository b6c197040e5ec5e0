using PSSR.Dpi;
using PSSR.Faces;
using PSSR.Options;
using PSSR.Sets;

namespace PSSR.Tests.Options;

public sealed class UserPathsTests
{
    [Fact]
    public void Paths_become_full_in_all_records_and_names_stay_names()
    {
        var above = Path.GetFullPath("..");
        var options = new UpscaleOptions
        {
            OutputDirectory = "out", Model = "name", Initial = "..", Scale = 3, Dpi = new DpiOptions { Corrector = DpiOptions.NoCorrector },
            Faces = new FaceOptions { Faces = "..", FacePrior = "./is-not-there" }, Set = new SetOptions { InputRoot = "in", LogPath = "" },
        };

        Assert.Equal(
            options with
            {
                OutputDirectory = Path.GetFullPath("out"), Initial = above, Faces = options.Faces with { Faces = above },
                Set = options.Set with { InputRoot = Path.GetFullPath("in") },
            },
            UserPaths.Full(options));
    }
}

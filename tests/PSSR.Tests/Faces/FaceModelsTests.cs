using PSSR.Faces;
using PSSR.Models;
using PSSR.Tests.DiffSr;
using PSSR.Tests.Dpi;

namespace PSSR.Tests.Faces;

public sealed class FaceModelsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new(), _prior = new(), _corrector = new();

    public void Dispose()
    {
        foreach (var folder in new[] { _folder, _prior, _corrector })
            folder.Dispose();
    }

    private FaceModels Find(Func<ModelCard, ModelCard>? prior = null, string? corrector = null) => FaceModels.Find(new()
    {
        Faces = TestFace.Detector(_folder).Folder, FacePrior = TestPrior.Install(_prior, prior).Folder, FaceCorrector = corrector,
    });

    [Fact]
    public void The_models_are_those_that_are_named()
    {
        var models = Find(corrector: TestCorrector.Install(_corrector).Folder);

        Assert.Equal(("discs", "golden-prior", "golden-corrector"), (models.Detector.Name, models.Prior.Name, models.Corrector?.Name));
        Assert.Null(models.Caution);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("none")]
    public void Without_a_corrector_there_is_none(string? corrector) => Assert.Null(Find(corrector: corrector).Corrector);

    [Theory]
    [InlineData("data", "synthetic dead leaves, seed 0", "was trained on synthetic pictures and knows no faces")]
    [InlineData("data", "synthetic scenes, seed 0", "was trained on synthetic pictures and knows no faces")]
    [InlineData("known", "imagenet-256-unconditional", "is 'imagenet-256-unconditional'")]
    [InlineData("known", "ffhq-256", null)]
    public void A_prior_that_knows_no_faces_is_said_to_disfigure_them(string name, string value, string? says)
    {
        var caution = Find(card => card with { Training = new() { [name] = value } }).Caution;

        Assert.Equal(says is not null, caution is not null);
        Assert.Contains(says ?? "", caution ?? "", StringComparison.Ordinal);
        Assert.Contains(says is null ? "" : "will disfigure", caution ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void Where_none_is_named_the_known_prior_of_faces_is_taken_and_never_another()
    {
        var prior = TestPrior.Install(_prior);
        var faces = prior with { Card = prior.Card with { Training = new() { ["known"] = "ffhq-256" } } };

        Assert.Same(faces, FaceModels.StandardPrior([prior, faces]));
        var error = Assert.Throws<PssrException>(() => FaceModels.StandardPrior([prior]));
        Assert.Equal((PssrErrorKind.Option, "FacePrior"), (error.Kind, error.Target));
        Assert.Contains("Import-SRModel ffhq_10m.pt", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_of_another_kind_is_refused_before_anything_is_loaded()
    {
        var prior = TestPrior.Install(_prior);

        var error = Assert.Throws<PssrException>(() => FaceModels.Find(new() { Faces = prior.Folder, FacePrior = prior.Folder }));

        Assert.Contains("as a face detector: its kind is 'prior'. Import one with -Architecture face-detector", error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_face_prior_or_corrector_of_another_kind_is_refused_before_anything_is_said_of_it()
    {
        Assert.Contains("a prior must be", Assert.Throws<PssrException>(() => FaceModels.Find(new()
        {
            Faces = TestFace.Detector(_folder).Folder, FacePrior = "pssr-flow-x4",
        })).Message, StringComparison.Ordinal);
        Assert.Contains("a corrector must be", Assert.Throws<PssrException>(() => Find(corrector: "pssr-prior")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_loaded_twice_or_left_where_one_of_them_can_not_be()
    {
        var models = Find();
        File.AppendAllText(models.Prior.WeightsPath, "x");
        var background = new Enlarger();

        Assert.Throws<PssrException>(() => models.Load(background, new() { Faces = "discs" }, PSSR.Networks.NetworkPlacement.Cpu));

        Assert.True(background.IsDisposed);
    }
}

using System.Text.Json.Nodes;
using PSSR.Dpi;
using PSSR.Models;
using PSSR.Pictures;

namespace PSSR.Tests.Dpi;

public sealed class CorrectorFitTests
{
    private static readonly ModelCard Card = new()
    {
        Name = "x", Kind = "prior", Architecture = "guided-unet", Options = [], Schedule = new("linear", 1000), Prediction = "epsilon",
        Weights = "w", Sha256 = new string('0', 64),
    };

    /// <summary>PowerShell's sets of values take it so, and cards hold it.</summary>
    [Theory]
    [InlineData("bicubic")]
    [InlineData("Bicubic")]
    public void A_plain_degradation_is_one_in_upper_and_lower_case(string degradation)
    {
        var corrector = Card with
        {
            Schedule = new("Linear", 1000),
            Training = new JsonObject { ["options"] = new JsonObject { ["Degradation"] = degradation, ["Scale"] = 4.0 } },
        };

        Assert.Empty(CorrectorFit.Differences(corrector, Card, 4, 2, DpiPreset.X4));
        Assert.Equal(["for scale 4 and not 8"], CorrectorFit.Differences(corrector, Card, 8, 2));
        Assert.Equal(["on bicubic pictures and not on unknown degradations"],
            CorrectorFit.Differences(corrector, Card, 4, 2, DpiPreset.Real));
    }

    [Fact]
    public void What_a_corrector_was_trained_for_otherwise_is_told_one_by_one()
    {
        ModelCard Trained(string name, JsonNode? value) => Card with
        {
            Training = new JsonObject { ["data"] = "faces", ["options"] = new JsonObject { [name] = value } },
        };
        Assert.Equal(["for k = 4 and not 2"], CorrectorFit.Differences(Trained("GridStep", 4.0), Card, 4, 2));
        Assert.Empty(CorrectorFit.Differences(Trained("GridStep", 2.0), Card, 4, 2));
        Assert.Equal(["on base conditions by bicubic and not on a flow's mean"],
            CorrectorFit.Differences(Card, Card, 4, 2, ofFlow: true));
        Assert.Equal(["on the degradation 'blind' and not on bicubic pictures"],
            CorrectorFit.Differences(Trained("Degradation", "Blind"), Card, 4, 2, DpiPreset.X4));
        Assert.Empty(CorrectorFit.Differences(Trained("Degradation", "Blind"), Card, 4, 2, DpiPreset.Real));
        Assert.Empty(CorrectorFit.Differences(Trained("Degradation", "Blind"), Card, 4, 2));
        Assert.Equal(["for scale 4 and not 4.3"], CorrectorFit.Differences(Trained("Scale", 4.0), Card, 4.3, 2));
        Assert.Empty(CorrectorFit.Differences(Trained("Scale", 4.0), Card, 4.1, 2));
    }

    [Theory]
    [InlineData("cosine", 1000, "for the schedule cosine/1000 and not linear/1000")]
    [InlineData("linear", 250, "for the schedule linear/250 and not linear/1000")]
    [InlineData("LINEAR", 1000, null)]
    public void Another_schedule_is_told_by_name_or_steps(string name, int steps, string? told) => Assert.Equal(
        told is null ? [] : [told], CorrectorFit.Differences(Card with { Schedule = new(name, steps) }, Card, 4, 2));

    /// <summary>Synthetic pictures, or a share of them, are of anything; a prior that saw none of that kind is another's.</summary>
    [Theory]
    [InlineData("synthetic pictures", 0.0, "faces", true)]
    [InlineData("faces", 0.5, "faces", true)]
    [InlineData("faces", 0.0, "faces", false)]
    [InlineData("synthetic pictures", 0.0, "synthetic pictures", false)]
    public void A_corrector_of_all_kinds_of_pictures_is_told_beside_a_prior_of_one(string data, double share, string priors, bool isTold)
    {
        JsonObject Saw(string what, double synthetic) =>
            new() { ["data"] = what, ["options"] = new JsonObject { ["SyntheticShare"] = synthetic } };

        var differences = CorrectorFit.Differences(
            Card with { Training = Saw(data, share) }, Card with { Name = "prior", Training = Saw(priors, 0) }, 4, 2);

        Assert.Equal(isTold ? [$"on pictures ({data}) that the prior 'prior' isn't known to have seen"] : [], differences);
    }

    [Theory]
    [InlineData(true, "synthetic pictures", null, "trained on synthetic pictures")]
    [InlineData(true, "photographs", null, "small")]
    [InlineData(false, null, "imagenet-256", "'imagenet-256'")]
    [InlineData(false, null, "ffhq-256", null)]
    [InlineData(false, null, null, null)]
    public void Whether_a_prior_knows_faces_is_told_by_what_it_saw(bool isEmbedded, string? data, string? known, string? says)
    {
        var card = Card with { Training = new JsonObject { ["data"] = data, ["known"] = known } };

        var whyNot = PriorFit.WhyNoFaces(new InstalledModel("folder", card, isEmbedded));

        Assert.Equal(says is null, whyNot is null);
        Assert.Contains(says ?? "", whyNot ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void The_kernel_is_taken_whatever_the_case_of_its_degradation()
    {
        using var scope = torch.NewDisposeScope();
        var pictures = torch.rand(1, 3, 32, 32);
        float[] Of(string degradation, ResamplingKernel kernel) =>
        [
            .. new CorrectorPictures(new() { Degradation = degradation, Kernel = kernel, Scale = 4 }, new ConditionGrid(2))
                .Degrade(pictures, 1, 0).Condition.data<float>(),
        ];

        Assert.Equal(Of("bicubic", ResamplingKernel.PilBicubic), Of("Bicubic", ResamplingKernel.PilBicubic));
        Assert.NotEqual(Of("bicubic", ResamplingKernel.MatlabBicubic), Of("Bicubic", ResamplingKernel.PilBicubic));
    }
}

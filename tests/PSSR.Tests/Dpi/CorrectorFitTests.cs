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

using System.Text.Json.Nodes;
using PSSR.DiffSr;
using PSSR.Dpi;
using PSSR.Ecdp;
using PSSR.Training;
using PSSR.Training.Crops;

namespace PSSR.Tests.Training;

public sealed class TrainingOptionsTests
{
    /// <summary>Options of trainings that release 0.19 began, as their state files hold them.</summary>
    private const string Prior = """
        {"Name":null,"Schedule":"linear","DiffusionSteps":1000,"Steps":3000,"BatchSize":8,"CropSize":64,"LearningRate":0.001,
        "WarmupSteps":100,"DecayShare":0.3,"AverageDecay":0.995,"LowShare":0.9,"LowLimit":0.25,"ImageFolder":null,"Seed":0}
        """;

    private const string Corrector = """
        {"Name":null,"Schedule":"linear","DiffusionSteps":1000,"GridStep":2,"Degradation":"bicubic","Scale":4,"Objective":"paper",
        "Steps":1000,"BatchSize":8,"CropSize":64,"LearningRate":0.001,"WarmupSteps":100,"DecayShare":0.4,"AverageDecay":0.998,
        "ImageFolder":null,"ValidationFolder":null,"ValidationCount":8,"ValidateEvery":250,"Seed":0}
        """;

    private const string Flow = """
        {"Name":null,"Encoder":null,"Start":null,"EncoderSteps":4000,"EncoderLearningRate":0.001,"Steps":4000,"LearningRate":0.001,
        "TrainEncoder":false,"Parametrization":"Hybrid","TimePower":1.5,"Flow":null,"QualitySteps":0,"QualityLearningRate":5E-05,
        "QualityWeight":1,"QualityFeatures":null,"QualityTemperature":0.7,"QualityTolerance":0.01,"QualityBatchSize":2,"BatchSize":8,
        "CropSize":96,"Softness":1.2,"WarmupSteps":200,"DecayShare":0.4,"AverageDecay":0.998,"Precision":"fp32","ImageFolder":null,
        "Degradation":null,"SyntheticShare":0.2,"ValidateEvery":500,"Seed":0}
        """;

    [Theory]
    [InlineData(Prior)]
    [InlineData(Corrector)]
    [InlineData(Flow)]
    public void A_state_that_an_earlier_release_wrote_is_of_the_same_training_still(string earlier)
    {
        TrainingOptions options = earlier switch
        {
            Prior => new DiffusionPriorOptions(),
            Corrector => new ConditionCorrectorOptions(),
            _ => new FlowUpscalerOptions(),
        };
        var now = options.ToJson();
        now.Remove("Network"); // layouts are held to the embedded cards by other tests

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(earlier), now), now.ToJsonString());
    }

    [Fact]
    public void An_added_option_that_is_as_it_always_was_is_left_out_and_another_is_told()
    {
        var options = new FlowUpscalerOptions { GradientNorm = 1, Crops = CropKind.Patch, Decay = RateDecay.Cosine };
        Assert.Equal(new FlowUpscalerOptions().ToJson().ToJsonString(), options.ToJson().ToJsonString());

        var other = (options with { GradientNorm = 0, GradientValue = 10, Decay = RateDecay.Halving, HalveAt = [0.5, 0.75] }).ToJson();
        Assert.Equal((0.0, 10.0, "Halving", "[0.5,0.75]"), ((double)other["GradientNorm"]!, (double)other["GradientValue"]!,
            (string)other["Decay"]!, other["HalveAt"]!.ToJsonString()));
    }

    [Fact]
    public void Synthetic_pictures_are_leaves_unless_scenes_are_asked_for_and_then_card_and_command_tell()
    {
        Assert.Equal("synthetic dead leaves, seed 0, 48x48", new DiffusionPriorOptions().Mixed(null, 48).Description);

        var options = new DiffusionPriorOptions { SyntheticPictures = "scenes" };
        Assert.Equal("synthetic scenes, seed 0, 48x48", options.Mixed(null, 48).Description);
        Assert.Equal("scenes", (string?)options.ToJson()["SyntheticPictures"]);
        Assert.Contains("--synthetic-pictures scenes", options.ToCommand("x"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("faces", 0.2, "SyntheticPictures is 'faces'; it must be leaves or scenes")]
    [InlineData("scenes", 0.0, "SyntheticPictures is scenes, and with SyntheticShare 0 there are none")]
    public void Synthetic_pictures_that_are_unknown_or_of_which_there_are_none_are_refused(string pictures, double share, string said)
    {
        var prior = new DiffusionPriorOptions { SyntheticPictures = pictures, SyntheticShare = share, ImageFolder = "x" };
        var flow = new FlowUpscalerOptions { SyntheticPictures = pictures, SyntheticShare = share, ImageFolder = "x" };

        Assert.Contains(said, Assert.Throws<PssrException>(prior.Validate).Message, StringComparison.Ordinal);
        Assert.Contains(said, Assert.Throws<PssrException>(flow.Validate).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_command_names_a_preset_and_what_was_changed_even_back_to_the_default()
    {
        var options = TrainingOptions.OfPreset<ConditionCorrectorOptions>("paper") with { GradientNorm = 1, Scale = 8, Steps = 7 };

        Assert.Equal("pssr build corrector --out x --preset paper --scale 8 --steps 7 --gradient-norm 1", options.ToCommand("x"));
        Assert.Contains(@"--out 'a b; it'\''s' ", options.ToCommand("a b; it's"), StringComparison.Ordinal);
        Assert.Equal("pssr build corrector --out x --preset paper",
            TrainingOptions.OfPreset<ConditionCorrectorOptions>("PAPER").ToCommand("x"));
    }
}

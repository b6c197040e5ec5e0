using PSSR.Tests.Sets;
using PSSR.Training;

namespace PSSR.Tests.Training;

public sealed class TrainingStateTests
{
    [Theory]
    [InlineData("""{"Seed":"\ud800"}""")]
    [InlineData("""{"\ud800":1}""")]
    [InlineData("""{"Seed":1,"Seed":2}""")]
    [InlineData("[1")]
    public void A_state_whose_options_are_none_of_ours_is_another_training_s(string options)
    {
        using var folder = new SetFolder();
        var rate = new LearningRate(0.1, 0, 2, 0.5);
        TrainingState.Save(folder.At("state"), [], [1.0], rate, options, []);

        var error = Assert.Throws<PssrException>(() => TrainingState.Load(folder.At("state"), [], rate, """{"Seed":1}""", []));

        Assert.Equal((PssrErrorKind.Checkpoint, true), (error.Kind, error.Message.Contains("a training with other options")));
    }
}

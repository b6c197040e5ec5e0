using PSSR.Cli.Upscaling;
using PSSR.Sets;

namespace PSSR.Tests.Cli;

public sealed class ProgressLineTests
{
    [Theory]
    [InlineData(0, null, 3, "2 of 3: a\\u001bb.png")]
    [InlineData(1, 24, 0, "2: a\\u001bb.png, evaluation 1 of 24")]
    [InlineData(3, 24, 3, "2 of 3: a\\u001bb.png, evaluation 3 of 24, 0:01:50 left")]
    [InlineData(2, 9001, 0, "2: a\\u001bb.png, evaluation 2 of 9001, 25:00:00 left")]
    [InlineData(3, null, 3, "2 of 3: a\\u001bb.png, evaluation 3")]
    public void It_names_the_picture_when_its_turn_has_come_and_how_long_it_will_take_once_that_can_be_told(
        int evaluation, int? expected, int files, string told) =>
        Assert.Equal(told,
            ProgressLine.Line(new UpscaleProgress("folder/a\eb.png", evaluation, expected, 2, TimeSpan.FromSeconds(10)), files));
}

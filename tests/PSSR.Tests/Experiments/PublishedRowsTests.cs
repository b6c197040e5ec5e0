using PSSR.Experiments;
using PSSR.Experiments.Recipes;

namespace PSSR.Tests.Experiments;

public sealed class PublishedRowsTests
{
    [Theory]
    [InlineData("Model", "FFHQ_10m", "ffhq_10M", true)]
    [InlineData("Model", "ffhq_10m", "ffhq_20m", false)]
    [InlineData("Trace", new[] { 0.5, 0.25 }, new[] { 0.5, 0.25 }, true)]
    [InlineData("Trace", new[] { 0.5, 0.25 }, new[] { 0.5 }, false)]
    public void A_row_is_found_by_settings_as_they_are_written(string name, object published, object ours, bool found)
    {
        var recipe = new Recipe
        {
            Name = "r", Data = [],
            Published =
            [
                new RecipePublished
                {
                    Method = "m", Settings = new([new OptionValue(RecipeOptions.Upscaling.Find(name)!, published)]),
                    Values = new([KeyValuePair.Create<string, object?>("PSNR", 30.0)]),
                },
            ],
        };
        var cell = new ExperimentCell
        {
            Experiment = "r", Data = "d", Scale = 2, Method = "m", Status = CellStatus.Planned,
            Settings = new ShownPairs<object?>([KeyValuePair.Create<string, object?>(name, ours)]),
        };

        Assert.Equal(found, new PublishedRows(recipe).Beside(cell).Published.ContainsKey("PSNR"));
    }
}

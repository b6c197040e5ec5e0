using System.Reflection;
using PSSR.DiffSr.Field;
using PSSR.Dpi;
using PSSR.Options;
using PSSR.Sets;
using PSSR.Sets.Converting;

namespace PSSR.Tests.Options;

public sealed class OptionRecordTests
{
    [Fact]
    public void A_copy_has_what_was_given_and_the_rest_as_it_was()
    {
        var options = new UpscaleOptions { Scale = 3, Seed = 7, PixelLimit = 5 };

        var copy = OptionRecord.With(options, Given<UpscaleOptions>(("TileSize", 128), ("Scale", null)));

        Assert.Equal(options with { TileSize = 128, Scale = null }, copy);
        Assert.Null(options.TileSize);
    }

    [Fact]
    public void What_only_the_engine_can_set_is_copied_too() =>
        Assert.Equal("there", OptionRecord.With(new FieldSearchOptions { UserFolder = "there" }, []).UserFolder);

    [Fact]
    public void A_required_member_is_copied() =>
        Assert.Equal("out", OptionRecord.With(new DegradeOptions { OutputDirectory = "out" }, []).OutputDirectory);

    [Fact]
    public void A_words_case_does_not_matter() =>
        Assert.Equal("bf16", OptionRecord.With(new UpscaleOptions(), Given<UpscaleOptions>(("Precision", "BF16"))).Checked().Precision);

    [Fact]
    public void Seconds_are_a_time() => Assert.Equal(
        TimeSpan.FromSeconds(90),
        OptionRecord.With(new ConditionCorrectorOptions(), Given<ConditionCorrectorOptions>(("CheckpointEvery", 90.0))).CheckpointEvery);

    [Fact]
    public void A_record_does_not_ask_for_what_others_set() =>
        Assert.DoesNotContain(OptionRecord.Asked(typeof(DpiOptions)), property => property.Name is "Steps" or "TileSize");

    [Theory]
    [InlineData("TileSize", "tile-size")]
    [InlineData("S", "s")]
    [InlineData("X16", "x16")]
    public void Names_are_told_in_kebab_case(string name, string expected) => Assert.Equal(expected, OptionRecord.KebabCase(name));

    private static IEnumerable<KeyValuePair<PropertyInfo, object?>> Given<T>(params (string Name, object? Value)[] given) =>
        given.Select(one => KeyValuePair.Create(typeof(T).GetProperty(one.Name)!, one.Value));
}

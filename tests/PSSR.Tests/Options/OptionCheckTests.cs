using System.Reflection;
using PSSR.Options;

namespace PSSR.Tests.Options;

public sealed class OptionCheckTests
{
    private sealed record Sample
    {
        [Allowed(1, 64)]
        public double? Scale { get; init; }

        [Allowed(0, 1, Above = true)]
        public double Rate { get; init; } = 0.5;

        [Allowed(64, 8192, OrZero = true)]
        public int? Tile { get; init; }

        [Allowed(1, long.MaxValue)]
        public long Steps { get; init; } = 1;

        [Allowed("fp32", "bf16")]
        public string Precision { get; init; } = "fp32";

        [Allowed(0, 0.999)]
        public IReadOnlyList<double> Levels { get; init; } = [];
    }

    [Fact]
    public void Allowed_values_pass_up_to_the_ends_of_their_range()
    {
        OptionCheck.Allowed(new Sample());
        OptionCheck.Allowed(new Sample { Scale = 1, Rate = 1, Tile = 0, Steps = long.MaxValue, Precision = "bf16", Levels = [0, 0.999] });
        OptionCheck.Allowed(new Sample { Scale = 64, Rate = double.Epsilon, Tile = 64 });
    }

    public static TheoryData<string, string> Bad => new()
    {
        { nameof(Sample.Scale), "Scale: 64.5 is not in 1 to 64." },
        { nameof(Sample.Rate), "Rate: 0 is not above 0 and at most 1." },
        { nameof(Sample.Tile), "Tile: 63 is not 0 or in 64 to 8192." },
        { nameof(Sample.Steps), "Steps: 0 is not at least 1." },
        { nameof(Sample.Precision), "Precision: 'fp64' is not fp32 or bf16." },
        { nameof(Sample.Levels), "Levels: 0.5, 1 is not in 0 to 0.999." },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void Other_values_are_refused_with_their_name_and_what_is_allowed(string name, string message)
    {
        var options = name switch
        {
            nameof(Sample.Scale) => new Sample { Scale = 64.5 },
            nameof(Sample.Rate) => new Sample { Rate = 0 },
            nameof(Sample.Tile) => new Sample { Tile = 63 },
            nameof(Sample.Steps) => new Sample { Steps = 0 },
            nameof(Sample.Precision) => new Sample { Precision = "fp64" },
            _ => new Sample { Levels = [0.5, 1] },
        };

        var error = Assert.Throws<PssrException>(() => OptionCheck.Allowed(options));

        Assert.Equal((PssrErrorKind.Option, name, message), (error.Kind, error.Target, error.Message));
    }

    [Fact]
    public void Whose_options_they_are_is_said_first_where_that_is_given() => Assert.Equal(
        "Training a prior: Steps is 0; it must be at least 1.",
        Assert.Throws<PssrException>(() => OptionCheck.Allowed(new Sample { Steps = 0 }, "Training a prior")).Message);

    [Fact]
    public void Not_a_number_is_in_no_range() => Assert.Throws<PssrException>(() => OptionCheck.Allowed(new Sample { Scale = double.NaN }));

    [Fact]
    public void The_defaults_of_every_record_are_allowed()
    {
        var records = typeof(OptionCheck).Assembly.GetTypes()
            .Where(type => type.GetConstructor([]) is not null && !type.IsAbstract
                && type.GetProperties().Any(property => property.IsDefined(typeof(AllowedAttribute)))).ToList();

        Assert.True(records.Count >= 8, $"Only {records.Count} records declare what they allow.");
        Assert.All(records, record => OptionCheck.Allowed(Activator.CreateInstance(record)!));
    }

    [Fact]
    public void Ranges_stand_on_properties_that_can_have_them() => Assert.All(
        from type in typeof(OptionCheck).Assembly.GetTypes()
        from property in type.GetProperties()
        where property.IsDefined(typeof(AllowedAttribute))
        select property,
        property =>
        {
            var allowed = property.GetCustomAttribute<AllowedAttribute>()!;
            Assert.True(allowed.Words.Count > 0 == (property.PropertyType == typeof(string)), $"{property.DeclaringType}.{property.Name}");
            Assert.True(allowed.Words.Count > 0 || allowed.Min < allowed.Max, $"{property.DeclaringType}.{property.Name}");
        });

    [Fact]
    public void A_file_is_no_folder_to_write_into()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("there"), "kept");

        var error = Assert.Throws<PssrException>(() => OptionCheck.FolderName("OutputDirectory", folder.File("there")));

        Assert.StartsWith("OutputDirectory:", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("is a file, and no folder.", error.Message, StringComparison.Ordinal);
        OptionCheck.FolderName("OutputDirectory", folder.File("not there yet"));
    }

    [Theory]
    [InlineData("there/below")]
    [InlineData("there/far/below")]
    [InlineData("there/")]
    public void There_is_no_folder_below_a_file(string name)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("there"), "kept");

        var error = Assert.Throws<PssrException>(() => OptionCheck.FolderName("OutputDirectory", folder.File(name)));

        Assert.EndsWith($"can't be a folder, for '{folder.File("there")}' is a file.", error.Message, StringComparison.Ordinal);
        OptionCheck.FolderName("OutputDirectory", folder.File("not/there/yet"));
    }
}

using PSSR.Ecdp;

namespace PSSR.Sets.Planning;

/// <summary>How long the methods that come with PSSR took where they were measured (docs/performance.md): what an estimate goes by where
/// nothing is known of the machine itself.</summary>
/// <param name="SecondsAMegapixel">For each million of the pixels that <see cref="EarlierCosts.Cost"/> counts.</param>
internal sealed record StatedRate(double SecondsAMegapixel, string From)
{
    /// <summary>Null for settings that weren't measured.</summary>
    public static StatedRate? For(UpscaleOptions options, ModelIdentity models)
    {
        var standard = options is { Method: UpscaleMethods.Ecdp, Steps: null, TileSize: null, Precision: "fp32", Device: "auto" or "cpu" }
            && (options.Flow is null || options.Flow == new FlowOptions());
        return !standard ? null : models.Model switch
        {
            UpscaleMethods.DefaultFlow => new(ByFour, Source),
            UpscaleMethods.SmallFlow => new(ByTwo, Source),
            _ => null,
        };
    }

    private const double ByFour = 75, ByTwo = 30;

    private const string Source = "a rate measured elsewhere, on two cores without GPU, from which this machine may be far";
}

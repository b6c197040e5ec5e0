using PSSR.Ecdp;

namespace PSSR.Sets.Planning;

/// <summary>How long the flows that come with PSSR took where they were measured (docs/performance.md): what an estimate goes by where
/// nothing is known of the machine itself.</summary>
/// <param name="SecondsAMegapixel">For each million of the pixels that <see cref="EarlierCosts.Cost"/> counts.</param>
internal sealed record StatedRate(double SecondsAMegapixel, string From)
{
    /// <summary>Null for settings that weren't measured, and on a GPU.</summary>
    /// <param name="options">With the precision decided, once the model is loaded.</param>
    /// <param name="scale">The largest of the pictures'. Beyond the flow's own, encoding weighs more than the network, and wasn't
    /// measured.</param>
    public static StatedRate? For(UpscaleOptions options, ModelIdentity models, double scale)
    {
        var standard = scale <= (models.Model == UpscaleMethods.SmallFlow ? 2 : 4)
            && options is { Method: UpscaleMethods.Ecdp, Steps: null, TileSize: null }
            && (options.Flow is null || options.Flow == new FlowOptions())
            && (options.Device == "cpu" || (options.Device == "auto" && !torch.cuda.is_available()));
        double? seconds = !standard ? null : (models.Model, options.Precision) switch
        {
            (UpscaleMethods.DefaultFlow, "fp32") => 33,
            (UpscaleMethods.DefaultFlow, "bf16") => 19,
            (UpscaleMethods.FastFlow, "fp32") => 20,
            (UpscaleMethods.FastFlow, "bf16") => 12,
            (UpscaleMethods.SmallFlow, "fp32") => 13,
            (UpscaleMethods.SmallFlow, "bf16") => 7,
            _ => null,
        };
        return seconds is { } known
            ? new(known, "a rate measured elsewhere, on two cores without GPU, from which this machine may be far") : null;
    }
}

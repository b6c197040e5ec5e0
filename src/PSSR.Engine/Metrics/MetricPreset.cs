using PSSR.Imaging;

namespace PSSR.Metrics;

/// <summary>A measured value, with everything that another number must share to be compared with it.</summary>
/// <param name="Metric">PSNR (dB, higher is better), SSIM (higher), LPIPS (lower).</param>
/// <param name="Settings">Preset, channel, border, window, range or network, in words.</param>
public sealed record MetricValue(string Metric, double Value, string Settings);

/// <summary>How one source of published numbers measures.</summary>
/// <param name="Border">Pixels cut from each side for PSNR and SSIM; null cuts as many as the scale, rounded.</param>
/// <param name="LpipsNetwork">Which LPIPS belongs to it; LPIPS looks at the whole picture in RGB.</param>
public sealed record MetricPreset(string Name, MetricChannel Channel, int? Border, string LpipsNetwork)
{
    /// <summary>The SR literature since BasicSR: luma, border of the scale.</summary>
    public static MetricPreset BasicSrY { get; } = new("BasicSR-Y", MetricChannel.Y, null, "vgg");

    /// <summary>DPI's tables.</summary>
    public static MetricPreset PaperDpi { get; } = new("Paper-DPI", MetricChannel.Rgb, 0, "vgg");

    /// <summary>ECDP's tables: on results as saved, in 8 bits.</summary>
    public static MetricPreset PaperEcdp { get; } = new("Paper-ECDP", MetricChannel.Rgb, 0, "alex");

    /// <summary>pyiqa's defaults.</summary>
    public static MetricPreset PyIqa { get; } = new("PyIqa", MetricChannel.Rgb, 0, "alex");

    public static IReadOnlyList<MetricPreset> All { get; } = [BasicSrY, PaperDpi, PaperEcdp, PyIqa];

    /// <summary>PSNR and SSIM, and LPIPS when it is given.</summary>
    /// <param name="result">What was upscaled.</param>
    /// <param name="truth">The picture it should be, of the same size.</param>
    /// <param name="scale">Target size over source size.</param>
    /// <param name="lpips">With this preset's network; null leaves LPIPS out.</param>
    /// <exception cref="PssrException">Kind Option: sizes differ or are too small, or another LPIPS network.</exception>
    public IReadOnlyList<MetricValue> Measure(RasterImage result, RasterImage truth, double scale, Lpips? lpips = null)
    {
        int border = Border ?? (int)Math.Round(scale);
        string settings = $"{Name}: {Channel}, border {border}, range 255";
        var values = new List<MetricValue>
        {
            new("PSNR", Psnr.Compute(result, truth, Channel, border), settings),
            new("SSIM", Ssim.Compute(result, truth, Channel, border), $"{settings}, Gaussian window 11 σ 1.5"),
        };
        if (lpips is not null)
        {
            if (lpips.Network != LpipsNetwork)
                throw new PssrException(PssrErrorKind.Option, $"{Name} measures LPIPS with {LpipsNetwork}, not {lpips.Network}.", lpips.Network);
            values.Add(new("LPIPS", lpips.Compute(result, truth).Distance, $"{Name}: v0.1 {lpips.Network}, RGB, border 0"));
        }

        return values;
    }
}

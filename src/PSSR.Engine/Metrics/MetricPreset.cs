using PSSR.Pictures;

namespace PSSR.Metrics;

/// <summary>How one source of published numbers measures.</summary>
/// <param name="PsnrChannel">What PSNR looks at.</param>
/// <param name="SsimChannel">What SSIM looks at.</param>
/// <param name="Border">Pixels cut from each side for PSNR and SSIM; null cuts as many as the scale, rounded.</param>
/// <param name="Quantised">16-bit pictures are rounded to 8 bits first.</param>
/// <param name="LpipsNetwork">Which LPIPS belongs to it; LPIPS looks at the whole picture in RGB.</param>
public sealed record MetricPreset(string Name, MetricChannel PsnrChannel, MetricChannel SsimChannel, int? Border, bool Quantised,
    string LpipsNetwork)
{
    /// <summary>In which range LPIPS is fed; the settings of its values say so where it isn't LPIPS's own.</summary>
    public LpipsRange LpipsRange { get; init; }

    /// <summary>The SR literature since BasicSR: luma, border of the scale.</summary>
    public static MetricPreset BasicSrY { get; } = new("BasicSR-Y", MetricChannel.Y, MetricChannel.Y, null, false, "vgg");

    /// <summary>DPI's tables.</summary>
    public static MetricPreset PaperDpi { get; } = new("Paper-DPI", MetricChannel.Rgb, MetricChannel.Rgb, 0, false, "vgg");

    /// <summary>Diff-SR's tables, as far as can be guessed: the paper names PSNR and SSIM and no setting of theirs. RGB and no border are
    /// what most codes of diffusion models measure, 8 bits what results are saved in. LPIPS isn't in its tables: alex is
    /// LPIPS's own default.</summary>
    public static MetricPreset PaperDiffSr { get; } = new("Paper-DiffSR", MetricChannel.Rgb, MetricChannel.Rgb, 0, true, "alex");

    /// <summary>ECDP's tables: on results as saved, in 8 bits.</summary>
    public static MetricPreset PaperEcdp { get; } = new("Paper-ECDP", MetricChannel.Rgb, MetricChannel.Rgb, 0, true, "alex");

    /// <summary>pyiqa's defaults for psnr, ssim and lpips: SSIM there looks at the luma of YIQ.</summary>
    public static MetricPreset PyIqa { get; } = new("PyIqa", MetricChannel.Rgb, MetricChannel.YFullRange, 0, false, "alex");

    public static IReadOnlyList<MetricPreset> All { get; } = [BasicSrY, PaperDpi, PaperDiffSr, PaperEcdp, PyIqa];

    /// <summary>A preset by its name, upper and lower case alike.</summary>
    /// <exception cref="PssrException">Kind Option: no such preset.</exception>
    public static MetricPreset Find(string name) => All.FirstOrDefault(p => string.Equals(p.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new PssrException(PssrErrorKind.Option,
            $"There is no metric preset '{name}'. Known: {string.Join(", ", All.Select(p => p.Name))}.", name);

    /// <summary>PSNR and SSIM, and LPIPS when it is given.</summary>
    /// <param name="result">What was upscaled.</param>
    /// <param name="truth">The picture it should be, of the same size.</param>
    /// <param name="scale">Target size over source size.</param>
    /// <param name="lpips">With this preset's network; null leaves LPIPS out.</param>
    /// <exception cref="PssrException">Kind Option: sizes differ or are too small, or another LPIPS network.</exception>
    public IReadOnlyList<MetricValue> Measure(RasterImage result, RasterImage truth, double scale, Lpips? lpips = null,
        CancellationToken cancellation = default) => Measure(result, truth, scale, lpips, null, cancellation);

    /// <param name="tooSmall">Gets the metrics that the pictures are too small for, and what they need, and they are left out; null:
    /// the first is an error.</param>
    /// <inheritdoc cref="Measure(RasterImage, RasterImage, double, Lpips?, CancellationToken)"/>
    internal IReadOnlyList<MetricValue> Measure(RasterImage result, RasterImage truth, double scale, Lpips? lpips,
        ICollection<(string Metric, string Needs)>? tooSmall, CancellationToken cancellation)
    {
        if (lpips is not null && lpips.Network != LpipsNetwork)
            throw new PssrException(PssrErrorKind.Option, $"{Name} measures LPIPS with {LpipsNetwork}, not {lpips.Network}.",
                lpips.Network);
        int border = Border ?? (int)Math.Round(scale);
        if (Quantised)
            (result, truth) = (FormatLimits.ToBits(result, 8), FormatLimits.ToBits(truth, 8));
        string depth = Quantised ? ", rounded to 8 bits" : "";
        bool Fits(string metric, int side)
        {
            if (tooSmall is null || Math.Min(result.Width, result.Height) >= side)
                return true;
            tooSmall.Add((metric, $"it needs {side}×{side} pixels at least, and there are {result.Width}×{result.Height}"));
            return false;
        }

        var values = new List<MetricValue>();
        if (Fits("PSNR", 1 + (2 * border)))
        {
            values.Add(new("PSNR", Psnr.Compute(result, truth, PsnrChannel, border, cancellation), Name,
                $"{PsnrChannel}, border {border}, range 255{depth}") { Unit = "dB" });
        }
        if (Fits("SSIM", Ssim.LeastSide(border)))
        {
            values.Add(new("SSIM", Ssim.Compute(result, truth, SsimChannel, border, cancellation), Name,
                $"{SsimChannel}, border {border}, range 255, Gaussian window 11 σ 1.5{depth}"));
        }
        cancellation.ThrowIfCancellationRequested();
        if (lpips is not null && Fits("LPIPS", Lpips.LeastSide))
        {
            var range = LpipsRange == LpipsRange.Released ? ", fed 0..255·2-1" : "";
            values.Add(new("LPIPS", lpips.Compute(result, truth, LpipsRange).Distance, Name,
                $"v0.1 {lpips.Network}, RGB, border 0{depth}{range}") { LowerIsBetter = true });
        }

        return values;
    }
}

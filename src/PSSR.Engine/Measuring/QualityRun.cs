using PSSR.Host;
using PSSR.Metrics;
using PSSR.Models;
using PSSR.Networks;
using PSSR.Options;
using PSSR.Pictures;
using PSSR.Sets;
using PSSR.Sets.Records;

namespace PSSR.Measuring;

/// <summary>Measures many pictures with one preset, against their references where there are any. Use it from one thread: tensor scopes
/// belong to threads.</summary>
public sealed class QualityRun : IDisposable
{
    private readonly QualityOptions _options;
    private readonly MetricPreset _preset;
    private readonly ReferenceSet? _references;
    private readonly bool _withLpips;
    private readonly IReadOnlyList<InstalledModel> _quality;
    private readonly List<NoReferenceMetric> _scores = [];
    private Lpips? _lpips;

    /// <exception cref="PssrException">Kind Option: nothing to measure, or no such preset, network, device or reference folder. Kind
    /// Checkpoint: LPIPS was asked for and isn't imported, or no such quality model.</exception>
    public QualityRun(QualityOptions options)
    {
        _options = options;
        OptionCheck.DeviceName(nameof(options.Device), options.Device);
        _preset = MetricPreset.Find(options.Preset) with { LpipsRange = options.LpipsRange };
        if (options.LpipsNetwork is { } network)
            _preset = _preset with { LpipsNetwork = network };
        if (options.Scale is { } scale && !(scale is >= 1 and <= UpscaleOptions.MaxScale))
            throw new PssrException(PssrErrorKind.Option,
                FormattableString.Invariant($"The scale is {scale}; it must lie in 1 to {UpscaleOptions.MaxScale}."),
                FormattableString.Invariant($"{scale}"));
        if (options is { Reference: null, WithLrPsnr: false, QualityModels.Count: 0 })
        {
            throw new PssrException(PssrErrorKind.Option, "There is nothing to measure: give a ReferenceDirectory; or what needs no truth, "
                + "LrPsnr or a QualityModel (pssr: --reference, --lr-psnr, --quality-model).");
        }
        if (options is { Reference: null, WithLpips: true })
            throw new PssrException(PssrErrorKind.Option, "LPIPS compares with a truth: give a ReferenceDirectory (pssr: --reference).");
        _quality = NoReferenceMetric.Find(options.QualityModels);
        if (options.Reference is not { } reference)
            return;
        _references = new ReferenceSet(reference, options.Recurse);
        if (options.WithLpips != false)
            LpipsMissing = InstalledLpips.Missing(_preset.LpipsNetwork);
        if (options.WithLpips == true && LpipsMissing is { } missing)
            throw new PssrException(PssrErrorKind.Checkpoint, missing, _preset.LpipsNetwork);
        _withLpips = options.WithLpips != false && LpipsMissing is null;
    }

    /// <summary>Why LPIPS is left out, with the commands that import its models; null when it is measured or wasn't wanted.</summary>
    public string? LpipsMissing { get; }

    /// <summary>Measures one picture.</summary>
    /// <param name="path">The picture.</param>
    /// <param name="result">The result that it is, where it comes from a run.</param>
    /// <exception cref="PssrException">Kind Image or Option: this picture can't be measured; another may. Kind Checkpoint or Device: a
    /// network can't be loaded.</exception>
    public ImageQuality Measure(string path, UpscaleResult? result = null, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        var record = result is null ? RunRecord.ReadBeside(path) : null;
        var input = result?.Input ?? record?.Input.Path;
        var reference = _references?.Find(path, input);
        var scale = _options.Scale ?? (result is { Width: { } width, InputWidth: { } from } ? (double)width / from : record?.Scale);
        if (reference is not null && _preset.Border is null && scale is null)
        {
            throw new PssrException(PssrErrorKind.Image,
                $"'{path}' can't be measured by {_preset.Name}, which cuts a border of the scale: no record beside it says the scale. Give "
                    + "Scale to Measure-ImageQuality (pssr measure quality), or a Preset that cuts none.", path);
        }
        var lost = _options.WithLrPsnr || _options.WithBaseline
            ? MadeFrom.Lost(input, result?.InputSha256 ?? record?.Input.Sha256) : null;
        if (reference is null && _quality.Count == 0 && lost is not null)
            throw new PssrException(PssrErrorKind.Image, $"'{path}' has no LR-PSNR: {lost}.", path);
        Load(cancellation);
        cancellation.ThrowIfCancellationRequested();
        var picture = ImageCodec.Read(path);
        var whole = reference is null ? null : ImageCodec.Read(reference);
        var truth = whole is null ? null : Truth.InSizeOf(picture, whole, scale) ?? throw new PssrException(PssrErrorKind.Image,
            $"'{path}' has {picture.Width}×{picture.Height} pixels and its reference '{reference}' {whole.Width}×{whole.Height}. Metrics "
                + "need equal sizes: upscale by as much as the picture was shrunk.", path);
        var low = _options.WithLrPsnr && lost is null ? ImageCodec.Read(input!) : null;
        var tooSmall = new List<(string Metric, string Needs)>();
        IReadOnlyList<MetricValue> Values(RasterImage measured, ICollection<(string Metric, string Needs)> small) =>
        [
            .. truth is null ? [] : _preset.Measure(measured, truth, scale ?? 1, _lpips, small, cancellation),
            .. low is null ? Array.Empty<MetricValue>() : [LrPsnr.Measure(measured, low, cancellation)],
            .. _scores.Select(score => score.Measure(measured)),
        ];
        try
        {
            return OnePicture.Measured(path, () => new ImageQuality(
                path, reference, picture.Width, picture.Height, scale, _preset.Name, Measured(Values(picture, tooSmall)))
            {
                Input = input,
                LostInput = lost,
                TooSmall = tooSmall,
                ReferenceWidth = whole?.Width ?? picture.Width,
                ReferenceHeight = whole?.Height ?? picture.Height,
                Baseline = _options.WithBaseline && lost is null
                    ? BicubicBaseline.Measure(input, picture.Width, picture.Height, bicubic => Values(bicubic, [])) : null,
            });
        }
        catch (PssrException e) when (e.Kind == PssrErrorKind.Option)
        {
            throw new PssrException(PssrErrorKind.Image, $"'{path}' can't be measured: {e.Message}", path, e);
        }

        // What was asked for by name is no less than asked for; and without any value there is nothing to tell.
        IReadOnlyList<MetricValue> Measured(IReadOnlyList<MetricValue> values) =>
            tooSmall.FirstOrDefault(small => values.Count == 0 || (small.Metric == "LPIPS" && _options.WithLpips == true))
                is { Metric: { } metric } left
                ? throw new PssrException(PssrErrorKind.Option, $"{metric} doesn't fit: {left.Needs}.") : values;
    }

    /// <summary>What is left out of a measurement though it was asked for; a sentence each.</summary>
    public IEnumerable<string> LeftOut(ImageQuality quality)
    {
        foreach (var (metric, needs) in quality.TooSmall)
            yield return $"{metric} isn't measured for '{quality.Path}': {needs}.";
        if (_options.WithBaseline && quality.Baseline is null)
            yield return $"Bicubic isn't measured for '{quality.Path}': {NoInput(quality)}.";
        if (_options.WithLrPsnr && quality.LrPsnr is null)
            yield return $"LR-PSNR isn't measured for '{quality.Path}': {NoInput(quality)}.";
    }

    public void Dispose()
    {
        _lpips?.Dispose();
        foreach (var score in _scores)
            score.Dispose();
    }

    private static string NoInput(ImageQuality quality) =>
        quality.LostInput ?? $"what it was made from, '{quality.Input}', can't be measured with it";

    private void Load(CancellationToken cancellation)
    {
        if ((!_withLpips || _lpips is not null) && _scores.Count == _quality.Count)
            return;
        TorchThreads.Ensure();
        var device = ComputeDevice.Choose(_options.Device, "fp32").Device;
        if (_withLpips)
            _lpips ??= InstalledLpips.Load(_preset.LpipsNetwork, device);
        foreach (var model in _quality.Skip(_scores.Count))
            _scores.Add(NoReferenceMetric.Load(model, device, cancellation));
    }
}

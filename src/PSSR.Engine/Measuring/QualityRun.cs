using PSSR.Host;
using PSSR.Metrics;
using PSSR.Networks;
using PSSR.Pictures;
using PSSR.Sets;
using PSSR.Sets.Records;

namespace PSSR.Measuring;

/// <summary>Measures many pictures against their references with one preset. Use it from one thread: tensor scopes belong to
/// threads.</summary>
public sealed class QualityRun : IDisposable
{
    private readonly QualityOptions _options;
    private readonly MetricPreset _preset;
    private readonly ReferenceSet _references;
    private readonly bool _withLpips;
    private Lpips? _lpips;

    /// <exception cref="PssrException">Kind Option: no such preset, network or reference folder. Kind Checkpoint: LPIPS was asked for and
    /// isn't imported.</exception>
    public QualityRun(QualityOptions options)
    {
        _options = options;
        _preset = MetricPreset.Find(options.Preset);
        if (options.LpipsNetwork is { } network)
            _preset = _preset with { LpipsNetwork = network };
        if (options.Scale is { } scale && !(scale is >= 1 and <= UpscaleOptions.MaxScale))
            throw new PssrException(PssrErrorKind.Option, $"The scale is {scale}; it must lie in 1 to {UpscaleOptions.MaxScale}.",
                $"{scale}");
        _references = new ReferenceSet(options.Reference, options.Recurse);
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
    /// <exception cref="PssrException">Kind Image or Option: this picture can't be measured; another may. Kind Checkpoint or Device: LPIPS
    /// can't be loaded.</exception>
    public ImageQuality Measure(string path, UpscaleResult? result = null, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        var record = result is null ? RunRecord.Beside(path) : null;
        var reference = _references.Find(path, result?.Input ?? record?.Input.Path);
        var scale = _options.Scale ?? (result is { Width: { } width, InputWidth: { } from } ? (double)width / from : record?.Scale);
        if (_preset.Border is null && scale is null)
        {
            throw new PssrException(PssrErrorKind.Image,
                $"'{path}' can't be measured by {_preset.Name}, which cuts a border of the scale: no record beside it says the scale. Give "
                    + "Scale.", path);
        }
        Load();
        var (picture, whole) = (ImageCodec.Read(path), ImageCodec.Read(reference));
        var truth = Truth.InSizeOf(picture, whole, scale) ?? throw new PssrException(PssrErrorKind.Image,
            $"'{path}' has {picture.Width}×{picture.Height} pixels and its reference '{reference}' {whole.Width}×{whole.Height}. Metrics "
                + "need equal sizes: upscale by as much as the picture was shrunk.", path);
        try
        {
            return new ImageQuality(path, reference, picture.Width, picture.Height, scale, _preset.Name,
                _preset.Measure(picture, truth, scale ?? 1, _lpips))
            {
                ReferenceWidth = whole.Width,
                ReferenceHeight = whole.Height,
                Baseline = _options.WithBaseline
                    ? BicubicBaseline.Measure(_preset, result?.Input ?? record?.Input.Path, truth, scale, _lpips) : null,
            };
        }
        catch (PssrException e) when (e.Kind == PssrErrorKind.Option)
        {
            throw new PssrException(PssrErrorKind.Image, $"'{path}' can't be measured: {e.Message}", path, e);
        }
    }

    public void Dispose() => _lpips?.Dispose();

    private void Load()
    {
        if (!_withLpips || _lpips is not null)
            return;
        TorchThreads.Ensure();
        _lpips = InstalledLpips.Load(_preset.LpipsNetwork, ComputeDevice.Choose(_options.Device, "fp32").Device);
    }
}

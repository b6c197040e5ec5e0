using System.Text.Json.Serialization;
using PSSR.Diffusion;
using PSSR.Host;
using PSSR.Metrics;
using PSSR.Models;
using PSSR.Pictures;
using PSSR.Sets;
using PSSR.Sets.Records;

namespace PSSR.Measuring;

/// <summary>What is inspected in the frequency domain.</summary>
public sealed record FrequencyOptions
{
    /// <summary>The folder of true pictures, paired by name (<see cref="ReferenceSet"/>); or one picture.</summary>
    public required string Reference { get; init; }

    /// <summary>Looks for references in subfolders too.</summary>
    public bool Recurse { get; init; }

    /// <summary>Sides of the box around frequency zero as a share of the spectrum's, between 0 and 1; null takes source size over target
    /// size.</summary>
    public double? BoxSize { get; init; }

    /// <summary>Noise to inject into the second row of pictures, [0,1) of the schedule; null takes the result's own, 0 leaves the row
    /// out.</summary>
    public double? NoiseLevel { get; init; }

    /// <summary>The model whose schedule the noise follows; null takes the result's own, or Diff-SR's default.</summary>
    public string? Model { get; init; }

    /// <summary>Key of the noise.</summary>
    public ulong Seed { get; init; }
}

/// <summary>How far one picture is from the truth at low and at high frequencies.</summary>
/// <param name="Path">Full path of the inspected result.</param>
/// <param name="Subject">Bicubic (the low-resolution picture enlarged) or Result.</param>
/// <param name="NoiseLevel">Of the noise that was injected into it and into the truth alike; 0 for none.</param>
/// <param name="BoxSize">Share of the spectrum's sides.</param>
public sealed record FrequencyMeasurement(string Path, string Reference, string Subject, double NoiseLevel, double BoxSize,
    FrequencyError Error)
{
    /// <summary>Of <see cref="Error"/>, for tables.</summary>
    [JsonIgnore]
    public double Low => Error.Low;

    /// <inheritdoc cref="Low"/>
    [JsonIgnore]
    public double High => Error.High;

    /// <inheritdoc cref="Low"/>
    [JsonIgnore]
    public double LowMap => Error.LowMap;

    /// <inheritdoc cref="Low"/>
    [JsonIgnore]
    public double HighMap => Error.HighMap;

    /// <summary>The inspected picture's path.</summary>
    public override string ToString() => Path;
}

/// <summary>One of the pictures of an inspection, with its map.</summary>
/// <param name="Image">8-bit RGB, as it looks.</param>
/// <param name="Map">Log magnitudes in dB, frequency zero in the middle.</param>
public sealed record FrequencyView(string Name, double NoiseLevel, RasterImage Image, double[] Map);

/// <summary>All of one result's inspection: a measurement a picture but the truth, and the views in rows of one noise level.</summary>
public sealed record FrequencyInspection(IReadOnlyList<FrequencyMeasurement> Measurements, IReadOnlyList<FrequencyView> Views)
{
    /// <summary>What isn't in it though it might be; a sentence each.</summary>
    public IReadOnlyList<string> LeftOut { get; init; } = [];
}

/// <summary>
/// The Diff-SR paper's look at the frequency domain (appendix F, figure 8): truth, low-resolution picture and result, each as it is and
/// after noise of a level was injected. Where noise hides what bicubic lacks, the maps of the noisy states agree; where it hides content
/// too, the low frequencies differ as well.
/// </summary>
public sealed class FrequencyRun
{
    private readonly FrequencyOptions _options;
    private readonly ReferenceSet _references;

    /// <exception cref="PssrException">Kind Option: a value out of range, or no reference folder.</exception>
    public FrequencyRun(FrequencyOptions options)
    {
        if (options.BoxSize is { } box && !(box is > 0 and < 1))
            throw new PssrException(PssrErrorKind.Option,
                FormattableString.Invariant($"The box size is {box}; it must lie between 0 and 1."), FormattableString.Invariant($"{box}"));
        if (options.NoiseLevel is { } level && !(level is >= 0 and <= UpscaleOptions.MaxNoiseLevel))
            throw new PssrException(PssrErrorKind.Option,
                FormattableString.Invariant($"The noise level is {level}; it must lie in 0 to {UpscaleOptions.MaxNoiseLevel}."),
                FormattableString.Invariant($"{level}"));
        _options = options;
        _references = new ReferenceSet(options.Reference, options.Recurse);
    }

    /// <summary>Inspects one result.</summary>
    /// <param name="path">The picture.</param>
    /// <param name="result">The result that it is, where it comes from a run; else its record is read.</param>
    /// <exception cref="PssrException">Kind Image: this picture can't be inspected; another may. Kind Option or Checkpoint: the options'
    /// model has no schedule, or isn't there.</exception>
    public FrequencyInspection Inspect(string path, UpscaleResult? result = null, CancellationToken cancellation = default) =>
        OnePicture.Measured(path, () => Inspected(path, result, cancellation));

    private FrequencyInspection Inspected(string path, UpscaleResult? result, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        TorchThreads.Ensure();
        var record = result is null ? RunRecord.ReadBeside(path) : RunRecord.Beside(path);
        var input = result?.Input ?? record?.Input.Path;
        var reference = _references.Find(path, input);
        var (picture, whole) = (ImageCodec.Read(path), ImageCodec.Read(reference));
        var truth = Truth.InSizeOf(picture, whole, result?.Scale ?? record?.Scale) ?? throw new PssrException(PssrErrorKind.Image,
            $"'{path}' has {picture.Width}×{picture.Height} pixels and its reference '{reference}' {whole.Width}×{whole.Height}. Spectra "
                + "need equal sizes: upscale by as much as the picture was shrunk.", path);

        var (lost, leftOut) = (MadeFrom.Lost(input, result?.InputSha256 ?? record?.Input.Sha256), new List<string>());
        if (lost is not null && input is not null)
            leftOut.Add($"Bicubic isn't inspected beside '{path}': {lost}.");
        var low = lost is null ? ImageCodec.Read(input!) : null;
        var box = _options.BoxSize ?? BoxFor(path, low, picture, lost);
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var subjects = new List<(string Name, Tensor Signed)> { ("Truth", Signed(truth)) };
        if (low is not null)
            subjects.Add(
                ("Bicubic", Resampling.Resize(Signed(low), picture.Height, picture.Width, ResamplingKernel.MatlabBicubic)
                    .clamp_(Kept.Of(-1), Kept.Of(1))));
        subjects.Add(("Result", Signed(picture)));

        var (measurements, views) = (new List<FrequencyMeasurement>(), new List<FrequencyView>());
        void AddRow(double level, Func<Tensor, Tensor> state)
        {
            PictureSpectrum? first = null;
            foreach (var (name, signed) in subjects)
            {
                cancellation.ThrowIfCancellationRequested();
                using var row = torch.NewDisposeScope();
                var shown = state(signed);
                var spectrum = PictureSpectrum.Of(shown);
                views.Add(new(name, level, ImageTensor.ToRaster(ImageTensor.FromSigned(shown), null, Rgb8),
                    spectrum.LogMagnitudeMap(cancellation)));
                if (first is not null)
                    measurements.Add(new(path, reference, name, level, box, first.ErrorOf(spectrum, box, cancellation)));
                first ??= spectrum;
            }
        }

        AddRow(0, x => x.alias());
        var noiseLevel = _options.NoiseLevel ?? (result?.Decisions.GetValueOrDefault("noiseLevel") as double?) ?? record?.NoiseLevel ?? 0;
        if (noiseLevel > 0 && ScheduleFor(path, result?.Model ?? record?.Model?.Name, leftOut) is { } schedule)
        {
            var step = Math.Clamp((int)Math.Round(noiseLevel * schedule.Steps), 1, schedule.Steps);
            // One draw for all: what differs between the noisy states is the pictures.
            var noise = new NoiseSource(_options.Seed, 0).Normal(step, subjects[0].Signed.shape);
            AddRow(noiseLevel, x => schedule.AddNoise(x, step - 1, noise));
        }
        return new FrequencyInspection(measurements, views) { LeftOut = leftOut };
    }

    /// <summary>What the noise follows; null: nothing that is known. The result's own model is named in its record, and may have been a
    /// folder's: the row without noise needs none.</summary>
    private NoiseSchedule? ScheduleFor(string path, string? own, List<string> leftOut)
    {
        try
        {
            var card = ModelStore.Find(_options.Model ?? own ?? UpscaleMethods.DefaultModel(UpscaleMethods.DiffSr)).Card;
            return card.Schedule is { } stored ? KnownSchedules.Create(stored.Name, stored.Steps)
                : throw new PssrException(PssrErrorKind.Option,
                    $"Model '{card.Name}' has no noise schedule: name a prior by Model, or a NoiseLevel of 0.", card.Name);
        }
        catch (PssrException e) when (_options.Model is null)
        {
            leftOut.Add($"No noise is injected beside '{path}': {e.Message}");
            return null;
        }
    }

    /// <summary>Gives an 8-bit RGB picture its depth and channels.</summary>
    private static readonly RasterImage Rgb8 = new(1, 1, 3, new byte[3]);

    private static Tensor Signed(RasterImage image) => ImageTensor.ToSigned(ImageTensor.OnWhite(image));

    private static double BoxFor(string path, RasterImage? low, RasterImage picture, string? lost) =>
        low is not null && low.Width < picture.Width ? (double)low.Width / picture.Width
        : throw new PssrException(PssrErrorKind.Image, $"'{path}' has no smaller source that says how large the box is"
            + $"{(lost is null ? "" : $": {lost}")}. Give BoxSize: 0.25 is what a picture enlarged four times carries.", path);
}

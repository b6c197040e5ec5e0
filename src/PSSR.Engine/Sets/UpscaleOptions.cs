using System.Text.Json.Serialization;
using PSSR.DiffSr;
using PSSR.Dpi;
using PSSR.Ecdp;
using PSSR.Faces;
using PSSR.Networks;
using PSSR.Options;
using PSSR.Pictures;
using PSSR.Sets.Planning;
using PSSR.Tiles;

namespace PSSR.Sets;

/// <summary>What to do with a set of pictures. Its properties are the cmdlet's parameters and the command line's options.</summary>
public sealed record UpscaleOptions
{
    /// <summary>Largest scale that is taken; far beyond what any of the methods recovers.</summary>
    public const double MaxScale = 64;

    /// <summary>The scale where nothing says another.</summary>
    public const double DefaultScale = 2;

    /// <summary>Largest target side in pixels.</summary>
    public const int MaxSide = 1_000_000;

    /// <summary>Largest noise level; at 1 nothing of the picture would be left.</summary>
    public const double MaxNoiseLevel = 0.999;

    /// <summary>Most visited diffusion steps.</summary>
    public const int MaxSteps = 10_000;

    /// <summary>Smallest and largest side of a network tile.</summary>
    public const int MinTile = 64, MaxTile = 8192;

    /// <summary>Least limit of memory, in bytes.</summary>
    public const long MinMaxMemory = 256L << 20;

    /// <summary>Most pictures that may be in hand at once.</summary>
    public const int MaxThrottle = 64;

    /// <summary>
    /// diff-sr, dpi (for faces, import the public FFHQ prior: pssr model import ffhq_10m.pt) or ecdp; bicubic or nearest, to compare with.
    /// Default: the one whose settings or whose model is given, else ecdp.
    /// </summary>
    /// <remarks>See <see cref="UpscaleMethods"/>.</remarks>
    public string Method { get; init; } = UpscaleMethods.Auto;

    /// <summary>Name of an installed model, or a folder with a model card. Default: the method's own.</summary>
    [UserPath(OrName = true)]
    public string? Model { get; init; }

    /// <summary>Target size over source size. Default: 2, unless a width or height is given.</summary>
    [Allowed(1, MaxScale)]
    public double? Scale { get; init; }

    /// <summary>Target width in pixels; alone, it keeps the aspect ratio.</summary>
    [Allowed(1, MaxSide)]
    public int? Width { get; init; }

    /// <summary>Target height in pixels; alone, it keeps the aspect ratio.</summary>
    [Allowed(1, MaxSide)]
    public int? Height { get; init; }

    /// <summary>Takes width and height for a box: the result is as large as fits, and keeps its aspect ratio. Without it they are the exact
    /// size.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] // records without it are what they were before there was one
    public bool? Fit { get; init; }

    /// <summary>Leaves out pictures whose longer side has this many pixels already.</summary>
    /// <remarks>By their headers, before anything else is looked at.</remarks>
    [Allowed(1, MaxSide)]
    public int? SkipLarger { get; init; }

    /// <summary>How much is imagined anew, of 1; 0 is plain bicubic. Default: the model's own for the scale.</summary>
    /// <remarks>Diff-SR's; see <see cref="DiffSr.DiffSrOptions.NoiseLevel"/>.</remarks>
    [Allowed(0, MaxNoiseLevel)]
    public double? NoiseLevel { get; init; }

    /// <summary>Diffusion steps. Default: the method's own.</summary>
    [Allowed(1, MaxSteps)]
    public int? Steps { get; init; }

    /// <summary>DiffSR: what a step predicts isn't clamped to a picture's range of values.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? NoClipping { get; init; }

    /// <summary>Diff-SR's, where it isn't DDIM. The faces ask for a sampler once, among DPI's settings: see
    /// <see cref="Checked"/>.</summary>
    [NotAsked]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DiffSrSampler? PriorSampler { get; init; }

    /// <summary>DPI's own settings; null with other methods. Its steps and tile size are those above and below.</summary>
    [NotAsked]
    public DpiOptions? Dpi { get; init; }

    /// <summary>ECDP's own settings; null with other methods. Its steps and tile size are those above and below.</summary>
    [NotAsked]
    public FlowOptions? Flow { get; init; }

    /// <summary>Faces that are found in the picture and drawn anew over what the method makes of it; null: none are looked for.</summary>
    [NotAsked]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public FaceOptions? Faces { get; init; }

    /// <summary>diff-sr, dpi: name or folder of a flow, whose mean is taken where bicubic is: as the picture that noise is added to, or
    /// the base condition.</summary>
    [UserPath(OrName = true)]
    public string? Initial { get; init; }

    /// <summary>Pictures to draw of each input; their mean and deviation are saved too. Default: 1.</summary>
    /// <remarks>The k-th is the picture of seed + k - 1. ECDP's stand among its settings once they were checked, as do those of
    /// <see cref="Consistency"/>: there earlier releases have them.</remarks>
    [Allowed(1, PictureSamples.Most)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Samples { get; init; }

    /// <summary>Rounds of back-projection, which bring the result's downscale nearer to the input. Default: of ECDP the model's, else
    /// 0.</summary>
    [Allowed(0, BackProjection.MostRounds)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Consistency { get; init; }

    /// <summary>Moments of the walk from noise to the result to save as pictures, comma-separated, from 1, its start, to 0, its end; with a
    /// sheet of all.</summary>
    /// <remarks>In the schedule's time, not in evaluations; see <see cref="WalkTrace"/>. Of the first sample.</remarks>
    [Allowed(0, 1)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<double>? Trace { get; init; }

    /// <summary>Key of the noise: the same seed gives the same picture.</summary>
    public ulong Seed { get; init; }

    /// <summary>Largest side of a network tile in pixels; 0 for none. DPI's is at least two multiples of k and of what its networks can
    /// halve, whatever is given. Default: chosen.</summary>
    [Allowed(MinTile, MaxTile, OrZero = true)]
    public int? TileSize { get; init; }

    /// <summary>auto, which is bf16 where processor or GPU have units for it (see pssr env), fp16 on older GPUs and fp32 elsewhere; or
    /// fp32, which gives the same picture on every machine; bf16; fp16, on GPUs alone.</summary>
    [Allowed("auto", "fp32", "bf16", "fp16")]
    public string Precision { get; init; } = ComputeDevice.Auto;

    /// <summary>auto, cpu, cuda, cuda:N; or several GPUs, cuda:0,cuda:1 say, that share a set: each has a picture at a time. On cpu it
    /// takes the cores that the process may use, or as many threads as the variable OMP_NUM_THREADS says.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>Where results go, under the same names. Default: beside the input, with a suffix such as _x2.</summary>
    [UserPath]
    public string? OutputDirectory { get; init; }

    /// <summary>What results are called: text with {name}, {scale}, {width}, {height}, {method}, {model} and {seed}, such as
    /// {name}_{scale}x; the extension follows. Default: the input's name, beside it with a suffix such as _x2.</summary>
    /// <remarks>See <see cref="Planning.NameTemplate"/>.</remarks>
    public string? NameTemplate { get; init; }

    /// <summary>What follows the input's name in the result's, wherever that goes: _big is short for the name template
    /// {name}_big.</summary>
    public string? Suffix { get; init; }

    /// <summary>png, jpeg, webp, tiff or bmp. Default: the input's where it can be written, else png.</summary>
    public ImageFormat? Format { get; init; }

    /// <summary>For jpeg and webp; other results go on without, and it is an error where all are such. Default: 95.</summary>
    [Allowed(1, 100)]
    public int? Quality { get; init; }

    /// <summary>What results keep of what pictures say of themselves: all; copyright, artist and rights with colours and resolution;
    /// none, which is colours alone. Default: all.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] // null is all
    public MetadataPolicy? Metadata { get; init; }

    /// <summary>Overwrite existing results. Inputs are never overwritten.</summary>
    public bool Force { get; init; }

    /// <summary>Memory not to go beyond, such as 2GB or 800MB. Default: half of what is available.</summary>
    /// <remarks>Kept to as far as PSSR can see to it: by tiles, by reading less ahead, and by refusing pictures that are too
    /// large.</remarks>
    [ByteCount]
    [Allowed(MinMaxMemory, long.MaxValue)]
    public long? MaxMemory { get; init; }

    /// <summary>Pictures in hand at once: some are computed, others read and written meanwhile. 1: nothing overlaps.</summary>
    /// <remarks>No value changes a result. On a processor small ones are computed at once, one on each core.</remarks>
    [Allowed(1, MaxThrottle)]
    public int ThrottleLimit { get; init; } = 3;

    /// <summary>Which pictures of the set are taken, and the run's log.</summary>
    [NotAsked]
    public SetOptions Set { get; init; } = new();

    /// <summary>Most pixels a picture may have, before and after: a guard against decompression bombs.</summary>
    [NotAsked]
    public long PixelLimit { get; init; } = 300_000_000;

    /// <summary>The same options with the method's name and the default scale filled in, once every value was found in range.</summary>
    /// <exception cref="PssrException">Kind Option: names the value and what is allowed.</exception>
    public UpscaleOptions Checked()
    {
        if (Scale is not null && (Width ?? Height) is not null)
            throw Bad("Scale", "give either a scale or a width and height, not both");
        if (Fit == true && (Width is null || Height is null))
            throw Bad("Fit", "give a width and a height: they are the box that results are to fit into");
        OptionCheck.Allowed(this);
        LossyQuality.Check(Quality, Format);
        ResultFolder.Check(nameof(OutputDirectory), OutputDirectory, hasTemplate: true);
        OptionCheck.DeviceNames(nameof(Device), Device);
        var template = CheckedTemplate();
        Set.Check();
        var method = UpscaleMethods.Chosen(this);
        RequireFits(method);
        return Normalised(method) with { NameTemplate = template, Suffix = null };
    }

    /// <exception cref="PssrException">Kind Option: a setting is another method's, or doesn't go with one that is given.</exception>
    private void RequireFits(string method)
    {
        if (NoiseLevel is not null && method != UpscaleMethods.DiffSr)
            throw Foreign("NoiseLevel", method, UpscaleMethods.DiffSr);
        if (NoClipping is true && method != UpscaleMethods.DiffSr)
            throw Foreign("NoClipping", method, UpscaleMethods.DiffSr);
        // The sampler is DiffSR's too, and there it stands alone.
        var standard = new DpiOptions { Sampler = method == UpscaleMethods.DiffSr ? Dpi?.Sampler ?? default : default };
        if (Dpi is not null && method != UpscaleMethods.Dpi && (method != UpscaleMethods.DiffSr || Dpi != standard))
            throw Foreign(Given(Dpi, standard) ?? "Dpi", method, UpscaleMethods.Dpi);
        Dpi?.Check();
        if (Flow is not null && method != UpscaleMethods.Ecdp)
            throw Foreign(Given(Flow, new FlowOptions()) ?? "Flow", method, UpscaleMethods.Ecdp);
        if (method == UpscaleMethods.Ecdp)
            ((Flow ?? new FlowOptions()) with { Steps = Steps }).Check();
        Faces?.Check();
        if (Faces is not null && Drawn > 1)
            throw Bad("Samples", "faces are restored in one picture, not in several samples; leave Faces or Samples out");
        if (Initial is not null && method is not (UpscaleMethods.DiffSr or UpscaleMethods.Dpi))
            throw Foreign("Initial", method, UpscaleMethods.DiffSr, UpscaleMethods.Dpi);
        if (UpscaleMethods.IsBaseline(method))
        {
            foreach (var (name, isGiven) in new[]
            {
                (nameof(Model), Model is not null), (nameof(Steps), Steps is not null), (nameof(Samples), Samples > 1),
                (nameof(Trace), Trace is { Count: > 0 }), (nameof(TileSize), TileSize is not null),
            })
            {
                if (isGiven)
                    throw Bad(name, $"{method} has no model and draws nothing; leave it out");
            }
        }
        if (Trace?.Count > WalkTrace.Most)
            throw Bad("Trace", $"{Trace.Count} moments are more than {WalkTrace.Most}");
        if (Faces is not null && Trace is { Count: > 0 })
            throw Bad("Trace", "it is of one walk, and each face has its own; leave Faces or Trace out");
    }

    /// <summary>In the one spelling that is recorded: what isn't asked for is the same as what isn't given.</summary>
    /// <param name="method">The options fit it.</param>
    private UpscaleOptions Normalised(string method)
    {
        var (samples, consistency) = (Samples ?? Flow?.Samples, Consistency ?? Flow?.Consistency);
        var (isFlows, isDiffSrs) = (method == UpscaleMethods.Ecdp, method == UpscaleMethods.DiffSr);
        return this with
        {
            Method = method,
            Flow = isFlows && (samples ?? consistency) is not null
                ? (Flow ?? new()) with { Samples = samples ?? 1, Consistency = consistency } : Flow,
            Trace = Trace is { Count: > 0 } ? [.. Trace.Select(moment => Math.Round(moment, 4)).Distinct()] : null,
            Samples = isFlows || Samples == 1 ? null : Samples,
            Consistency = isFlows || Consistency == 0 ? null : Consistency,
            Dpi = isDiffSrs ? null : Dpi,
            PriorSampler = isDiffSrs && Dpi?.Sampler == DpiForm.Ddpm ? DiffSrSampler.Ddpm : PriorSampler,
            NoClipping = NoClipping is true ? true : null,
            Scale = Scale ?? ((Width ?? Height) is null ? DefaultScale : null),
            Fit = Fit == true ? true : null,
            Metadata = Metadata == MetadataPolicy.All ? null : Metadata,
        };
    }

    /// <summary>The first setting that isn't as it is by default; null: none is.</summary>
    private static string? Given<T>(T settings, T standard) =>
        typeof(T).GetProperties().FirstOrDefault(setting => !Equals(setting.GetValue(settings), setting.GetValue(standard)))?.Name;

    /// <summary>Pictures that are drawn of each input.</summary>
    internal int Drawn => Samples ?? Flow?.Samples ?? 1;

    /// <summary>Pictures of the result's size that are written for each input.</summary>
    internal int Written => 1 + Others.Count(name => name != TraceSheet);

    /// <summary>Names of what is written beside the result; the method must be decided.</summary>
    internal IEnumerable<string> Others => PictureSamples.Names(Drawn).Concat(Trace is null ? []
        : [.. Trace.SelectMany(moment => UpscaleMethods.Traced(Method).Select(kind => WalkTrace.Name(moment, kind))), TraceSheet]);

    /// <summary>Name of the sheet of a trace's pictures.</summary>
    internal const string TraceSheet = "trace";

    /// <summary>The template that is meant; null: none, names are as they always were.</summary>
    private string? CheckedTemplate()
    {
        if (Suffix is null)
        {
            _ = NameTemplate is null ? null : new NameTemplate(NameTemplate);
            return NameTemplate;
        }
        if (NameTemplate is not null)
            throw Bad(nameof(Suffix), "give either a suffix or a name template, which says the suffix too");
        var template = "{name}" + Suffix;
        _ = new NameTemplate(template, option: nameof(Suffix));
        return template;
    }

    private static PssrException Foreign(string name, string method, params string[] owners) => Bad(name,
        $"it is {string.Join(" and ", owners.Select(owner => $"{owner}'s"))}, and the method is {method}; leave it out, or give Method "
            + string.Join(" or ", owners));

    private static PssrException Bad(string name, string message) => OptionCheck.Bad(name, $"{name}: {message}");
}

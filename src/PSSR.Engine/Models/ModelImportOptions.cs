using System.Text.Json.Nodes;

namespace PSSR.Models;

/// <summary>How a model is imported; the defaults find everything out.</summary>
public sealed record ModelImportOptions
{
    /// <summary>Recognise the architecture by the weights' names and shapes.</summary>
    public const string Auto = "auto";

    /// <summary>A TorchScript module: never recognised, only taken when named, because it is a program.</summary>
    public const string TorchScript = "torchscript";

    /// <summary>A TorchScript module that finds faces: named as well, for the same reason.</summary>
    public const string FaceDetector = "face-detector";

    /// <summary>A TorchScript module that scores a picture by itself: named as well.</summary>
    public const string QualityMetric = "quality-metric";

    private const int UsualSteps = 1000;

    /// <summary>The name it will have, also of its folder; null takes the file's.</summary>
    public string? Name { get; init; }

    /// <summary><see cref="Auto"/>, <see cref="TorchScript"/>, <see cref="FaceDetector"/>, <see cref="QualityMetric"/> or an architecture
    /// of <see cref="Families.NetworkFamilies"/>.</summary>
    public string Architecture { get; init => field = value.ToLowerInvariant(); } = Auto;

    /// <summary>Options of the architecture that win over what is found out, under their authors' names.</summary>
    public JsonObject Options { get; init; } = [];

    /// <summary>Noise schedule, where the checkpoint's is another than the known or usual one.</summary>
    public ScheduleCard? Schedule { get; init => field = value is null ? null : value with { Name = value.Name.ToLowerInvariant() }; }

    /// <summary>Steps of the known or usual schedule, where they are others; <see cref="Schedule"/> has its own.</summary>
    public int? DiffusionSteps { get; init; }

    /// <summary>Value range of the pictures, where it is another than the architecture's.</summary>
    public double[]? ValueRange { get; init; }

    /// <summary>For the card; null takes the known model's.</summary>
    public string? License { get; init; }

    /// <summary>Path of the dict with the weights (<c>ema/shadow</c>), or of a part of it (<c>state_dict/generator</c>); null looks through
    /// <see cref="Files.KeyMaps.GroupsOf"/>.</summary>
    public string? Under { get; init; }

    /// <summary>fp32, fp16 or bf16: what weights of two and more dimensions are stored in. Biases, norms and tables stay float32: they are
    /// few.</summary>
    public string Precision { get; init => field = value.ToLowerInvariant(); } = "fp32";

    /// <summary>Replace the user's model of this name.</summary>
    public bool Force { get; init; }

    /// <summary>A schedule as a user gives it, by its name, its steps or both.</summary>
    public ModelImportOptions WithSchedule(string? name, int? steps) => this with
    {
        Schedule = name is null ? null : new ScheduleCard(name, steps ?? UsualSteps), DiffusionSteps = steps,
    };

    internal ScalarType StoredType => Precision switch
    {
        "fp32" => ScalarType.Float32,
        "fp16" => ScalarType.Float16,
        "bf16" => ScalarType.BFloat16,
        _ => throw new PssrException(PssrErrorKind.Option, $"Unknown precision '{Precision}': take fp32, fp16 or bf16.", Precision),
    };
}

/// <summary>What an import did.</summary>
/// <param name="Known">Name of the public model that it is, as far as shapes tell; null when none has this layout.</param>
/// <param name="Assumptions">What was taken for granted because weights don't tell it; a sentence each.</param>
/// <param name="LeftOut">Names in the chosen dict that the network has no use for (a classifier's head).</param>
public sealed record ModelImportResult(InstalledModel Model, string? Known, IReadOnlyList<string> Assumptions,
    IReadOnlyList<string> LeftOut)
{
    public string Name => Model.Name;

    public string Kind => Model.Kind;

    public string Architecture => Model.Architecture;

    public double? Scale => Model.Scale;

    public long Parameters => Model.Parameters;

    public string License => Model.License;

    public string Folder => Model.Folder;

    public IReadOnlyList<string> Assumptions { get; init; } = new ShownList<string>(Assumptions);

    public IReadOnlyList<string> LeftOut { get; init; } = new ShownList<string>(LeftOut);

    /// <summary>The model's folder.</summary>
    public override string ToString() => Model.ToString();
}

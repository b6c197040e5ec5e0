using System.Text.Json.Serialization;
using PSSR.Pictures;
using PSSR.Pictures.Degrading;
using PSSR.Sets.Records;

namespace PSSR.Sets.Converting;

/// <summary>One degraded picture, and all that it was made with.</summary>
/// <param name="Input">Full path of the picture that was read.</param>
/// <param name="InputWidth">Of the picture that was shrunk: of the true one, where it was prepared.</param>
/// <param name="InputHeight">Likewise.</param>
/// <param name="Output">Full path of the result.</param>
/// <param name="Record">Full path of the record beside it; see <see cref="DegradationRecord"/>.</param>
/// <param name="AsRecorded">Made again from a record: whether every sample is what it was. Null otherwise.</param>
public sealed record DegradedImage(
    string Input, string Output, string Record, int InputWidth, int InputHeight, int Width, int Height, DegradationParameters Parameters,
    bool? AsRecorded)
{
    /// <summary>Full path of the true picture; null where none was asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Truth { get; init; }

    /// <summary>Which frame of an animated picture it was made of, from 1; null: of the picture.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Frame { get; init; }

    /// <summary>What of the picture's file isn't in the result, or was damaged; a clause each.</summary>
    public IReadOnlyList<string> Warnings { get; init => field = new ShownList<string>(value); } = new ShownList<string>([]);

    /// <summary>Done, or skipped because it was done before: the same picture and parameters.</summary>
    public UpscaleStatus Status { get; init; }

    /// <summary>Why it was skipped; null when done.</summary>
    public string? Reason { get; init; }

    /// <summary>r.</summary>
    public double Scale => Parameters.Scale;

    /// <summary>s.</summary>
    public int BlurSize => Parameters.BlurSize;

    /// <summary>σ, pixels; means nothing with a <see cref="BlurSize"/> of 1.</summary>
    public double BlurSigma => Parameters.BlurSigma;

    /// <summary>δ, of 255.</summary>
    public double Noise => Parameters.Noise;

    /// <summary>q; null: no JPEG.</summary>
    public int? JpegQuality => Parameters.JpegQuality;

    public ResamplingKernel Shrink => Parameters.Shrink;

    public bool Enlarge => Parameters.Enlarge;

    /// <summary>Key of the noise.</summary>
    public ulong Seed => Parameters.Seed;

    /// <summary>The result's path.</summary>
    public override string ToString() => Output;
}

using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using PSSR.Host.Json;
using PSSR.Options;

namespace PSSR.Models.Families;

/// <summary>What the columns of a face detector's rows are, as detectors are commonly decoded. P stands for the five points, x and y of
/// each: eye, eye, nose, corner and corner of the mouth, the one that lies left in the picture first.</summary>
public enum DetectorRows : long
{
    /// <summary>x1 y1 x2 y2 score P: RetinaFace, SCRFD.</summary>
    Retinaface,

    /// <summary>x y width height P score, x and y of the top left corner: YuNet, as OpenCV gives it.</summary>
    Yunet,

    /// <summary>x y width height score P, x and y of the middle: the face models of the YOLO family.</summary>
    YoloFace,
}

/// <summary>
/// What a face detector is shown and what it answers; a model card's options. It is shown one square picture [1,3,S,S] and answers
/// [N,15] or [1,N,15], a row for each candidate, in pixels of that square, scores in [0,1].
/// </summary>
public sealed record DetectorContract
{
    /// <summary>Numbers in a row.</summary>
    public const int Columns = 15;

    private const int LeastSide = 32, LargestSide = 4096;

    /// <summary>S: the picture is fitted into a square of this side, at its top left, the rest black.</summary>
    [JsonPropertyName("input_size")]
    public int Size { get; init; } = 640;

    /// <inheritdoc cref="FeatureInput.Mean"/>
    [JsonPropertyName("mean")]
    public float[] Mean { get; init; } = [0, 0, 0];

    /// <inheritdoc cref="FeatureInput.Std"/>
    [JsonPropertyName("std")]
    public float[] Std { get; init; } = [1, 1, 1];

    /// <summary>rgb or bgr: the order of the three channels, also of <see cref="Mean"/> and <see cref="Std"/>.</summary>
    [JsonPropertyName("channels")]
    public string Channels { get; init; } = "rgb";

    /// <summary>retinaface, yunet or yolo-face.</summary>
    [JsonPropertyName("rows")]
    public string RowsWord { get; init; } = "retinaface";

    /// <summary>Rows with a lower score are no faces; in (0,1).</summary>
    [JsonPropertyName("score")]
    public double Score { get; init; } = 0.5;

    /// <summary>Of two boxes whose intersection over union is above this the one with the lower score is left out; in (0,1].</summary>
    [JsonPropertyName("overlap")]
    public double Overlap { get; init; } = 0.4;

    [JsonIgnore]
    public DetectorRows Rows => (DetectorRows)OptionWord.Find(typeof(DetectorRows), RowsWord)!;

    [JsonIgnore]
    internal FeatureInput Input => new() { Size = Size, Mean = Mean, Std = Std };

    /// <exception cref="PssrException">Kind Checkpoint: an unknown name, or a value that no detector has.</exception>
    public static DetectorContract FromJson(JsonObject json)
    {
        try
        {
            var contract = JsonRecord.Read<DetectorContract>(json, Strict);
            Require(contract.Size is >= LeastSide and <= LargestSide, $"input_size must be {LeastSide} to {LargestSide}");
            Require(contract.Mean is { Length: 3 } && contract.Std is { Length: 3 } && contract.Mean.All(float.IsFinite)
                && contract.Std.All(s => s > 0 && float.IsFinite(s)), "mean and std must be three numbers, std above 0");
            Require(contract.Channels is "rgb" or "bgr", "channels must be rgb or bgr");
            Require(OptionWord.Find(typeof(DetectorRows), contract.RowsWord) is not null, "rows must be retinaface, yunet or yolo-face");
            Require(contract.Score is > 0 and < 1, "score must lie between 0 and 1");
            Require(contract.Overlap is > 0 and <= 1, "overlap must be above 0 and at most 1");
            return contract;
        }
        catch (JsonException error)
        {
            throw new PssrException(PssrErrorKind.Checkpoint, $"Face detector's options: {error.Message.TrimEnd('.')}.", error.Path, error);
        }
    }

    public JsonObject ToJson() => (JsonObject)JsonSerializer.SerializeToNode(this)!;

    /// <summary>The square picture as the program wants it.</summary>
    /// <param name="square">float32 [1,3,S,S] in [0,1].</param>
    /// <param name="range">The card's value range.</param>
    internal Tensor Shown(Tensor square, double[] range)
    {
        using var scope = torch.NewDisposeScope();
        var ordered = Channels == "bgr" ? square.flip(1) : square;
        return Input.Normalise(ordered, range).MoveToOuterDisposeScope();
    }

    /// <summary>The program's answer as rows: [N,15], float32 on the CPU.</summary>
    /// <param name="name">Of the model, for the error.</param>
    /// <exception cref="PssrException">Kind Checkpoint: another shape.</exception>
    internal static Tensor RowsOf(Tensor answer, string name)
    {
        using var scope = torch.NewDisposeScope();
        return answer.shape is [>= 0, Columns] or [1, >= 0, Columns]
            ? answer.detach().cpu().to(torch.float32).reshape(-1, Columns).contiguous().MoveToOuterDisposeScope()
            : throw new PssrException(PssrErrorKind.Checkpoint,
                $"The face detector '{name}' answers with [{string.Join(", ", answer.shape)}], and not with rows of {Columns} numbers, "
                + $"[N, {Columns}] or [1, N, {Columns}] (box, score, five points). Export it with its decoding, as docs/faces.md has it.",
                name);
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
            throw new JsonException(otherwise);
    }

    private static readonly JsonSerializerOptions Strict =
        new() { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, RespectNullableAnnotations = true };
}

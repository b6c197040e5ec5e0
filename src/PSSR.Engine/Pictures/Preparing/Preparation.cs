using System.Text.Json.Serialization;

namespace PSSR.Pictures.Preparing;

/// <summary>How a picture is brought to the size at which a paper uses it.</summary>
public enum PreparationKind : long
{
    /// <summary>As guided-diffusion's center_crop_arr: halved by boxes while the shorter side is at least twice the size, Pillow's bicubic
    /// to the size of the shorter side, the middle square of that.</summary>
    CentreCrop,

    /// <summary>The middle square, then MATLAB's bicubic: ECDP's ImageNet.</summary>
    Square,

    /// <summary>The middle 178×178 of CelebA's aligned pictures, then MATLAB's bicubic to 160×160: ECDP's CelebA.</summary>
    CelebA,

    /// <summary>The whole picture to a square of the size by Pillow's bicubic, whatever its proportions: DPI's released script.</summary>
    Whole,
}

/// <summary>What is done with a picture before it is degraded, so that a true picture comes about. Without any of it the picture is the
/// true one.</summary>
public sealed record Preparation
{
    /// <summary>Its square is the most pixels of a picture that is read, as those that come of it are to be.</summary>
    internal const int LargestSize = 17320;

    /// <summary>Null: the size stays.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PreparationKind? Kind { get; init; }

    /// <summary>Side of the square in pixels.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Size { get; init; }

    /// <summary>Side of the middle square that is cut out first, in pixels; null: as large as there is one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? CropSize { get; init; }

    /// <summary>Cut at the right and the bottom so that the scale divides both sides, or comes as near as whole pixels do.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool CropToScale { get; init; }

    /// <exception cref="PssrException">Kind Option, naming the first value that can't be.</exception>
    public void Validate()
    {
        Require(Kind is null || Enum.IsDefined(Kind.Value), $"its kind is {Kind}, which is none");
        Require(Kind is null == Size is null && Size is null or (>= 1 and <= LargestSize), $"its size is {Size}");
        Require(CropSize is null || Kind is PreparationKind.Square or PreparationKind.CelebA,
            "only Square and CelebA cut out a square first");
        Require(CropSize is null or (>= 1 and <= 65535), $"its crop is {CropSize}");
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
            throw new PssrException(PssrErrorKind.Option, $"Preparation: {otherwise}.");
    }
}

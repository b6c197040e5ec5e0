using PSSR.Options;
using PSSR.Pictures;
using PSSR.Sets.Planning;

namespace PSSR.Sets.Converting;

/// <summary>How results are written in another form.</summary>
public sealed record ExportOptions
{
    /// <summary>Where copies go, under the results' names. Default: beside each result.</summary>
    [UserPath]
    public string? OutputDirectory { get; init; }

    /// <summary>Folder above all pictures, from which their tree is mirrored below the output directory. Default: each folder that is
    /// given.</summary>
    /// <remarks>Of files that come by pipeline the folder above all of them.</remarks>
    [UserPath]
    public string? InputRoot { get; init; }

    /// <summary>png, jpeg, webp, tiff or bmp. Default: the result's own.</summary>
    public ImageFormat? Format { get; init; }

    /// <summary>For JPEG and WebP; other copies go on without, and it is an error where all are such. WebP at 100 is lossless. Default:
    /// 95.</summary>
    [Allowed(1, 100)]
    public int? Quality { get; init; }

    /// <summary>8, or 16 for PNG and TIFF. Default: the result's own, where the format holds it.</summary>
    public int? BitDepth { get; init; }

    /// <summary>What copies keep of what results say of themselves: all; copyright, artist and rights with colours and resolution; none,
    /// which is colours alone, without the record.</summary>
    public MetadataPolicy Metadata { get; init; }

    /// <summary>Leave the record out.</summary>
    public bool WithoutRecord { get; init; }

    /// <summary>Overwrite existing files. Inputs and results are never overwritten.</summary>
    /// <remarks>Nor pictures that results were made of.</remarks>
    public bool Force { get; init; }

    /// <exception cref="PssrException">Kind Option: names the value and what is allowed.</exception>
    public void Check()
    {
        OptionCheck.Allowed(this);
        LossyQuality.Check(Quality, Format);
        if (BitDepth is not (null or 8 or 16))
            throw OptionCheck.Bad(nameof(BitDepth), $"BitDepth: {BitDepth} is neither 8 nor 16");
        if (BitDepth == 16 && Format is ImageFormat.Jpeg or ImageFormat.Webp or ImageFormat.Bmp)
            throw OptionCheck.Bad(nameof(BitDepth), $"BitDepth: {Format} holds 8 bits; PNG and TIFF hold 16");
        ResultFolder.Check(nameof(OutputDirectory), OutputDirectory);
        OptionCheck.FolderName(nameof(InputRoot), InputRoot);
    }
}

/// <summary>A result that was written in another form.</summary>
/// <param name="Source">Full path of the result.</param>
/// <param name="Output">Full path of what was written.</param>
/// <param name="Length">Its size in bytes.</param>
/// <param name="HasRecord">Whether it holds the record of how the result was made: there was one, and the format has a place for
/// it.</param>
public sealed record ExportedImage(string Source, string Output, ImageFormat Format, int Width, int Height, int BitDepth, long Length,
    bool HasRecord)
{
    /// <summary>What of the result's file isn't in the copy, or was damaged; a clause each.</summary>
    public IReadOnlyList<string> Warnings { get; init => field = new ShownList<string>(value); } = new ShownList<string>([]);

    /// <summary>Done, or skipped because the file that is there is this copy, byte for byte.</summary>
    public UpscaleStatus Status { get; init; }

    /// <summary>Why it was skipped; null when done.</summary>
    public string? Reason { get; init; }

    /// <summary>The path of what was written.</summary>
    public override string ToString() => Output;
}

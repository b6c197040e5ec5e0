namespace PSSR.Pictures;

/// <summary>What a written picture keeps of what the picture that was read says of itself.</summary>
/// <remarks>A long, as all enumerations in what cmdlets put out: ConvertTo-Json writes those as words.</remarks>
public enum MetadataPolicy : long
{
    /// <summary>ICC profile, EXIF and XMP, made to agree with the result.</summary>
    All,

    /// <summary>Who made it and whose it is, of EXIF and XMP; colours and resolution.</summary>
    Copyright,

    /// <summary>Colours alone, and of the resolution how wide a pixel is for its height, where it isn't square.</summary>
    None,
}

/// <summary>Applies a policy to what was read. Orientation is in the samples already, whatever the policy.</summary>
internal static class MetadataSelection
{
    /// <param name="policy">Null: <see cref="MetadataPolicy.All"/>.</param>
    public static ImageMetadata Under(this ImageMetadata metadata, MetadataPolicy? policy) => policy switch
    {
        MetadataPolicy.Copyright => metadata with
        {
            Exif = ExifBlock.OfRights(metadata.Exif, metadata.Resolution), Xmp = XmpBlock.OfRights(metadata.Xmp),
        },
        MetadataPolicy.None => metadata with
        {
            Exif = null, Xmp = null,
            Resolution = metadata.Resolution is { } pixels && pixels.X != pixels.Y ? pixels with { IsRatio = true } : null,
        },
        _ => metadata,
    };
}

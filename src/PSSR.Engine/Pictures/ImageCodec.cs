using System.Security.Cryptography;
using PSSR.Host;
using PSSR.Pictures.Containers;
using PSSR.Pictures.Stored;

namespace PSSR.Pictures;

/// <summary>
/// Picture files in and out. Reads PNG, JPEG, WebP, TIFF, GIF and BMP by their content, of several pages or frames the first;
/// writes all but GIF.
/// Names are plain names: no wildcard, no option syntax.
/// </summary>
public static class ImageCodec
{
    private static readonly Dictionary<string, ImageFormat> Extensions = new(StringComparer.OrdinalIgnoreCase)
    {
        [".png"] = ImageFormat.Png,
        [".jpg"] = ImageFormat.Jpeg,
        [".jpeg"] = ImageFormat.Jpeg,
        [".jpe"] = ImageFormat.Jpeg,
        [".jfif"] = ImageFormat.Jpeg,
        [".webp"] = ImageFormat.Webp,
        [".tif"] = ImageFormat.Tiff,
        [".tiff"] = ImageFormat.Tiff,
        [".bmp"] = ImageFormat.Bmp,
        [".dib"] = ImageFormat.Bmp,
    };

    /// <summary>The format that a name's extension asks for; null for one that can't be written.</summary>
    public static ImageFormat? FormatFor(string path) =>
        Extensions.TryGetValue(Path.GetExtension(path), out ImageFormat format) ? format : null;

    /// <summary>Whether a name looks like a picture that can be read.</summary>
    public static bool IsKnownExtension(string path) =>
        FormatFor(path) is not null || Path.GetExtension(path).Equals(".gif", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a name looks like a picture of a kind that can't be read.</summary>
    internal static bool IsForeignExtension(string path) => Path.GetExtension(path).ToLowerInvariant() is ".heic" or ".heif" or ".hif"
        or ".avif" or ".jxl" or ".jp2" or ".exr" or ".psd" or ".dng" or ".cr2" or ".cr3" or ".nef" or ".arw" or ".raf" or ".rw2" or ".orf"
        or ".pef" or ".srw";

    /// <summary>
    /// Reads a picture, upright. CMYK and Lab become sRGB, palettes RGB; 16 bit stays, float becomes 16 bit (0..1, clipped).
    /// </summary>
    /// <param name="pixelLimit">Most pixels; checked before any is decoded.</param>
    /// <exception cref="PssrException">Kind Image: missing, not a picture, damaged, cut off, or over the limit.</exception>
    public static RasterImage Read(string path, long pixelLimit = 300_000_000) => Read(path, pixelLimit, _ => { });

    /// <param name="admit">Told the picture's shape before memory is taken for its samples; may wait, and what it throws goes
    /// through.</param>
    /// <inheritdoc cref="Read(string, long)"/>
    internal static RasterImage Read(string path, long pixelLimit, Action<RasterShape> admit) =>
        Opened(path, file => Read(file, pixelLimit, admit));

    /// <summary>A picture and the SHA-256 of the very file that it was read of: under that file's name another may lie by now.</summary>
    /// <inheritdoc cref="Read(string, long)"/>
    internal static (RasterImage Image, string Sha256) ReadWithHash(string path, long pixelLimit = 300_000_000) => Opened(path, file =>
    {
        var hash = HashOf(file); // first: of a file that is written to meanwhile this isn't the hash any more, and later runs see it
        return (Read(file, pixelLimit, _ => { }), hash);
    });

    /// <summary>
    /// The shape that a picture's header claims, upright; nothing is decoded. Null where it can't be told: <see cref="Read(string, long)"/>
    /// says why.
    /// </summary>
    internal static RasterShape? ShapeOf(string path)
    {
        try
        {
            RequireFile(path);
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            Span<byte> start = stackalloc byte[ImageSignature.Length];
            int length = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
            if (ImageSignature.Of(start[..length]) is not { } format || StoredHeader.Shape(file, format) is not { } shape)
                return null;
            bool lies = ExifBlock.OrientationOf(Container.Read(file, format).Exif) >= 5;
            return lies ? shape with { Width = shape.Height, Height = shape.Width } : shape;
        }
        catch (Exception e) when (IsFileTrouble(e))
        {
            return null;
        }
    }

    /// <summary>
    /// Size and SHA-256 of a picture's file; of what <see cref="Read(string, long)"/> would refuse for being no file, the same error.
    /// </summary>
    /// <exception cref="PssrException">Kind Image: missing, empty, or not readable.</exception>
    internal static (long Bytes, string Sha256) Fingerprint(string path) => Opened(path, file => (file.Length, HashOf(file)));

    /// <summary>SHA-256 of all of a file, which is at its beginning afterwards.</summary>
    internal static string HashOf(FileStream file)
    {
        file.Position = 0;
        var hash = Convert.ToHexStringLower(SHA256.HashData(file));
        file.Position = 0;
        return hash;
    }

    /// <summary>Writes a picture under a temporary name in the target folder, then renames: there is never half a file.</summary>
    /// <param name="image">Any bit depth and channels: what the format can't hold is adapted as <see cref="FormatLimits"/> says.</param>
    /// <param name="quality">1..100, for JPEG and WebP; WebP at 100 is lossless.</param>
    /// <param name="overwrite">Replace an existing file; else it is an error.</param>
    /// <exception cref="PssrException">Kind Image: the disk or the format refuses. Kind Option: quality out of range.</exception>
    public static void Write(string path, RasterImage image, ImageFormat format, int quality = 95, bool overwrite = false)
    {
        if (!overwrite && File.Exists(path))
            throw NotWritten(path, new IOException("it exists already"));
        using var staged = Stage(path, image, format, quality);
        try
        {
            staged.Commit(overwrite);
        }
        catch (Exception e) when (IsFileTrouble(e))
        {
            throw NotWritten(path, e);
        }
    }

    /// <summary>
    /// The first half of <see cref="Write"/>: the picture is on the disk under a temporary name, to be renamed when all that belongs to it
    /// is there too.
    /// </summary>
    /// <exception cref="PssrException">Kind Image: the disk or the format refuses. Kind Option: quality out of range.</exception>
    internal static StagedFile Stage(string path, RasterImage image, ImageFormat format, int quality)
    {
        if (quality is < 1 or > 100)
            throw new PssrException(PssrErrorKind.Option, $"Quality {quality} is outside 1..100.", quality.ToString());
        if (image.Width < 1 || image.Height < 1 || image.Channels is < 1 or > 4 || image.Samples is not (byte[] or ushort[])
            || image.Samples.LongLength != (long)image.Width * image.Height * image.Channels)
            throw new ArgumentException(
                $"{image.Samples.LongLength} samples are no {image.Width}x{image.Height} picture of {image.Channels} channels.",
                nameof(image));
        try
        {
            return AtomicFile.Stage(path, temporary => Encode(temporary, image, format, quality));
        }
        catch (Exception e) when (IsFileTrouble(e))
        {
            throw NotWritten(path, e);
        }
    }

    /// <summary>What a file that can't be read becomes.</summary>
    internal static PssrException NotRead(string path, Exception e) => Refused(path, "read",
        e is IOException io && UnixFile.IsCircle(io) ? new InvalidDataException("its links lead in a circle", e) : e);

    /// <summary>What a file system's refusal becomes.</summary>
    internal static PssrException NotWritten(string path, Exception e) => Refused(path, "written", e);

    /// <summary>To be said of a file or folder that isn't there: where a name has bytes that are no letters, .NET has put others in their
    /// place, and finds no such name.</summary>
    internal static string WhyNotFound(string path) =>
        path.Contains('\uFFFD') ? ", as .NET finds names in UTF-8 alone and this is none; rename it (ls -b shows such names)" : "";

    private static PssrException Refused(string path, string done, Exception e) => NativeRuntime.PartProblem(e) is { } problem
        ? new(PssrErrorKind.Device, $"'{path}' can't be {done}: {problem}", path, e)
        : new(PssrErrorKind.Image, $"'{path}' can't be {done}: {Reason(path, e)}.", path, e);

    /// <summary>What JPEG leaves of a picture: degradations take it.</summary>
    /// <param name="image">8 bit, grey or RGB.</param>
    /// <param name="quality">1..100.</param>
    internal static RasterImage ThroughJpeg(RasterImage image, int quality)
    {
        using var file = new MemoryStream();
        ImageSharpBackend.Encode(file, image, ImageFormat.Jpeg, quality);
        // By the library alone, which repeats chroma: records of degraded sets stand for its bytes.
        return ImageSharpBackend.Decode(new StoredPicture(file), StoredFormat.Jpeg, long.MaxValue, _ => { });
    }

    private static T Opened<T>(string path, Func<FileStream, T> read)
    {
        try
        {
            RequireFile(path);
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            return read(file);
        }
        catch (Exception e) when (IsFileTrouble(e))
        {
            throw NotRead(path, e);
        }
    }

    private static RasterImage Read(FileStream file, long pixelLimit, Action<RasterShape> admit)
    {
        Span<byte> start = stackalloc byte[ImageSignature.Length];
        int length = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        StoredFormat format = ImageSignature.Require(start[..length]);

        var picture = StoredPicture.Open(file, format, pixelLimit);
        ImageMetadata stored = Container.Read(file, format);
        int orientation = ExifBlock.OrientationOf(stored.Exif);
        void AdmitUpright(RasterShape shape) => admit(orientation >= 5 ? shape with { Width = shape.Height, Height = shape.Width } : shape);
        return Finished(ImageSharpBackend.Decode(picture, format, pixelLimit, AdmitUpright), stored);
    }

    /// <summary>A decoded picture upright and with what its file says of it.</summary>
    internal static RasterImage Finished(RasterImage decoded, ImageMetadata stored)
    {
        int orientation = ExifBlock.OrientationOf(stored.Exif);
        RasterImage image = Upright.Turn(decoded, orientation);
        PictureResolution? resolution = stored.Resolution ?? ExifBlock.ResolutionOf(stored.Exif);
        return image with { Metadata = Fitting(stored with { Resolution = orientation >= 5 ? resolution?.Turned : resolution }, image) };
    }

    private static void Encode(string path, RasterImage image, ImageFormat format, int quality)
    {
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite);
        RasterImage fitted = FormatLimits.Fit(image, format);
        ImageMetadata metadata = Fitting(fitted.Metadata, fitted);
        if (format != ImageFormat.Png && metadata is { IccProfile: null, PngColour: { } colour })
            metadata = metadata with { IccProfile = PngColourProfile.Of(colour, fitted.IsGrey) };
        if (format == ImageFormat.Webp && metadata.Resolution is { } resolution)
            metadata = metadata with { Exif = ExifBlock.With(resolution, metadata.Exif) };
        fitted = fitted with { Metadata = metadata };
        if (format == ImageFormat.Tiff)
        {
            TiffWriter.Write(file, fitted);
            return;
        }

        ImageSharpBackend.Encode(file, fitted, format, quality);
        Container.Embed(file, fitted, format);
    }

    private static ImageMetadata Fitting(ImageMetadata metadata, RasterImage image)
    {
        var fitting = metadata with
        {
            IccProfile = IccProfile.IfFits(metadata.IccProfile, image),
            Exif = ExifBlock.ForPicture(metadata.Exif, image.Width, image.Height, metadata.Resolution),
            Xmp = XmpBlock.ForPicture(metadata.Xmp, image.Width, image.Height),
        };
        return fitting == ImageMetadata.None ? ImageMetadata.None : fitting;
    }

    /// <summary>Pipes and devices would wait for ever, and have no length.</summary>
    internal static void RequireFile(string path)
    {
        if (Directory.Exists(path))
            throw new InvalidDataException("it is a folder");
        var info = new FileInfo(path);
        if (info.Exists && info.Length == 0)
            throw new InvalidDataException(RegularFile.Is(path) ? "it is empty" : "it is no regular file");
    }

    internal static bool IsFileTrouble(Exception e) =>
        e is IOException or InvalidDataException or UnauthorizedAccessException or NotSupportedException or ArgumentException
            or OutOfMemoryException;

    private static string Reason(string path, Exception e) => e switch
    {
        FileNotFoundException or DirectoryNotFoundException => $"there is no such file or folder{WhyNotFound(path)}",
        UnauthorizedAccessException => "access is denied",
        OutOfMemoryException => "there is not enough memory for it",
        EndOfStreamException => "it ends too early",
        _ => e.Message.TrimEnd('.', '\n', ' '),
    };
}

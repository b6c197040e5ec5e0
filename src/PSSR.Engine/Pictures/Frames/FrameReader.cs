using PSSR.Pictures.Containers;
using PSSR.Pictures.Stored;

namespace PSSR.Pictures.Frames;

/// <summary>Reads the frames of an animated GIF, PNG or WebP as single pictures, each as it is shown: drawn over those before it. 8 bit,
/// upright, transparent where nothing was drawn.</summary>
internal sealed class FrameReader : IDisposable
{
    private readonly string _path;
    private readonly long _pixelLimit;
    private readonly FileStream _file;
    private readonly StoredFormat _format;
    private readonly ImageMetadata _metadata;
    private IEnumerator<Func<AnimationFrame>>? _frames;
    private FrameCanvas? _canvas;
    private int _read;

    /// <exception cref="PssrException">Kind Image: missing, not a picture, damaged, cut off, or over the limit.</exception>
    public FrameReader(string path, long pixelLimit = 300_000_000)
    {
        (_path, _pixelLimit) = (path, pixelLimit);
        FileStream? file = null;
        try
        {
            ImageCodec.RequireFile(path);
            _file = file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            Sha256 = ImageCodec.HashOf(file);
            _format = ImageSignature.Require(StartOf(file));
            StoredPicture.Open(file, _format, pixelLimit);
            _metadata = Container.Read(file, _format);
            _metadata = _metadata with { IccProfile = IccProfile.ForColour(_metadata.IccProfile) }; // frames are shown in colour
        }
        catch (Exception e) when (ImageCodec.IsFileTrouble(e))
        {
            file?.Dispose();
            throw ImageCodec.NotRead(path, e);
        }
    }

    /// <summary>Of the file that frames are read of, whatever lies under its name by now.</summary>
    public string Sha256 { get; }

    /// <summary>How many frames a file has, but for what is cut off at its end; 1 for what isn't animated or can't be read: reading says
    /// why.</summary>
    public static int CountOf(string path)
    {
        try
        {
            ImageCodec.RequireFile(path);
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            return ImageSignature.Of(StartOf(file)) is { } format ? Math.Max(1, FrameLists.Of(file, format, long.MaxValue).Count()) : 1;
        }
        catch (Exception e) when (ImageCodec.IsFileTrouble(e))
        {
            return 1;
        }
    }

    /// <param name="number">From 1. In their order each frame is decoded once; going back begins anew.</param>
    /// <exception cref="PssrException">Kind Image: the frame is damaged, or there is none of this number.</exception>
    public RasterImage Read(int number)
    {
        try
        {
            if (_frames is null || number <= _read)
                (_frames, _canvas, _read) = (FrameLists.Of(_file, _format, _pixelLimit).GetEnumerator(), null, 0);
            while (_read < number)
            {
                if (!_frames.MoveNext())
                    throw new InvalidDataException($"it has no frame {number}");
                _read++;
                DrawNext(_frames.Current, isAsked: _read == number);
            }
            return ImageCodec.Finished(_canvas!.Shown(), _metadata);
        }
        catch (Exception e) when (ImageCodec.IsFileTrouble(e))
        {
            throw ImageCodec.NotRead(_path, e);
        }
    }

    /// <summary>A damaged frame that isn't the one asked for is passed over: those after it are drawn on what was there before.</summary>
    private void DrawNext(Func<AnimationFrame> next, bool isAsked)
    {
        try
        {
            var frame = next();
            _canvas ??= new FrameCanvas(frame.Place.CanvasWidth, frame.Place.CanvasHeight);
            _canvas.Draw(frame, ImageSharpBackend.Decode(new StoredPicture(frame.Pixels), _format, _pixelLimit, _ => { }));
        }
        catch (Exception e) when (!isAsked && ImageCodec.IsFileTrouble(e))
        {
        }
    }

    public void Dispose()
    {
        _frames?.Dispose();
        _file.Dispose();
    }

    private static byte[] StartOf(FileStream file)
    {
        var start = new byte[ImageSignature.Length];
        return start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
    }
}

using System.Reflection;
using System.Runtime.InteropServices;

namespace PSSR.Imaging;

/// <summary>Pictures over libvips, through src/native/image.</summary>
internal sealed unsafe class ImageBackend : IImageBackend
{
    private const int MessageSize = 1024;

    public ImageBackend()
    {
        try
        {
            int abi = Vips.pssr_image_abi();
            if (abi != Vips.Abi)
                throw new PssrException(PssrErrorKind.Device, $"libpssr_image.so has ABI {abi}, this build needs {Vips.Abi}. Run the build again.");
            nint version = Vips.pssr_image_version();
            Description = version != 0 ? $"libvips {Marshal.PtrToStringUTF8(version)}"
                : throw new PssrException(PssrErrorKind.Device, "libvips can't be started.");
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            throw new PssrException(PssrErrorKind.Device,
                $"The picture library can't be loaded: {e.Message} Install libvips (Debian: libvips42) and run the build again.", "pssr_image", e);
        }
    }

    public string Description { get; }

    public RasterImage Decode(FileStream file, StoredFormat format, long pixelLimit, Action<RasterShape> admit)
    {
        byte* message = stackalloc byte[MessageSize];
        nint reader = 0;
        try
        {
            var info = default(Vips.Info);
            Check(Vips.pssr_image_open(Descriptor(file), (int)format, pixelLimit, &reader, &info, message, MessageSize), message);
            PixelLimit.Require(info.Width, info.Height, info.Channels, pixelLimit);
            admit(new RasterShape(info.Width, info.Height, info.Channels, info.Bits));
            int count = (int)((long)info.Width * info.Height * info.Channels);
            Array samples = info.Bits == 16 ? GC.AllocateUninitializedArray<ushort>(count) : GC.AllocateUninitializedArray<byte>(count);
            fixed (byte* first = &MemoryMarshal.GetArrayDataReference(samples))
                Check(Vips.pssr_image_read(reader, first, (long)count * (info.Bits / 8), message, MessageSize), message);
            return new RasterImage(info.Width, info.Height, info.Channels, samples);
        }
        finally
        {
            Vips.pssr_image_close(reader);
            GC.KeepAlive(file);
        }
    }

    public void Encode(FileStream file, RasterImage image, ImageFormat format, int quality)
    {
        int known = format switch
        {
            ImageFormat.Png => (int)StoredFormat.Png,
            ImageFormat.Jpeg => (int)StoredFormat.Jpeg,
            ImageFormat.Webp => (int)StoredFormat.Webp,
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, null),
        };
        byte* message = stackalloc byte[MessageSize];
        var info = new Vips.Info { Width = image.Width, Height = image.Height, Channels = image.Channels, Bits = image.BitDepth };
        fixed (byte* first = &MemoryMarshal.GetArrayDataReference(image.Samples))
            Check(Vips.pssr_image_write(Descriptor(file), known, &info, first, quality, message, MessageSize), message);
        GC.KeepAlive(file);
    }

    private static int Descriptor(FileStream file) => (int)file.SafeFileHandle.DangerousGetHandle();

    private static void Check(int status, byte* message)
    {
        if (status == 0)
            return;
        string text = Marshal.PtrToStringUTF8((nint)message) ?? "unknown error";
        throw new InvalidDataException(text.Trim().ReplaceLineEndings("; "));
    }
}

/// <summary>The C ABI of src/native/image/pssr_image.h.</summary>
internal static unsafe partial class Vips
{
    public const int Abi = 1;
    private const string Library = "pssr_image";

    [StructLayout(LayoutKind.Sequential)]
    public struct Info
    {
        public int Width, Height, Channels, Bits;
    }

    // Looks where the build program puts it, then on the system's paths.
    static Vips() => NativeLibrary.SetDllImportResolver(typeof(Vips).Assembly, Resolve);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Library)
            return 0;
        OpenMP.LimitSpinning(); // libvips brings libgomp in, maybe before libtorch does
        string?[] folders =
            [Environment.GetEnvironmentVariable("PSSR_NATIVE"), Path.GetDirectoryName(assembly.Location), AppContext.BaseDirectory];
        foreach (string? folder in folders)
            if (!string.IsNullOrEmpty(folder) && NativeLibrary.TryLoad(Path.Combine(folder, $"lib{Library}.so"), out nint handle))
                return handle;
        return NativeLibrary.Load(name, assembly, path);
    }

    [LibraryImport(Library)] public static partial int pssr_image_abi();
    [LibraryImport(Library)] public static partial nint pssr_image_version();
    [LibraryImport(Library)] public static partial int pssr_image_open(int descriptor, int format, long pixelLimit, nint* reader, Info* info, byte* error, int errorSize);
    [LibraryImport(Library)] public static partial int pssr_image_read(nint reader, void* samples, long size, byte* error, int errorSize);
    [LibraryImport(Library)] public static partial void pssr_image_close(nint reader);
    [LibraryImport(Library)] public static partial int pssr_image_write(int descriptor, int format, Info* info, void* samples, int quality, byte* error, int errorSize);
}

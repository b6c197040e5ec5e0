using System.Runtime.InteropServices;
using System.Security.Cryptography;
using PSSR.Host;
using PSSR.Pictures;
using PSSR.Sets.Sharing;

namespace PSSR.Sets.Converting;

/// <summary>Writes the true pictures of a degraded set, under the names of the degraded ones.</summary>
/// <param name="folder">Full path.</param>
internal sealed class TruthFile(string folder, bool force)
{
    private readonly FolderSweep _sweep = new();

    /// <summary>Where the true picture of a result goes.</summary>
    /// <param name="below">The result's path below the output directory.</param>
    /// <inheritdoc cref="Check"/>
    public string PathOf(string below, string input)
    {
        var path = Path.GetFullPath(Path.Join(folder, below));
        Check(path, input);
        return path;
    }

    /// <exception cref="PssrException">Kind Image: the picture that was read lies in that folder, or there is no room for the
    /// name.</exception>
    public void Check(string path, string input)
    {
        if (RealPath.IsSamePlace(Path.GetDirectoryName(path)!, Path.GetDirectoryName(Path.GetFullPath(input))!))
            throw new PssrException(PssrErrorKind.Image, $"The true picture of '{input}' would lie beside it. Give another TruthDirectory.",
                input);
        OutputPlan.RequireRoom(path, input);
    }

    /// <summary>Puts it there, where it isn't yet.</summary>
    /// <exception cref="PssrException">Kind Image: another picture is there, or it can't be written.</exception>
    public void Write(string path, RasterImage truth, CancellationToken cancellation)
    {
        if (!force && File.Exists(path))
        {
            RequireSame(path, truth);
            return;
        }
        DiskSync.MakeFolder(Path.GetDirectoryName(path)!);
        _sweep.Clean(Path.GetDirectoryName(path)!, cancellation);
        try
        {
            ImageCodec.Write(path, truth, ImageFormat.Png, overwrite: force);
        }
        catch (PssrException e) when (!force && e.InnerException is IOException && File.Exists(path))
        {
            RequireSame(path, truth); // another process was first
        }
    }

    private static void RequireSame(string path, RasterImage truth)
    {
        if (HashOf(ImageCodec.Read(path)) != HashOf(truth))
            throw new PssrException(PssrErrorKind.Image, $"'{path}' is there already, and is another picture. Force makes it anew.", path);
    }

    /// <summary>Of the samples as they come back from a file: opaque alpha doesn't.</summary>
    private static string HashOf(RasterImage image)
    {
        var plain = ImageSharpBackend.WithoutOpaqueAlpha(image, StoredFormat.Png);
        var bytes = plain.Samples is ushort[] wide ? MemoryMarshal.AsBytes(wide.AsSpan()) : (byte[])plain.Samples;
        return $"{plain.Width}×{plain.Height}×{plain.Channels}×{plain.BitDepth} {Convert.ToHexStringLower(SHA256.HashData(bytes))}";
    }
}

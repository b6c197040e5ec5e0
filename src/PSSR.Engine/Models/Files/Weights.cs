namespace PSSR.Models.Files;

/// <summary>Reads weights from whichever of the two file formats a file has, by its first bytes and not by its name.</summary>
public static class Weights
{
    /// <summary>All tensors of a safetensors file or of a PyTorch file's state dict, on the CPU. The caller disposes them.</summary>
    /// <param name="path">A .safetensors, .pt or .pth file.</param>
    /// <param name="under">For PyTorch files: path of the dict to take, as <see cref="TorchArchiveContent.Load"/> has it; empty takes
    /// all.</param>
    /// <param name="floatsAs">When given, floating-point tensors are converted to it.</param>
    /// <exception cref="PssrException">Kind Checkpoint: unreadable, damaged or refused; the message says why.</exception>
    public static IReadOnlyDictionary<string, Tensor> Load(string path, string under = "", ScalarType? floatsAs = null)
    {
        if (IsSafeTensors(path))
            return SafeTensors.Load(path, floatsAs);
        using TorchArchiveContent content = TorchArchive.Read(path);
        return content.Load(under, floatsAs);
    }

    internal static bool IsSafeTensors(string path)
    {
        using SteadyFile file = SteadyFile.Open(path);
        return IsSafeTensors(file);
    }

    internal static bool IsSafeTensors(SteadyFile file) =>
        file.Length > 8 && file.Bytes(8, 1)[0] == '{' && !ZipDirectory.IsZip(file);
}

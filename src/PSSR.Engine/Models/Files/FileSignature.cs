namespace PSSR.Models.Files;

/// <summary>Tells what a file is that was taken for weights, so that the error can say it.</summary>
internal static class FileSignature
{
    /// <summary>What the file is, with the remedy; null when nothing known.</summary>
    public static string? Describe(SteadyFile file)
    {
        ReadOnlySpan<byte> start = file.Bytes(0, (int)Math.Min(file.Length, 512));
        if (start.StartsWith("version https://git-lfs"u8))
            return "a Git LFS pointer: fetch the real file with 'git lfs pull'";
        if (start.StartsWith("<!DOCTYPE"u8) || start.StartsWith("<!doctype"u8) || start.StartsWith("<html"u8))
            return "a web page, probably an error page saved in place of the download";
        if (start.StartsWith("PK\x03\x04"u8))
            return "a zip file, as torch.save writes it: name it .pt or .pth";
        if (start.StartsWith((ReadOnlySpan<byte>)[0x80, 0x02, 0x8a, 0x0a]))
            return "an old PyTorch file: name it .pt or .pth";
        if (start.Length > 9 && start[8] == '{' && start[5..8].SequenceEqual("\0\0\0"u8)
            && !file.Path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase))
            return "a safetensors file: name it .safetensors";
        if (start.Length > 262 && start[257..262].SequenceEqual("ustar"u8))
            return "a tar archive (torch 0.1 wrote such): load and save it again in Python";
        if (start.StartsWith("7767517\n"u8))
            return "ncnn's description of a network: take the PyTorch or safetensors file that it was made of";
        // The version of its format, then who made it.
        if (start.Length > 2 && start[0] == 0x08 && start[1] is > 0 and < 32 && start[2] == 0x12)
            return "an ONNX file: take the PyTorch or safetensors file that it was made of";
        return null;
    }
}

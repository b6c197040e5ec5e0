using PSSR.Host;
using PSSR.Pictures;
using PSSR.Pictures.Degrading;

namespace PSSR.Conformance.Kinds;

/// <summary>DPI's degradation (Eq. 19), stage by stage; each stage after the JPEG starts from the stored picture, for codecs
/// differ.</summary>
public sealed class DegradeKind : ICaseKind
{
    public string Kind => "degrade";

    public CaseOutcome Run(CaseFolder folder)
    {
        var comparison = new CaseComparison(folder);
        var config = folder.Config;
        var (size, sigma) = (config.GetProperty("kernel_size").GetInt32(), config.GetProperty("sigma").GetDouble());
        var exact = folder.ToleranceOf("exact_parts_atol");
        var image = folder.Tensor("in.image").unsqueeze(0);

        var weights = Degradation.BlurWeights(size, sigma);
        comparison.Compare("out.kernel", [.. weights.SelectMany(row => weights.Select(column => row * column))], [size, size], exact, 0);
        var blurred = Degradation.Blur(image, size, sigma);
        comparison.Compare("out.blurred", blurred.squeeze(0), exact);
        var down = Degradation.Shrink(blurred, config.GetProperty("r").GetDouble(), Kernel(config.GetProperty("down_filter").GetString()!));
        comparison.Compare("out.down", down.squeeze(0), exact);
        var noisy = Degradation.AddNoise(down, folder.Tensor("in.noise").unsqueeze(0), config.GetProperty("noise_delta").GetDouble());
        comparison.Compare("out.noisy", noisy.squeeze(0), exact);
        comparison.Compare("out.pre_jpeg_u8", Bytes(Degradation.Round(noisy)), 0);

        CompareJpeg(comparison, folder, config.GetProperty("jpeg_quality").GetInt32());
        var up = Resampling.Resize(Picture(folder, "out.jpeg_u8"), (int)image.shape[2], (int)image.shape[3],
            Kernel(config.GetProperty("up_filter").GetString()!));
        comparison.Compare("out.up", up.squeeze(0), exact);
        return comparison.Outcome();
    }

    private static void CompareJpeg(CaseComparison comparison, CaseFolder folder, int quality)
    {
        var before = Picture(folder, "out.pre_jpeg_u8");
        var psnr = -10 * Math.Log10((Degradation.Jpeg(before, quality) - before).Squared().mean().Value());
        var range = folder.Tolerance.GetProperty("jpeg_psnr_db_range");
        var (low, high) = (range[0].GetDouble(), range[1].GetDouble());
        comparison.Value("PSNR of the JPEG", psnr, (low + high) / 2, (high - low) / 2);
    }

    private static ResamplingKernel Kernel(string name) => name switch
    {
        "bilinear" => ResamplingKernel.TorchBilinear,
        "matlab_bicubic" => ResamplingKernel.MatlabBicubic,
        _ => throw new NotSupportedException($"the filter '{name}'"),
    };

    /// <summary>Stored u8 [H,W,3] as float64 [1,3,H,W] in [0,1].</summary>
    private static Tensor Picture(CaseFolder folder, string name) =>
        torch.tensor(Array.ConvertAll(folder.Bytes(name), b => b / 255.0), folder.Shape(name), torch.float64).permute(2, 0, 1).unsqueeze(0)
            .contiguous();

    /// <summary>The other way round, 0..255.</summary>
    private static Tensor Bytes(Tensor picture) => (picture.squeeze(0).permute(1, 2, 0) * Kept.Of(255)).round();
}

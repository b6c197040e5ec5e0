using PSSR.Metrics;
using PSSR.Pictures;

namespace PSSR.Conformance.Kinds;

internal sealed class PsnrKind : ICaseKind
{
    public string Kind => "psnr";

    public CaseOutcome Run(CaseFolder folder) => FidelityCase.Run(folder, (a, b, channel, border) => Psnr.Compute(a, b, channel, border));
}

internal sealed class SsimKind : ICaseKind
{
    public string Kind => "ssim";

    public CaseOutcome Run(CaseFolder folder) => FidelityCase.Run(folder, (a, b, channel, border) => Ssim.Compute(a, b, channel, border));
}

/// <summary>PSNR and SSIM cases have one layout: pairs of 8-bit pictures, every mode, every border.</summary>
file static class FidelityCase
{
    public static CaseOutcome Run(CaseFolder folder, Func<RasterImage, RasterImage, MetricChannel, int, double> metric)
    {
        var comparison = new CaseComparison(folder);
        for (int i = 0; i < folder.Config.GetProperty("pairs").GetInt32(); i++)
        {
            RasterImage a = Picture(folder, $"in.{i}.a"), b = Picture(folder, $"in.{i}.b");
            foreach (string mode in folder.Config.GetProperty("modes").EnumerateArray().Select(m => m.GetString()!))
            {
                MetricChannel channel = mode switch
                {
                    "rgb" => MetricChannel.Rgb,
                    "y" => MetricChannel.Y,
                    "y_rounded" => MetricChannel.YRounded,
                    _ => throw new NotSupportedException($"mode '{mode}'"),
                };
                foreach (int border in folder.Config.GetProperty("crop_border").EnumerateArray().Select(c => c.GetInt32()))
                    comparison.Compare($"out.{i}.{mode}.crop{border}", metric(a, b, channel, border));
            }
        }

        return comparison.Outcome();
    }

    private static RasterImage Picture(CaseFolder folder, string name)
    {
        long[] shape = folder.Shape(name);
        return new RasterImage((int)shape[1], (int)shape[0], (int)shape[2], folder.Bytes(name));
    }
}

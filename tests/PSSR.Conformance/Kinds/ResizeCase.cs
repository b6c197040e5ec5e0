using System.Text.Json;
using PSSR.Pictures;

namespace PSSR.Conformance.Kinds;

/// <summary>MATLAB's, Pillow's and torch's resizing against stored pictures.</summary>
public sealed class ResizeCase : ICaseKind
{
    // Pillow's fixed point leaves room for a last bit; the case says how much of the picture may differ by it.
    private const double PilShareThatMayDiffer = 0.001;

    public string Kind => "resize";

    public CaseOutcome Run(CaseFolder folder)
    {
        var comparison = new CaseComparison(folder);
        foreach (JsonElement op in folder.Config.GetProperty("ops").EnumerateArray())
        {
            string name = $"out.{op.GetProperty("index").GetInt32()}", method = op.GetProperty("method").GetString()!;
            double tolerance = folder.ToleranceOf(method);
            switch (method)
            {
                case "matlab_u8":
                    comparison.Compare(name, Bytes(folder, op, ResamplingKernel.MatlabBicubic), folder.Shape(name), 0, 0);
                    break;
                case "matlab_f64":
                    CompareMatlab(comparison, folder, op, name, tolerance);
                    break;
                case "pil_u8":
                    ComparePil(comparison, folder, op, name);
                    break;
                case "torch":
                    CompareTorch(comparison, folder, op, name, tolerance);
                    break;
                default:
                    comparison.Fail($"{name} wants the unknown method '{method}'");
                    break;
            }
        }

        return comparison.Outcome();
    }

    private static void CompareMatlab(CaseComparison comparison, CaseFolder folder, JsonElement op, string name, double tolerance)
    {
        using var scope = torch.NewDisposeScope();
        Tensor image = folder.Tensor("in.f64").permute(2, 0, 1).unsqueeze(0);
        Tensor resized = Resize(image, op, ResamplingKernel.MatlabBicubic);
        comparison.Compare(name, resized.squeeze(0).permute(1, 2, 0).contiguous(), tolerance);
    }

    private static void CompareTorch(CaseComparison comparison, CaseFolder folder, JsonElement op, string name, double tolerance)
    {
        using var scope = torch.NewDisposeScope();
        ResamplingKernel kernel = (op.GetProperty("mode").GetString(), op.GetProperty("antialias").GetBoolean()) switch
        {
            ("bicubic", false) => ResamplingKernel.TorchBicubic,
            ("bicubic", true) => ResamplingKernel.TorchBicubicAntialias,
            ("bilinear", false) => ResamplingKernel.TorchBilinear,
            ("bilinear", true) => ResamplingKernel.TorchBilinearAntialias,
            var (mode, _) => throw new NotSupportedException($"torch's mode '{mode}'"),
        };
        comparison.Compare(name, Resize(folder.Tensor("in.f32"), op, kernel), tolerance);
    }

    private static void ComparePil(CaseComparison comparison, CaseFolder folder, JsonElement op, string name)
    {
        double[] actual = Bytes(folder, op, ResamplingKernel.PilBicubic), expected = folder.Doubles(name);
        comparison.Compare(name, actual, folder.Shape(name), 1, 0);
        double share = actual.Zip(expected).Count(p => p.First != p.Second) / (double)expected.Length;
        comparison.Value($"share of {name} that differs", share, 0, PilShareThatMayDiffer);
    }

    private static Tensor Resize(Tensor image, JsonElement op, ResamplingKernel kernel)
    {
        var (height, width, scale) = Target(op, (int)image.shape[2], (int)image.shape[3], kernel);
        return Resampling.Resize(image, height, width, kernel, scale);
    }

    private static double[] Bytes(CaseFolder folder, JsonElement op, ResamplingKernel kernel)
    {
        long[] shape = folder.Shape("in.u8");
        var (height, width, scale) = Target(op, (int)shape[0], (int)shape[1], kernel);
        return Array.ConvertAll(
            Resampling.Resize(folder.Bytes("in.u8"), (int)shape[0], (int)shape[1], (int)shape[2], height, width, kernel, scale),
            b => (double)b);
    }

    private static (int Height, int Width, double? Scale) Target(JsonElement op, int height, int width, ResamplingKernel kernel)
    {
        if (op.TryGetProperty("size", out JsonElement size))
            return (size[0].GetInt32(), size[1].GetInt32(), null);
        double scale = op.GetProperty("scale").GetDouble();
        return (Sized(height, scale, kernel), Sized(width, scale, kernel), scale);
    }

    /// <summary>The side that a scale gives: the ceiling with MATLAB, the floor with torch, the nearest (half up) with Pillow, which has no
    /// scales of its own.</summary>
    private static int Sized(int side, double scale, ResamplingKernel kernel) => (int)(kernel switch
    {
        ResamplingKernel.MatlabBicubic => Math.Ceiling(side * scale),
        ResamplingKernel.PilBicubic or ResamplingKernel.PilBox => Math.Floor((side * scale) + 0.5),
        _ => Math.Floor(side * scale),
    });
}

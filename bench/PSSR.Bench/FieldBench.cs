using System.Text.Json.Nodes;
using PSSR.Metrics;
using PSSR.Search;

namespace PSSR.Bench;

internal static class FieldBench
{
    public static JsonObject Run(ReadOnlySpan<string> args)
    {
        var o = new FieldSearchOptions(); string? b = null, l = null;
        for (var i = 0; i + 1 < args.Length; i += 2)
        {
            var v = args[i + 1];
            double[] N() => [.. v.Split(',').Select(x => double.Parse(x))];
            switch (args[i])
            {
                case "--scales": o = o with { Scales = N() }; break;
                case "--levels": o = o with { Levels = N(), Mode = FieldMode.Empirical }; break;
                case "--count": o = o with { Count = int.Parse(v) }; break;
                case "--crop": o = o with { CropSize = int.Parse(v) }; break;
                case "--pseed": o = o with { PictureSeed = ulong.Parse(v) }; break;
                case "--omega": o = o with { Field = new PSSR.Methods.RecoverableFieldOptions { Omega = N()[0] } }; break;
                case "--steps": o = o with { Steps = int.Parse(v) }; break;
                case "--b": b = v; break;
                case "--l": l = v; break;
            }
        }
        using var lp = b is null ? null : Lpips.Load("squeeze", b, l!);
        using var s = new FieldSearch(o, lp);
        var first = true;
        foreach (var r in s.Run(null))
        {
            if (first) { first = false; foreach (var e in r.Calibration.Errors) Console.WriteLine($"E {e.Step} {e.Error:g4}"); foreach (var e in r.Calibration.Distances) Console.WriteLine($"D {e.Scale} {e.Distance.Squared:g4}"); }
            Console.WriteLine($"x{r.Scale} level {r.NoiseLevel} {r.Advice} S={r.Curve[r.BestStep-1].Signature:g4} F={r.Curve[r.BestStep-1].Fidelity:g4}");
            foreach (var m in r.Measured) Console.WriteLine($"   {m.NoiseLevel:0.000} {m.Psnr:f2} {m.Ssim:f3} {m.Lpips:f4} S={(m.Step == 0 ? 0 : r.Curve[m.Step-1].Signature):g3} F={(m.Step == 0 ? 0 : r.Curve[m.Step-1].Fidelity):g3}");
        }
        return [];
    }
}

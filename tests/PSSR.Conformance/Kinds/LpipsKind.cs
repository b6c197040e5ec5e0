using System.Text.Json;
using PSSR.Metrics;
using PSSR.Models.Files;

namespace PSSR.Conformance.Kinds;

internal sealed class LpipsKind : ICaseKind
{
    public string Kind => "lpips";

    public CaseOutcome Run(CaseFolder folder)
    {
        var comparison = new CaseComparison(folder);
        string network = folder.Config.GetProperty("net").GetString()!, linearPath = folder.ConfigPath("lin_weights");
        bool stored = folder.Config.GetProperty("backbone_weights").ValueKind == JsonValueKind.String;
        using Lpips lpips = stored
            ? Lpips.Load(network, folder.ConfigPath("backbone_weights"), linearPath)
            : Lpips.Create(network, FromRecipe(comparison, folder.Config.GetProperty("backbone_recipe")), "recipe",
                Weights.Load(linearPath), linearPath, torch.CPU);
        for (int i = 0; i < folder.Config.GetProperty("pairs").GetInt32(); i++)
        {
            LpipsValue value = lpips.Compute(folder.Tensor($"in.{i}.a"), folder.Tensor($"in.{i}.b"));
            comparison.Compare($"out.{i}.distance", value.Distance);
            comparison.Compare($"out.{i}.per_layer", [.. value.PerLayer]);
        }

        return comparison.Outcome();
    }

    /// <summary>The backbones are too large to store: each tensor follows from a seed by a hash of the element's number
    /// (FORMAT.md).</summary>
    private static Dictionary<string, Tensor> FromRecipe(CaseComparison comparison, JsonElement recipe)
    {
        var weights = new Dictionary<string, Tensor>();
        foreach (JsonElement entry in recipe.EnumerateArray())
        {
            string name = entry.GetProperty("name").GetString()!;
            long[] shape = [.. entry.GetProperty("shape").EnumerateArray().Select(n => n.GetInt64())];
            double bound = entry.GetProperty("bound").GetDouble();
            uint seed = entry.GetProperty("seed").GetUInt32() * 0x9E3779B9;
            var values = new float[shape.Aggregate(1L, (a, b) => a * b)];
            double sum = 0;
            for (int i = 0; i < values.Length; i++)
            {
                uint h = (uint)i + seed;
                h = (h ^ (h >> 16)) * 0x7FEB352D;
                h = (h ^ (h >> 15)) * 0x846CA68B;
                h ^= h >> 16;
                sum += values[i] = (float)((h / 2147483648.0 - 1) * bound);
            }

            comparison.Value($"{name} sum", sum, entry.GetProperty("sum").GetDouble(), 1e-6, 1e-6);
            weights.Add(name, torch.tensor(values, shape, torch.float32, torch.CPU));
        }

        return weights;
    }
}

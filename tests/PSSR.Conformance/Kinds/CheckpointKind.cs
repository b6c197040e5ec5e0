using System.Numerics;
using System.Runtime.InteropServices;
using System.Text.Json;
using PSSR.Models.Files;

namespace PSSR.Conformance.Kinds;

/// <summary>PyTorch files that must load to known values, and hostile or damaged ones that must be refused without side effect.</summary>
internal sealed class CheckpointKind : ICaseKind
{
    private const long MaxAllocation = 64 << 20;

    public string Kind => "checkpoint";

    public CaseOutcome Run(CaseFolder folder)
    {
        var comparison = new CaseComparison(folder);
        foreach (JsonElement file in folder.Config.GetProperty("files").EnumerateArray())
        {
            string name = file.GetProperty("file").GetString()!;
            switch (file.GetProperty("expect").GetString())
            {
                case "load": Load(comparison, folder, name, file); break;
                case "refuse": Refuse(comparison, folder, name); break;
                case var other: comparison.Fail($"{name}: unknown expectation '{other}'"); break;
            }
        }

        return comparison.Outcome();
    }

    private static void Load(CaseComparison comparison, CaseFolder folder, string name, JsonElement file)
    {
        double rtol = folder.ToleranceOf("sums_rtol");
        using TorchArchiveContent content = TorchArchive.Read(folder.Path(name));
        foreach (JsonElement expected in file.GetProperty("tensors").EnumerateArray())
        {
            string path = expected.GetProperty("path").GetString()!, at = $"{name}:{path}";
            if (!content.Tensors.TryGetValue(path, out StoredTensor? tensor))
            {
                comparison.Fail($"{at} is missing");
                continue;
            }

            comparison.Require(TypeName(tensor.Layout.Type) == expected.GetProperty("dtype").GetString(), $"{at} has its dtype");
            comparison.Require(tensor.Layout.Shape.SequenceEqual(Numbers(expected, "shape").Select(n => (long)n)), $"{at} has its shape");
            double[] values = Values(tensor);
            comparison.Value($"{at} abs_sum", values.Sum(Math.Abs), expected.GetProperty("abs_sum").GetDouble(), 1e-12, rtol);
            // Terms of both signs cancel: the error of their sum goes with the sum of their sizes.
            comparison.Value($"{at} sum", values.Sum(), expected.GetProperty("sum").GetDouble(), 1e-12 + rtol * values.Sum(Math.Abs));
            double[] first = Numbers(expected, "first_values");
            for (int i = 0; i < first.Length; i++)
                comparison.Value($"{at}[{i}]", values[i], first[i], 0);
            if (values.Length > 0)
                comparison.Value($"{at} last", values[^1], expected.GetProperty("last_value").GetDouble(), 0);
        }

        if (file.TryGetProperty("scalars", out JsonElement scalars))
        {
            foreach (JsonProperty scalar in scalars.EnumerateObject())
                comparison.Require(content.Scalars.TryGetValue(scalar.Name, out object? value) && Same(value, scalar.Value),
                    $"{name}:{scalar.Name} is {scalar.Value}");
        }
    }

    private static void Refuse(CaseComparison comparison, CaseFolder folder, string name)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            using TorchArchiveContent content = TorchArchive.Read(folder.Path(name));
            foreach (Tensor tensor in content.Load().Values)
                tensor.Dispose();
            comparison.Fail($"{name} was loaded");
        }
        catch (PssrException e) when (e.Kind == PssrErrorKind.Checkpoint)
        {
            comparison.Require(e.Message.Contains(name, StringComparison.Ordinal), $"{name}: the error names the file");
        }

        comparison.Require(GC.GetAllocatedBytesForCurrentThread() - before < MaxAllocation, $"{name} is refused without large allocations");
        comparison.Require(!File.Exists(folder.Path("PWNED")) && !File.Exists("PWNED"), $"{name} runs nothing");
    }

    private static double[] Values(StoredTensor stored)
    {
        using Tensor tensor = stored.Read();
        using Tensor wide = tensor.to(torch.float64);
        return wide.numel() == 0 ? [] : MemoryMarshal.Cast<byte, double>(wide.bytes).ToArray();
    }

    private static double[] Numbers(JsonElement element, string property) =>
        [.. element.GetProperty(property).EnumerateArray().Select(n => n.GetDouble())];

    private static bool Same(object? value, JsonElement expected) => value switch
    {
        null => expected.ValueKind == JsonValueKind.Null,
        bool flag => expected.ValueKind == (flag ? JsonValueKind.True : JsonValueKind.False),
        string text => expected.ValueKind == JsonValueKind.String && expected.GetString() == text,
        long or BigInteger => expected.ValueKind == JsonValueKind.Number && expected.GetRawText() == value.ToString(),
        double number => expected.ValueKind == JsonValueKind.Number && expected.GetDouble().Equals(number),
        _ => false,
    };

    private static string TypeName(ScalarType type) => type switch
    {
        ScalarType.Byte => "uint8",
        _ => type.ToString().ToLowerInvariant(),
    };
}

using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using PSSR.Models;

namespace PSSR.Bench;

/// <summary>A prior's measurements as JSON and as a page.</summary>
internal static class PriorReport
{
    public static JsonObject Json(ModelCard card, int pictures, IEnumerable<PriorMeasurement> rows) => new()
    {
        ["what"] = "prior",
        ["model"] = card.Name,
        ["sha256"] = card.Sha256,
        ["pictures"] = pictures,
        ["rows"] = new JsonArray([.. rows.Select(r => new JsonObject
        {
            ["scale"] = r.Scale,
            ["noiseLevel"] = r.Level,
            ["steps"] = r.Steps,
            ["psnrY"] = Math.Round(r.PsnrY, 3),
            ["ssimY"] = Math.Round(r.SsimY, 4),
            ["lpipsSqueeze"] = r.Lpips is { } d ? Math.Round(d, 4) : null,
        })]),
    };

    public static string Markdown(ModelCard card, PriorBenchOptions options, int pictures, IEnumerable<PriorMeasurement> rows)
    {
        var text = new StringBuilder();
        var what = options.Images is null
            ? $"{pictures} synthetic pictures of {options.Size}x{options.Size} that no training has seen"
            : $"{pictures} pictures of a folder{(options.Crop > 0 ? $", {options.Crop}x{options.Crop} from their middle" : "")}";
        text.AppendLine(CultureInfo.InvariantCulture,
            $"{card.Name} (weights {card.Sha256[..12]}), Diff-SR with DDIM on {what}. Level 0 is MATLAB bicubic.");
        foreach (var group in rows.GroupBy(r => r.Scale))
        {
            text.AppendLine().AppendLine("| scale | noise level | visited steps | PSNR-Y | SSIM-Y | LPIPS-squeeze |")
                .AppendLine("|---|---|---|---|---|---|");
            foreach (var r in group)
                text.AppendLine(CultureInfo.InvariantCulture,
                    $"| {r.Scale} | {r.Level} | {r.Steps} | {r.PsnrY:f2} | {r.SsimY:f3} | {r.Lpips:f4} |");
        }
        return text.ToString();
    }
}

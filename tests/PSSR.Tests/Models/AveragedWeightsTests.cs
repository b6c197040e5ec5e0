using PSSR.Models;
using PSSR.Models.Files;
using PSSR.Networks.Features;

namespace PSSR.Tests.Models;

/// <summary>Trainers keep a moving average of the weights beside them, under many names. Dicts are written here as paths.</summary>
public sealed class AveragedWeightsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("state_dict/", "state_dict_ema/")]
    [InlineData("model/", "ema/module/")]
    [InlineData("model/", "ema/")]
    [InlineData("generator/", "generator_ema/")]
    [InlineData("g/", "g_ema/")]
    [InlineData("params/", "ema_params/")]
    [InlineData("model/", "model_swa/")]
    [InlineData("net/", "netEMA/")]
    [InlineData("model/", "ema_0.999/")]
    [InlineData("state_dict/generator.", "state_dict/generator_ema.")]
    [InlineData("online_model.", "ema_model.")]
    [InlineData("module.model.", "module.model_ema.")]
    [InlineData("", "model_ema.")]
    [InlineData("", "ema/module.")]
    public void Are_taken_before_the_raw_ones(string raw, string averaged)
    {
        var result = Import(Heads(raw, 1), Heads(averaged, 2));

        Assert.Equal(2, FirstValue(result));
        Assert.Contains(result.Assumptions, a => a.Contains("parameter Under", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("weights/")]
    [InlineData("")]
    public void Of_AveragedModel_are_told_by_their_count(string dict)
    {
        var count = new Dictionary<string, Tensor> { [dict + "n_averaged"] = torch.tensor(5L) };

        Assert.Equal(2, FirstValue(Import(count, Heads(dict + "module.", 2))));
        Assert.Equal(2, FirstValue(Import(Heads("model/", 1), count, Heads(dict + "module.", 2))));
    }

    [Fact]
    public void Without_names_are_said_to_lie_beside()
    {
        var list = Heads("", 2).Values.Select((w, i) => (w, i)).ToDictionary(w => $"ema/shadow_params/{w.i}", w => w.w);

        var result = Import(Heads("state_dict/", 1), list);

        Assert.Equal(1, FirstValue(result));
        Assert.Contains(result.Assumptions, a => a.Contains("averaged ones seem to lie beside them under 'ema/shadow_params'",
            StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("state_dict/generator.", "state_dict/generator_ema.", "state_dict/generator")]
    [InlineData("model/", "ema/module/", "model")]
    public void Are_left_where_the_raw_ones_are_named(string raw, string averaged, string under) =>
        Assert.Equal(1, FirstValue(ImportWith(new() { Under = under }, Heads(raw, 1), Heads(averaged, 2))));

    [Fact]
    public void Are_not_what_an_optimizer_keeps()
    {
        var result = Import(Heads("state_dict/", 1), Heads("optimizer/exp_avg.", 2));

        Assert.Equal(1, FirstValue(result));
        Assert.DoesNotContain(result.Assumptions, a => a.Contains("averaged", StringComparison.Ordinal));
    }

    [Fact]
    public void Single_values_do_not_stop_a_prefix_from_being_cut() => Assert.Equal(3,
        FirstValue(Import(new() { ["step"] = torch.tensor(7L), ["num_updates"] = torch.tensor(7) }, Heads("module.model.", 3))));

    private ModelImportResult Import(params Dictionary<string, Tensor>[] parts) => ImportWith(new(), parts);

    private ModelImportResult ImportWith(ModelImportOptions options, params Dictionary<string, Tensor>[] parts)
    {
        SafeTensors.Save(_folder.File("a.safetensors"), parts.SelectMany(p => p).ToDictionary());
        return ModelImporter.Import(_folder.File("a.safetensors"), options with { Force = true }, _folder.File("models"), null,
            TestContext.Current.CancellationToken);
    }

    /// <summary>LPIPS's heads, the smallest network that there is.</summary>
    private static Dictionary<string, Tensor> Heads(string prefix, double value) => LpipsHeads.Channels["alex"]
        .Select((channels, k) => ($"{prefix}lin{k}.model.1.weight", torch.full(new long[] { 1, channels, 1, 1 }, value)))
        .ToDictionary(w => w.Item1, w => w.Item2);

    private static double FirstValue(ModelImportResult result)
    {
        Assert.Equal("lpips", result.Model.Card.Architecture);
        return SafeTensors.Load(result.Model.WeightsPath)["lin0.model.1.weight"][0, 0, 0, 0].ToDouble();
    }
}

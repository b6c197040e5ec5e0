using System.Text.Json.Nodes;
using PSSR.Diffusion;
using PSSR.Ecdp;
using PSSR.Models;
using PSSR.Models.Files;
using PSSR.Networks;
using PSSR.Tests.Ecdp;

namespace PSSR.Tests.Models;

/// <summary>Tables of noise schedules that lie beside weights: they are looked at, and not passed over.</summary>
public sealed class ScheduleTableTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, string> OtherTables => new()
    {
        { "linear", "that of a linear noise schedule, " },
        { "cosine", "that of a cosine noise schedule, " },
        { "ddpm", "that of a linear noise schedule with β from 0.0001 to 0.02, " },
        { "negative", "of no noise schedule that PSSR knows, " },
        { "none", "of no noise schedule that PSSR knows, 0 at step " },
    };

    [Theory]
    [MemberData(nameof(OtherTables))]
    public void A_flow_of_another_process_is_refused_by_the_name_of_its_schedule(string which, string told)
    {
        var weights = Flow();
        double[] ours = FlowProcess.Table().AlphasCumprod;
        double[] bars = which switch
        {
            "ddpm" => NoiseSchedule.FromBetas([.. Enumerable.Range(0, 300).Select(i => 1e-4 + (0.0199 * i / 299))]).AlphasCumprod,
            "negative" => [.. ours.Select(bar => bar * -0.5)],
            "none" => new double[300],
            _ => KnownSchedules.Create(which, 300).AlphasCumprod,
        };
        weights["diffusion.alpha_bars"] = Floats(bars);
        SafeTensors.Save(_folder.File("other.safetensors"), weights);

        var error = Assert.Throws<PssrException>(() => Import("other.safetensors"));

        Assert.Equal(PssrErrorKind.Checkpoint, error.Kind);
        Assert.Contains($"its table 'diffusion.alpha_bars' is {told}", error.Message, StringComparison.Ordinal);
        Assert.Contains("PSSR samples by ᾱ(t) = exp(-0.1·t - 9.95·t²), by which it is ", error.Message, StringComparison.Ordinal);
        Assert.Equal(error.Message, Assert.Throws<PssrException>(() => Load(Installed("other.safetensors"))).Message);
    }

    [Theory]
    [InlineData("diffusion.betas")]
    [InlineData("diffusion.alphas")]
    public void One_table_alone_is_looked_at_too(string name)
    {
        var weights = Flow();
        var table = KnownSchedules.Create("sigmoid", 300).Betas;
        weights[name] = Floats(name.EndsWith("betas", StringComparison.Ordinal) ? table : [.. table.Select(beta => 1 - beta)]);
        SafeTensors.Save(_folder.File("other.safetensors"), weights);

        Assert.Contains($"'{name}' is that of a sigmoid noise schedule",
            Assert.Throws<PssrException>(() => Import("other.safetensors")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float64)]
    public void The_formulas_tables_are_taken_in_any_precision(ScalarType type)
    {
        SafeTensors.Save(_folder.File("ours.safetensors"), Flow().ToDictionary(w => w.Key, w => w.Value.to(type)));

        Assert.Equal("flow", Import("ours.safetensors").Card.Kind);
    }

    [Fact]
    public void A_flow_without_tables_is_one()
    {
        SafeTensors.Save(_folder.File("whole.safetensors"), Flow());
        SafeTensors.Save(_folder.File("bare.safetensors"), Flow().Where(w => !w.Key.StartsWith("diffusion.a", StringComparison.Ordinal)
            && w.Key != "diffusion.betas").ToDictionary());

        using LoadedFlow whole = Load(Import("whole.safetensors")), bare = Load(Import("bare.safetensors"));

        foreach (var name in new[] { "betas", "alphas", "alpha_bars" })
            Assert.True(torch.allclose(whole.Network.state_dict()[$"diffusion.{name}"], bare.Network.state_dict()[$"diffusion.{name}"],
                rtol: 1e-4, atol: 2e-6), name);
        Assert.True(ModelTester.Test(ModelStore.Find(Path.Combine(_folder.Path, "models", "bare"))).Passed);
    }

    [Theory]
    [InlineData("betas")]
    [InlineData("alphas_cumprod")]
    public void A_priors_schedule_is_the_one_that_lies_beside_it(string name)
    {
        var schedule = KnownSchedules.Create("squared-cosine", 200);
        SafeTensors.Save(_folder.File("prior.safetensors"), Prior(name, name == "betas" ? schedule.Betas : schedule.AlphasCumprod));

        var result = Import("prior.safetensors", new());

        Assert.Equal(new ScheduleCard("squared-cosine", 200), result.Model.Card.Schedule);
        Assert.DoesNotContain(result.Assumptions, a => a.Contains("noise schedule", StringComparison.Ordinal));
    }

    [Fact]
    public void A_prior_beside_a_schedule_that_there_is_not_is_refused_until_one_is_named()
    {
        double[] betas = [.. Enumerable.Range(0, 1000).Select(i => Math.Pow(0.0387 + (0.1009 * i / 999), 2))];
        SafeTensors.Save(_folder.File("prior.safetensors"), Prior("betas", betas));

        var error = Assert.Throws<PssrException>(() => Import("prior.safetensors", new()));

        Assert.Contains("table 'betas' of 1000 steps is that of a scaled-linear noise schedule with β from 0.0015 to 0.0195, which PSSR "
            + "hasn't: linear,", error.Message, StringComparison.Ordinal);
        Assert.Equal(new("linear", 1000), Import("prior.safetensors", new() { Schedule = new("linear", 1000) }).Model.Card.Schedule);
    }

    private InstalledModel Import(string file) =>
        Import(file, new() { Options = new() { ["rrdb_block_selection"] = new JsonArray(0, 1) } }).Model;

    private ModelImportResult Import(string file, ModelImportOptions options) =>
        ModelImporter.Import(_folder.File(file), options, Path.Combine(_folder.Path, "models"));

    private InstalledModel Installed(string file) => TestFlow.Install(_folder, card => card with
    {
        Weights = file, Sha256 = ModelCards.Sha256(_folder.File(file)),
    });

    private static LoadedFlow Load(InstalledModel model) => ModelLoader.LoadFlow(model, NetworkPlacement.Cpu);

    private static Dictionary<string, Tensor> Flow() => Weights.Load(Golden.Case("_shared/ecdp_weights.pt")).ToDictionary();

    /// <summary>As trainers of latent diffusion keep it.</summary>
    private static Dictionary<string, Tensor> Prior(string name, double[] table)
    {
        var weights = Weights.Load(Path.Combine(Golden.Case("unet-oldstyle"), "weights.pt"))
            .ToDictionary(w => "model.diffusion_model." + w.Key, w => w.Value);
        weights.Add(name, Floats(table));
        return weights;
    }

    private static Tensor Floats(double[] values) => torch.tensor(Array.ConvertAll(values, value => (float)value));
}

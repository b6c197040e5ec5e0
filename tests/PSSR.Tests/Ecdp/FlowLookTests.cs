using PSSR.Diffusion;
using PSSR.Ecdp;
using PSSR.Models;
using PSSR.Networks;
using PSSR.Tiles;

namespace PSSR.Tests.Ecdp;

public sealed class FlowLookTests
{
    private static readonly InstalledModel Embedded = ModelStore.Find("pssr-flow-x4");

    [Fact]
    public void Faithful_is_the_networks_mean_without_an_evaluation()
    {
        using var model = ModelLoader.LoadFlow(Embedded, NetworkPlacement.Cpu);
        using var scope = torch.NewDisposeScope();

        var faithful = Run(model, new FlowOptions { Look = FlowLook.Faithful, Consistency = 0 });
        using var off = torch.no_grad();
        var known = model.Network.Encoder.Given(Low, FlowCondition.StrengthOf(model.Network, Low, null)!.Value.ToTensor().unsqueeze(0));
        var mean = model.Network.Mean(known, model.Network.Encoder.forward(known));

        Assert.Equal(0, faithful.Evaluations);
        Assert.True(faithful.Image.allclose(mean, 1e-4, 1e-5));
        Assert.Equal(0.0, faithful.Decisions["detail"]);
        Assert.False(faithful.Decisions.ContainsKey("temperature"));
    }

    [Fact]
    public void What_is_drawn_comes_into_the_picture_by_the_detail()
    {
        using var model = ModelLoader.LoadFlow(Embedded, NetworkPlacement.Cpu);
        using var scope = torch.NewDisposeScope();
        Tensor Drawn(double detail) => Run(model, new FlowOptions { Detail = detail, Consistency = 0 }).Image;
        var mean = Drawn(0);

        var whole = Drawn(1) - mean;

        Assert.True(whole.abs().mean().ToDouble() > 1e-3);
        Assert.True((Drawn(0.5) - mean).allclose(whole * 0.5, 1e-4, 1e-5));
        Assert.True((Drawn(1.25) - mean).allclose(whole * 1.25, 1e-4, 1e-5));
    }

    [Theory]
    [InlineData(null, 1.0, 0.8, 3)]
    [InlineData(FlowLook.Natural, 1.0, 0.8, 3)]
    [InlineData(FlowLook.Clean, 0.5, 0.0, 1)]
    [InlineData(FlowLook.Crisp, 1.25, 0.8, 3)]
    [InlineData(FlowLook.Faithful, 1.0, 0.0, 1)] // the mean of this one is the bicubic picture
    public void A_look_is_settings_that_go_together(FlowLook? look, double detail, double temperature, int steps)
    {
        using var flow = TestFlow.Load(c => c with { Sampling = new SamplingCard("dpm-solver", 3, 0.8, 0) });

        var resolved = new FlowOptions { Look = look }.Resolved(flow.Card);

        Assert.Equal((detail, temperature, steps), (resolved.Detail!.Value, resolved.Temperature!.Value, resolved.Steps!.Value));
        var own = new FlowOptions { Look = look, Detail = 0.7, Temperature = 0.3, Steps = 2 }.Resolved(flow.Card);
        Assert.Equal((0.7, 0.3, 2), (own.Detail!.Value, own.Temperature!.Value, own.Steps!.Value));
    }

    [Fact]
    public void A_model_that_learnt_to_draw_in_a_number_of_steps_takes_them_at_temperature_0_and_by_look_Clean()
    {
        using var flow = TestFlow.Load(c => c with { Sampling = new SamplingCard("dpm-solver", 2, 1, 0, MeanSteps: 2) });

        Assert.Equal(2, new FlowOptions { Temperature = 0 }.Resolved(flow.Card).Steps);
        var clean = new FlowOptions { Look = FlowLook.Clean }.Resolved(flow.Card);
        Assert.Equal((1.0, 0.0, 2), (clean.Detail!.Value, clean.Temperature!.Value, clean.Steps!.Value));
        Assert.Equal(5, new FlowOptions { Temperature = 0, Steps = 5 }.Resolved(flow.Card).Steps);
        Assert.Equal(50, new FlowOptions { Temperature = 0, Solver = FlowSolver.Ddim }.Resolved(flow.Card).Steps);
    }

    [Fact]
    public void A_model_that_never_learnt_to_draw_without_noise_gives_its_encoders_picture_at_temperature_0()
    {
        var card = Embedded.Card with { Sampling = new SamplingCard("dpm-solver", 1, 0.6, 0, MeanSteps: 0) };

        Assert.Equal((0.0, null, null), Of(new FlowOptions { Temperature = 0 }));
        Assert.Equal((0.0, null, null), Of(new FlowOptions { Look = FlowLook.Faithful }));
        Assert.Equal((0.5, 0.6, 1), Of(new FlowOptions { Look = FlowLook.Clean }));
        Assert.Equal((1.0, 0.0, 2), Of(new FlowOptions { Temperature = 0, Steps = 2 }));

        (double, double?, int?) Of(FlowOptions options)
        {
            var resolved = options.Resolved(card);
            return (resolved.Detail!.Value, resolved.Temperature, resolved.Steps);
        }
    }

    [Theory]
    [MemberData(nameof(AtTemperature0))]
    public void At_temperature_0_such_a_model_refuses_what_would_change_nothing(FlowOptions options, string name)
    {
        var card = Embedded.Card with { Sampling = new SamplingCard("dpm-solver", 1, 0.6, 0, MeanSteps: 0) };

        var refused = Assert.Throws<PssrException>(() => (options with { Temperature = 0 }).Resolved(card));

        Assert.StartsWith($"{name}: with temperature 0 and no Steps", refused.Message, StringComparison.Ordinal);
        _ = (options with { Temperature = 0, Steps = 1 }).Resolved(card);
    }

    public static TheoryData<FlowOptions, string> AtTemperature0 => new()
    {
        { new FlowOptions { Trace = [1] }, "Trace" },
        { new FlowOptions { Samples = 3 }, "Samples" },
        { new FlowOptions { NoiseContrast = 0.3 }, "NoiseContrast" },
        { new FlowOptions { FidelityThreshold = 0.05 }, "FidelityThreshold" },
        { new FlowOptions { Detail = 0.7 }, "Detail" },
        { new FlowOptions { Look = FlowLook.Crisp }, "Look" },
        { new FlowOptions { Look = FlowLook.Clean }, "Look" },
        { new FlowOptions { Look = FlowLook.Natural }, "Look" },
    };

    public static TheoryData<FlowOptions, string> OfDrawing => new()
    {
        { new FlowOptions { Temperature = 0.5 }, "Temperature" },
        { new FlowOptions { NoiseContrast = 0.1 }, "NoiseContrast" },
        { new FlowOptions { Solver = FlowSolver.Ddim }, "Solver" },
        { new FlowOptions { Steps = 3 }, "Steps" },
        { new FlowOptions { FirstStep = 3 }, "FirstStep" },
        { new FlowOptions { FidelityThreshold = 0.05 }, "FidelityThreshold" },
    };

    [Theory]
    [InlineData(FlowLook.Natural)]
    [InlineData(FlowLook.Clean)]
    [InlineData(FlowLook.Crisp)]
    public void Where_nothing_is_drawn_a_look_that_draws_is_refused(FlowLook look)
    {
        var refused = Assert.Throws<PssrException>(() => new FlowOptions { Look = look, Detail = 0 }.Check());

        Assert.StartsWith("Look: with Detail 0 nothing is drawn", refused.Message, StringComparison.Ordinal);
        new FlowOptions { Look = FlowLook.Faithful, Detail = 0 }.Check();
    }

    [Fact]
    public void A_look_without_noise_isn_t_dropped_by_a_solver_that_draws_it_at_every_step()
    {
        using var flow = TestFlow.Load(); // the mean of this one is the bicubic picture

        var refused = Assert.Throws<PssrException>(
            () => new FlowOptions { Look = FlowLook.Faithful, Solver = FlowSolver.Ddpm }.Resolved(flow.Card));

        Assert.StartsWith("Look: Faithful draws without noise", refused.Message, StringComparison.Ordinal);
        var clean = new FlowOptions { Look = FlowLook.Clean, Solver = FlowSolver.Ddpm };
        var learnt = flow.Card with { Sampling = new SamplingCard("dpm-solver", 1, 0.3, 0, MeanSteps: 1) };
        refused = Assert.Throws<PssrException>(() => clean.Resolved(learnt));
        Assert.StartsWith("Look: Clean draws without noise", refused.Message, StringComparison.Ordinal);
        Assert.Equal(0.5, clean.Resolved(flow.Card).Detail);
    }

    [Theory]
    [MemberData(nameof(OfDrawing), DisableDiscoveryEnumeration = true)]
    public void Where_nothing_is_drawn_a_setting_of_the_drawing_is_refused(FlowOptions setting, string name)
    {
        var detail = Assert.Throws<PssrException>(() => (setting with { Detail = 0 }).Check());
        var look = Assert.Throws<PssrException>(() => (setting with { Look = FlowLook.Faithful }).Resolved(Embedded.Card));

        Assert.Contains($"{name}: with Detail 0 nothing is drawn", detail.Message);
        Assert.Contains($"{name}: with Look Faithful nothing is drawn", look.Message);
    }

    /// <summary>Uneven everywhere: on flats nothing is drawn.</summary>
    private static Tensor Low => (torch.linspace(0, 900, 3 * 12 * 12).reshape(3, 12, 12).unsqueeze(0).sin() * 0.4) + 0.5;

    private static UpscaleOutcome Run(LoadedFlow model, FlowOptions options) =>
        new EcdpUpscaler(model, options).Upscale(new UpscaleRequest(Low, 48, 48, 1, 7), new EvaluationMonitor());
}

using PSSR.Diffusion;
using PSSR.Ecdp;
using PSSR.Ecdp.Learning;
using PSSR.Networks;
using PSSR.Tiles;

namespace PSSR.Tests.Ecdp;

/// <summary>On a device that has shapes alone an operation of its tensors with the CPU's fails, as on a GPU. It knows no convolution: the
/// network is stood in for.</summary>
public sealed class FlowDeviceTests
{
    private static readonly Device Nowhere = NetworkPlacement.ShapesOnly.Device;

    [Theory]
    [InlineData(FlowSolver.DpmSolver, 0.05)]
    [InlineData(FlowSolver.DpmSolver, null)]
    [InlineData(FlowSolver.Ddim, 0.05)]
    [InlineData(FlowSolver.Ddpm, null)]
    public void A_flow_is_walked_on_its_device_alone(FlowSolver solver, double? noiseContrast)
    {
        using var scope = torch.NewDisposeScope();
        using var off = torch.no_grad();
        var settings = new FlowOptions { Solver = solver, Steps = 4, NoiseContrast = noiseContrast };
        var mean = torch.zeros([1, 3, 40, 24], device: Nowhere);

        var (picture, _) = new EcdpSampler(settings, 0.1).Sample(new Halving(), mean, new NoiseSource(1, 2));

        Assert.Equal((DeviceType.META, torch.float32), (picture.device_type, picture.dtype));
        Assert.Equal(mean.shape, picture.shape);
    }

    [Theory]
    [InlineData(FlowParametrization.Hybrid, 0.3)]
    [InlineData(FlowParametrization.Hybrid, null)]
    [InlineData(FlowParametrization.Epsilon, null)]
    [InlineData(FlowParametrization.X0, null)]
    public void The_heads_of_a_network_become_a_velocity_where_they_are(FlowParametrization parametrization, double? lambda)
    {
        using var scope = torch.NewDisposeScope();
        Tensor heads = torch.zeros([2, 6, 8, 8], device: Nowhere), z = torch.zeros([2, 3, 8, 8], device: Nowhere);

        Assert.Equal(DeviceType.META, FlowProcess.Velocity(heads, z, [0.4, 0.7], parametrization, lambda).device_type);
    }

    [Fact]
    public void The_flows_equation_is_solved_where_its_start_is()
    {
        using var scope = torch.NewDisposeScope();
        using var off = torch.no_grad();

        var solution = new ProbabilityFlowSampler(new OdeOptions { EqualSteps = 2 })
            .Sample(new Halving(), torch.zeros([2, 3, 8, 8], device: Nowhere));

        Assert.Equal(DeviceType.META, solution.End.device_type);
    }

    [Fact]
    public void Tiles_are_blended_where_the_state_is()
    {
        using var scope = torch.NewDisposeScope();
        using var off = torch.no_grad();
        var (rows, columns) = (Tiling.Cut(150, 64, 8, 4), Tiling.Cut(90, 64, 8, 4));
        var start = torch.zeros([1, 3, rows.Padded, columns.Padded], device: Nowhere);

        var drawn = new DpmSolver(3).Sample(new TiledFlow(rows, columns, (_, _) => new Halving()), start);

        Assert.Equal(DeviceType.META, drawn.device_type);
    }

    [Fact]
    public void Score_matching_learns_where_the_pictures_are()
    {
        using var scope = torch.NewDisposeScope();
        Tensor z0 = torch.zeros([2, 3, 8, 8], device: Nowhere), noise = torch.zeros_like(z0);
        var weight = torch.ones([1], device: Nowhere, requires_grad: true);

        ScoreMatching.Losses((z, t) => torch.cat([z, z + t.reshape(-1, 1, 1, 1)], 1) * weight, z0, noise, [0.2, 0.9]).mean().backward();

        Assert.Equal(DeviceType.META, weight.grad!.device_type);
    }

    [Fact]
    public void A_noisy_path_goes_back_where_it_came_from()
    {
        using var scope = torch.NewDisposeScope();
        var weight = torch.ones([1], device: Nowhere, requires_grad: true);
        QualityWalk walk;
        using (torch.no_grad())
            walk = new NoisyPath(3, new NoiseSource(1, 2)).Walk(new Halving(weight), torch.zeros([2, 3, 8, 8], device: Nowhere));

        var back = walk.Back(torch.zeros_like(walk.End), [weight]);

        Assert.Equal((DeviceType.META, DeviceType.META), (back.Start.device_type, back.Parameters.Single().device_type));
    }

    /// <summary>v = z/2, by a weight where one is to learn.</summary>
    private sealed class Halving(Tensor? weight = null) : IFlowDenoiser
    {
        public Tensor Velocity(Tensor z, double[] times) => weight is null ? z * 0.5 : z * weight * 0.5;
    }
}

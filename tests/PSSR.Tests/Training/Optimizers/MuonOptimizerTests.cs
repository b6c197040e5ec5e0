using PSSR.Training;
using PSSR.Training.Optimizers;
using TorchSharp.Modules;

namespace PSSR.Tests.Training.Optimizers;

public sealed class MuonOptimizerTests
{
    [Theory]
    [InlineData(16, 16)]
    [InlineData(24, 150)]
    [InlineData(150, 24)]
    public void A_matrix_keeps_its_directions_and_loses_their_sizes(int rows, int columns)
    {
        using var scope = torch.NewDisposeScope();
        using var generator = new torch.Generator(7);
        var matrix = torch.randn([rows, columns], torch.float32, torch.CPU, generator: generator);

        var (u, _, vh) = torch.linalg.svd(matrix, fullMatrices: false);
        var turned = u.t().matmul(MuonOptimizer.Orthogonal(matrix)).matmul(vh.t());

        Assert.All(turned.diagonal().data<float>().ToArray(), size => Assert.InRange(size, 0.3, 1.3));
        Assert.InRange((turned - torch.diag(turned.diagonal())).abs().max().ToDouble(), 0, 1e-3);
    }

    [Fact]
    public void A_gradient_of_zeros_moves_nothing()
    {
        using var weights = new Parameter(torch.ones(16, 16, 3, 3));
        using var muon = OptimizerKind.Muon.Of([("w", weights)]);
        using var gradient = torch.zeros(16, 16, 3, 3);

        muon.Step([gradient], 1, 0.1, 0);

        Assert.All(weights.data<float>().ToArray(), weight => Assert.Equal(1, weight));
    }

    [Fact]
    public void An_update_is_as_large_as_one_of_Adam_whatever_the_layers_form_and_the_gradients_scale()
    {
        foreach (var shape in new long[][] { [64, 64, 3, 3], [128, 32, 1, 1], [32, 128] })
        {
            foreach (var scale in new[] { 1e-3, 1.0 })
            {
                using var scope = torch.NewDisposeScope();
                using var generator = new torch.Generator(3);
                using var weights = new Parameter(torch.zeros(shape));
                using var muon = OptimizerKind.Muon.Of([("w", weights)]);

                muon.Step([torch.randn(shape, torch.float32, torch.CPU, generator: generator)], scale, 0.01, 0);

                Assert.InRange(weights.square().mean().sqrt().ToDouble() / 0.01, 0.15, 0.25);
            }
        }
    }

    [Fact]
    public void What_is_no_matrix_or_a_small_one_moves_as_by_Adam()
    {
        foreach (var shape in new long[][] { [20], [3, 64, 3, 3], [64, 3, 1, 1] })
        {
            using var scope = torch.NewDisposeScope();
            using Parameter one = new(torch.ones(shape)), other = new(torch.ones(shape));
            using var muon = OptimizerKind.Muon.Of([("p", one)], _ => 0.5);
            using var adam = OptimizerKind.Adam.Of([("p", other)], _ => 0.5);
            for (var step = 0; step < 4; step++)
            {
                var gradient = torch.linspace(-1, step + 1, other.numel()).reshape(shape);
                muon.Step([gradient], 0.7, 0.01, step);
                adam.Step([gradient], 0.7, 0.01, step);
            }

            Assert.Equal(other.data<float>().ToArray(), one.data<float>().ToArray());
        }
    }

    [Fact]
    public void A_layer_takes_its_share_of_the_rate_and_goes_on_from_its_momentum()
    {
        using var scope = torch.NewDisposeScope();
        using var generator = new torch.Generator(5);
        using Parameter whole = new(torch.zeros(32, 32)), tenth = new(torch.zeros(32, 32)), alone = new(torch.zeros(32, 32));
        using var muon = OptimizerKind.Muon.Of([("a", whole), ("b", tenth)], name => name == "b" ? 0.1 : 1);
        using var later = OptimizerKind.Muon.Of([("a", alone)]);
        var first = torch.randn([32, 32], torch.float32, torch.CPU, generator: generator);
        var second = torch.randn([32, 32], torch.float32, torch.CPU, generator: generator);

        muon.Step([first, first], 1, 0.01, 0);
        using (torch.no_grad())
        {
            alone.copy_(whole);
            foreach (var (name, value) in later.State())
                value.copy_(muon.State().First(s => s.Name == name).Value);
        }
        muon.Step([second, second], 1, 0.01, 1);
        later.Step([second], 1, 0.01, 1);

        Assert.Equal(whole.data<float>().ToArray(), alone.data<float>().ToArray());
        Assert.True(torch.allclose(tenth * 10, whole, 1e-4, 1e-7));
    }

    [Fact]
    public void Directions_that_gradients_seldom_point_to_are_learnt_in_fewer_steps_than_by_Adam()
    {
        Assert.True(Loss(OptimizerKind.Muon) < 0.05 * Loss(OptimizerKind.Adam));

        // A linear map learnt from inputs that lie nearly in one plane.
        static double Loss(OptimizerKind kind)
        {
            using var scope = torch.NewDisposeScope();
            using var generator = new torch.Generator(11);
            var truth = torch.randn([32, 32], torch.float32, torch.CPU, generator: generator);
            var inputs = torch.randn([32, 256], torch.float32, torch.CPU, generator: generator)
                * torch.logspace(0, -1.5, 32, dtype: torch.float32).unsqueeze(1);
            inputs = torch.linalg.qr(torch.randn([32, 32], torch.float32, torch.CPU, generator: generator)).Q.matmul(inputs);
            using var weights = new Parameter(torch.zeros(32, 32));
            using var optimizer = kind.Of([("w", weights)]);
            var rate = new LearningRate(0.3, 0, 300, 1);
            for (var step = 0; step < 300; step++)
                optimizer.Step([(weights.detach() - truth).matmul(inputs).matmul(inputs.t()) / 256], 1, rate.At(step), step);
            return (weights.detach() - truth).matmul(inputs).square().mean().ToDouble();
        }
    }
}

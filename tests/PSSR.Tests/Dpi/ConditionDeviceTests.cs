using PSSR.Diffusion;
using PSSR.Dpi;
using PSSR.Host;
using PSSR.Networks;
using PSSR.Tiles;

namespace PSSR.Tests.Dpi;

/// <summary>On a device that has shapes alone an operation of its tensors with the CPU's fails, as on a GPU.</summary>
public sealed class ConditionDeviceTests
{
    private static readonly Device Nowhere = NetworkPlacement.ShapesOnly.Device;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_condition_lies_on_its_grid_where_it_is(bool asReleased)
    {
        using var scope = torch.NewDisposeScope();
        var grid = asReleased ? new ReleasedGrid(2) : new ConditionGrid(2);

        var condition = grid.Condition(torch.zeros([1, 3, 8, 8], device: Nowhere), 16, 16);

        Assert.Equal(DeviceType.META, condition.device_type);
        Assert.Equal(DeviceType.META, grid.Marked(condition).device_type);
        Assert.Equal(DeviceType.META, grid.Mask(16, 16, Nowhere).device_type);
    }

    [Fact]
    public void A_correctors_loss_and_its_gradient_are_computed_where_the_pictures_are()
    {
        using var scope = torch.NewDisposeScope();
        var weight = torch.ones([1], device: Nowhere, requires_grad: true);
        var objective = new CorrectorObjective((x, t, original) => (x + original + t.reshape(-1, 1, 1, 1)) * weight,
            KnownSchedules.Linear(100), new ConditionGrid(2), 16, 16);
        Tensor truth = torch.zeros([2, 3, 8, 8], device: Nowhere), noise = torch.zeros_like(truth);

        objective.Paper(truth, truth, new CorrectorDraw([3, 40], [50, 60], [false, false], noise, noise))
            .Plus(objective.Released(truth, truth, [0, 70], noise, noise).mean()).backward();

        Assert.Equal(DeviceType.META, weight.grad!.device_type);
    }

    [Fact]
    public void Tiles_that_are_corrected_together_are_blended_where_they_are()
    {
        using var scope = torch.NewDisposeScope();
        var (rows, columns) = (Tiling.Cut(150, 64, 8, 4), Tiling.Cut(90, 64, 8, 4));
        var condition = torch.zeros([1, 3, rows.Padded, columns.Padded], device: Nowhere);

        var corrected = new TiledCorrector(new Adding(), rows, columns, atOnce: 4).Correct(condition, 20, condition);

        Assert.Equal(DeviceType.META, corrected.device_type);
    }

    private sealed class Adding : IConditionCorrector
    {
        public Tensor Correct(Tensor condition, double timestep, Tensor original) => condition + original;
    }
}

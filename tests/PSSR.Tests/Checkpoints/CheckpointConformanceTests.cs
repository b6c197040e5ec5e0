namespace PSSR.Tests.Checkpoints;

public sealed class CheckpointConformanceTests
{
    [Fact]
    public void Golden_checkpoints_load_and_hostile_ones_are_refused() => Golden.MustPass("checkpoint");
}

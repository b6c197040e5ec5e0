using PSSR.Models;
using PSSR.Networks;
using PSSR.Networks.Rrdb;
using PSSR.Tests.Ecdp;
using PSSR.Tests.Training;

namespace PSSR.Tests.Models;

[Collection(GlobalRandomCollection.Name)] // the test's own threads are the others: the other tests draw without taking turns
public sealed class InitialWeightsTests
{
    [Fact]
    public void A_seed_gives_the_same_weights_while_other_threads_build_and_load_networks()
    {
        using var scope = torch.NewDisposeScope();
        var stop = false;
        Thread[] others =
        [
            new(() => Until(() => InitialWeights.Drawn(9, Build).Dispose())),
            new(() => Until(() => TestFlow.Load().Dispose())),
        ];
        Array.ForEach(others, thread => thread.Start());

        Tensor[] weights;
        try
        {
            weights = [.. Enumerable.Range(0, 40).Select(_ => InitialWeights.Drawn(5, Build).parameters().Last(p => p.dim() == 4))];
        }
        finally
        {
            Volatile.Write(ref stop, true);
            Array.ForEach(others, thread => thread.Join());
        }

        Assert.All(weights, again => Assert.True(again.Equals(weights[0])));

        void Until(Action work)
        {
            while (!Volatile.Read(ref stop))
                work();
        }
    }

    private static RrdbNet Build() => new(new RrdbOptions { Blocks = 2, Selection = [1] }, NetworkPlacement.Cpu);
}

using PSSR.Networks;
using PSSR.Training;
using PSSR.Training.Parts;
using TorchSharp.Modules;

namespace PSSR.Tests.Training.Parts;

[Collection(GlobalRandomCollection.Name)]
public sealed class StepLossTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pssr-parts-").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    [Theory]
    [InlineData(1, 5, new long[] { 5 })]
    [InlineData(2, 5, new long[] { 2, 3 })]
    [InlineData(3, 8, new long[] { 2, 3, 3 })]
    [InlineData(4, 2, new long[] { 1, 1 })]
    public void A_batch_is_parted_by_pictures_one_part_a_thread(int threads, long pictures, long[] counts)
    {
        using var one = new OneThread();
        torch.set_num_threads(threads);
        using var scope = torch.NewDisposeScope();
        var seen = new List<(long From, long Count)>();

        var loss = StepLoss.Mean(pictures, torch.CPU, (from, count) =>
        {
            seen.Add((from, count));
            return torch.arange(from, from + count, torch.float32).mean();
        });
        var sum = loss.Parts.Sum(part => part().ToDouble());

        Assert.Equal(counts, seen.Select(p => p.Count));
        Assert.Equal(pictures, seen.Sum(p => p.Count));
        Assert.Equal((pictures - 1) / 2.0, sum, 1e-6);
    }

    [Fact]
    public void What_is_learnt_does_not_depend_on_the_parts()
    {
        using var one = new OneThread();
        var whole = Train(1);
        var parted = Train(3);

        Assert.Equal(whole.Length, parted.Length);
        Assert.All(whole.Zip(parted), w => Assert.Equal(w.First, w.Second, 1e-5f));
        Assert.Equal(parted, Train(3)); // always summed in one order
    }

    [Fact]
    public void A_part_that_fails_ends_the_step_and_the_others_are_waited_for()
    {
        using var threads = new PartThreads();
        var done = 0;

        var thrown = Assert.Throws<IOException>(() => threads.Run<int>(
            [() => throw new IOException("first"), () => { Thread.Sleep(50); return Interlocked.Increment(ref done); },
                () => throw new InvalidOperationException("second")]));

        Assert.Equal("first", thrown.Message);
        Assert.Equal(1, done);
        Assert.Equal([1, 2], threads.Run<int>([() => 1, () => 2]));
    }

    [Fact]
    public void A_part_computes_on_its_share_of_the_threads()
    {
        using var one = new OneThread();
        torch.set_num_threads(4);
        using var threads = new PartThreads();

        Assert.Equal([2, 2], threads.Run<int>([torch.get_num_threads, torch.get_num_threads]));
        Assert.Equal(4, torch.get_num_threads());
    }

    private float[] Train(int threads)
    {
        torch.set_num_threads(threads);
        torch.manual_seed(3);
        using var network = new ModuleGroup(("only", torch.nn.Linear(4, 3)));
        var linear = (Linear)network.children().Single();
        using var loop = new TrainingLoop(network, new TrainingLoopOptions { Steps = 20, LearningRate = 0.01, WarmupSteps = 0 },
            Path.Combine(_folder, Path.GetRandomFileName()), "a");
        loop.Run(step =>
        {
            var x = torch.arange(20 * (step + 1), 20 * (step + 2), torch.float32).reshape(5, 4).sin();
            return StepLoss.Mean(5, torch.CPU, (from, count) => linear.forward(x.narrow(0, from, count)).pow(2).mean());
        }, null, TestContext.Current.CancellationToken);
        return [.. network.parameters().SelectMany(p => p.data<float>().ToArray())];
    }
}

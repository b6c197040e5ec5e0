using PSSR.Host;

namespace PSSR.Tests.Host;

public sealed class AbandonableTests
{
    [Fact]
    public void What_the_work_gives_or_throws_comes_through()
    {
        Assert.Equal(42, Abandonable.Run("test", () => 42, TestContext.Current.CancellationToken));
        Assert.Throws<InvalidDataException>(
            () => Abandonable.Run<int>("test", () => throw new InvalidDataException(), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Work_that_does_not_end_is_left_to_itself_and_what_it_gives_at_last_is_disposed()
    {
        using var begun = new ManualResetEventSlim();
        using var end = new ManualResetEventSlim();
        using var disposed = new ManualResetEventSlim();
        using var stop = new CancellationTokenSource();
        ThreadPool.QueueUserWorkItem(_ =>
        {
            begun.Wait();
            stop.Cancel();
        });

        Assert.Throws<TaskCanceledException>(() => Abandonable.Run("test", () =>
        {
            begun.Set();
            end.Wait();
            return new Late(disposed);
        }, stop.Token));

        Assert.True(Abandonable.IsLeft);
        end.Set();
        disposed.Wait(TestContext.Current.CancellationToken);
    }

    private sealed class Late(ManualResetEventSlim disposed) : IDisposable
    {
        public void Dispose() => disposed.Set();
    }
}

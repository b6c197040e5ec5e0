namespace PSSR.Training.Crops;

/// <summary>
/// Pairs for a training that takes one step after the other: while the network learns from a step's, the next step's are made on a thread
/// of their own. The pairs are the data set's own.
/// </summary>
/// <param name="pairs">Nothing else may use it meanwhile.</param>
/// <remarks>Not thread-safe.</remarks>
internal sealed class PairsAhead(PairDataset pairs, int count) : IDisposable
{
    private Task<PictureBatch>? _made;
    private long _madeFor;

    /// <summary>Pairs of a step, which belong to the caller's dispose scope.</summary>
    /// <inheritdoc cref="PairDataset.Batch"/>
    public PictureBatch Batch(long step)
    {
        if (_made is null || _madeFor != step)
        {
            Dispose();
            Begin(step);
        }
        var (low, high, strength) = _made!.GetAwaiter().GetResult();
        Begin(step + 1);
        return new PictureBatch(Owned(low), Owned(high), Owned(strength));
    }

    /// <summary>Waits for what is under way.</summary>
    public void Dispose()
    {
        if (_made is null)
            return;
        ((IAsyncResult)_made).AsyncWaitHandle.WaitOne();
        if (_made.IsCompletedSuccessfully)
        {
            var (low, high, strength) = _made.Result;
            low.Dispose();
            high.Dispose();
            strength.Dispose();
        }
        _made = null;
    }

    private void Begin(long step) => (_made, _madeFor) = (Task.Factory.StartNew(() =>
    {
        // Of this thread alone.
        torch.set_num_threads(1);
        return pairs.Batch(step, count);
    }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default), step);

    /// <summary>Tensors of another thread are in no scope.</summary>
    private static Tensor Owned(Tensor made)
    {
        using (made)
            return made.alias();
    }
}

namespace TorchSharp;

public static partial class torch
{
    /// <summary>From now until the scope is disposed, this thread's new tensors belong to it and go with it.</summary>
    public static DisposeScope NewDisposeScope() => new();
}

/// <summary>
/// Owns the tensors made in it. Native memory is invisible to the garbage collector, so every computation runs in one; what outlives it is
/// moved out. Scopes nest and belong to the thread that made them.
/// </summary>
public sealed class DisposeScope : IDisposable
{
    [ThreadStatic] private static DisposeScope? current;

    private readonly HashSet<IDisposable> disposables = new(ReferenceEqualityComparer.Instance);
    private readonly DisposeScope? outer;
    private bool disposed;

    internal DisposeScope()
    {
        outer = current;
        current = this;
    }

    internal static DisposeScope? Current => current;

    public int DisposablesCount => disposables.Count;

    internal void Add(torch.Tensor tensor)
    {
        disposables.Add(tensor);
        tensor.Scope = this;
    }

    internal void Forget(torch.Tensor tensor) => disposables.Remove(tensor);

    /// <summary>Hands a tensor to the enclosing scope, or to nobody (and so to the caller) when there is none.</summary>
    public T MoveToOuter<T>(T disposable) where T : IDisposable => Move(disposable, outer);

    /// <summary>Takes a tensor out of all scopes: the caller disposes it.</summary>
    public T Detach<T>(T disposable) where T : IDisposable => Move(disposable, null);

    internal T Move<T>(T disposable, DisposeScope? to) where T : IDisposable
    {
        if (disposable is torch.Tensor tensor && disposables.Remove(tensor))
        {
            tensor.Scope = null;
            to?.Add(tensor);
        }
        return disposable;
    }

    public void DisposeEverything() => DisposeEverythingBut();

    public void DisposeEverythingBut(params IDisposable[] keep)
    {
        foreach (var disposable in disposables.Except(keep, ReferenceEqualityComparer.Instance).Cast<IDisposable>().ToArray()) disposable.Dispose();
    }

    public void Dispose()
    {
        if (disposed) return;
        disposed = true;
        // Scopes close in the order they opened backwards; one closed early leaves the inner ones to close themselves.
        if (ReferenceEquals(current, this)) current = outer;
        foreach (var disposable in disposables.ToArray()) disposable.Dispose();
        disposables.Clear();
    }
}

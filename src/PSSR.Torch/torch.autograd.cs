namespace TorchSharp;

public static unsafe partial class torch
{
    public static bool is_grad_enabled() => Native.pt_grad_enabled() != 0;

    /// <summary>No tape on this thread until disposed.</summary>
    public static IDisposable no_grad() => set_grad_enabled(false);
    public static IDisposable enable_grad() => set_grad_enabled(true);
    public static IDisposable set_grad_enabled(bool enabled) => new GradMode(enabled);

    private sealed class GradMode : IDisposable
    {
        private readonly int before = Native.pt_grad_enabled();

        internal GradMode(bool enabled) => Native.pt_set_grad_enabled(enabled ? 1 : 0);

        public void Dispose() => Native.pt_set_grad_enabled(before);
    }

    public static class autograd
    {
        /// <summary>d outputs / d inputs, weighted by gradOutputs (none: ones, for scalars).</summary>
        /// <returns>One gradient an input; null for an unused one when allowed.</returns>
        public static IList<Tensor> grad(IList<Tensor> outputs, IList<Tensor> inputs, IList<Tensor>? grad_outputs = null, bool retain_graph = false,
            bool create_graph = false, bool allow_unused = false)
        {
            nint[] from = [.. outputs.Select(t => t.Handle)], to = [.. inputs.Select(t => t.Handle)], weights = [.. (grad_outputs ?? []).Select(t => t.Handle)];
            var result = new nint[to.Length];
            fixed (nint* pFrom = from, pTo = to, pWeights = weights, pResult = result)
                Native.Check(Native.pt_grad(pFrom, from.Length, pTo, to.Length, pWeights, weights.Length, retain_graph ? 1 : 0, create_graph ? 1 : 0, allow_unused ? 1 : 0, pResult));
            GC.KeepAlive(outputs);
            GC.KeepAlive(inputs);
            GC.KeepAlive(grad_outputs);
            return [.. result.Select(handle => handle == 0 ? null! : new Tensor(handle))];
        }
    }

    public partial class Tensor
    {
        public bool requires_grad
        {
            get => Keep(Native.pt_requires_grad(Handle)) != 0;
            set => requires_grad_(value);
        }

        public Tensor requires_grad_(bool value = true)
        {
            Native.Check(Native.pt_set_requires_grad(Handle, value ? 1 : 0));
            return Keep(this);
        }

        public bool is_leaf => Keep(Native.pt_is_leaf(Handle)) != 0;

        public void backward()
        {
            Native.Check(Native.pt_backward(Handle));
            GC.KeepAlive(this);
        }

        /// <summary>The gradient that backward accumulated, or null.</summary>
        public Tensor? grad
        {
            get
            {
                nint result;
                Native.Check(Native.pt_grad_of(Handle, &result));
                GC.KeepAlive(this);
                return result == 0 ? null : new Tensor(result);
            }
        }

        internal void ClearGradient()
        {
            Native.Check(Native.pt_clear_grad(Handle));
            GC.KeepAlive(this);
        }
    }
}

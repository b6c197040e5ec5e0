using System.Collections;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace TorchSharp.Modules
{
    /// <summary>A trained tensor. It belongs to its module, not to a dispose scope.</summary>
    public sealed class Parameter : Tensor
    {
        public Parameter(Tensor data, bool requires_grad = true) : base(data.Surrender())
        {
            DetachFromDisposeScope();
            requires_grad_(requires_grad);
        }
    }

    public sealed class Conv2d : nn.Module<Tensor, Tensor>
    {
        private readonly long[] strides, padding, dilation;
        private readonly long groups;

        internal Conv2d(long inChannels, long outChannels, (long, long) kernel, (long, long) stride, (long, long) padding, (long, long) dilation, long groups, bool bias, Device? device, ScalarType? dtype)
            : base(nameof(Conv2d))
        {
            (strides, this.padding, this.dilation, this.groups) =
                ([stride.Item1, stride.Item2], [padding.Item1, padding.Item2], [dilation.Item1, dilation.Item2], groups);
            weight = new Parameter(empty([outChannels, inChannels / groups, kernel.Item1, kernel.Item2], dtype, device));
            nn.init.kaiming_uniform_(weight, Math.Sqrt(5));
            register_parameter(nameof(weight), weight);
            if (!bias) return;
            var bound = 1 / Math.Sqrt(nn.init.FanIn(weight));
            this.bias = new Parameter(empty([outChannels], dtype, device));
            nn.init.uniform_(this.bias, -bound, bound);
            register_parameter(nameof(bias), this.bias);
        }

        public Parameter weight { get; }
        public Parameter? bias { get; }

        public override Tensor forward(Tensor input) => F.conv2d(input, weight, bias, strides, padding, dilation, groups);

        /// <summary>Reorders the weight once for what computes with it. It can't be read, copied, moved or trained afterwards. TorchSharp has no such call: see Accelerated.</summary>
        internal unsafe void PackWeight()
        {
            using var frozen = no_grad();
            weight.requires_grad_(false);
            nint packed;
            fixed (long* s = strides, p = padding, d = dilation) Native.Check(Native.pt_pack_conv2d(weight.Handle, s, p, d, groups, &packed));
            weight.Become(new Tensor(packed));
        }
    }

    public sealed class Linear : nn.Module<Tensor, Tensor>
    {
        internal Linear(long inputs, long outputs, bool hasBias, Device? device, ScalarType? dtype) : base(nameof(Linear))
        {
            weight = new Parameter(empty([outputs, inputs], dtype, device));
            nn.init.kaiming_uniform_(weight, Math.Sqrt(5));
            register_parameter(nameof(weight), weight);
            if (!hasBias) return;
            var bound = 1 / Math.Sqrt(inputs);
            bias = new Parameter(empty([outputs], dtype, device));
            nn.init.uniform_(bias, -bound, bound);
            register_parameter(nameof(bias), bias);
        }

        public Parameter weight { get; }
        public Parameter? bias { get; }

        public override Tensor forward(Tensor input) => F.linear(input, weight, bias);
    }

    public sealed class GroupNorm : nn.Module<Tensor, Tensor>
    {
        internal GroupNorm(long groups, long channels, double eps, Device? device, ScalarType? dtype) : base(nameof(GroupNorm))
        {
            (num_groups, this.eps) = (groups, eps);
            weight = new Parameter(ones([channels], dtype, device));
            bias = new Parameter(zeros([channels], dtype, device));
            register_parameter(nameof(weight), weight);
            register_parameter(nameof(bias), bias);
        }

        public long num_groups { get; }
        public double eps { get; }
        public Parameter weight { get; }
        public Parameter bias { get; }

        public override Tensor forward(Tensor input) => F.group_norm(input, num_groups, weight, bias, eps);
    }

    public sealed class SiLU() : nn.Module<Tensor, Tensor>(nameof(SiLU))
    {
        public override Tensor forward(Tensor input) => input.silu();
    }

    public sealed class Identity() : nn.Module<Tensor, Tensor>(nameof(Identity))
    {
        public override Tensor forward(Tensor input) => input.detach();
    }

    /// <summary>Modules one after another, named "0", "1", … or as given.</summary>
    public sealed class Sequential : nn.Module<Tensor, Tensor>
    {
        private readonly List<nn.Module<Tensor, Tensor>> steps = [];

        internal Sequential(IEnumerable<(string Name, nn.Module<Tensor, Tensor> Module)> modules) : base(nameof(Sequential))
        {
            foreach (var (name, module) in modules)
            {
                register_module(name, module);
                steps.Add(module);
            }
        }

        public override Tensor forward(Tensor input) => steps.Aggregate(input, (x, module) => module.forward(x));
    }

    /// <summary>Modules in order, named "0", "1", …; what to do with them is the owner's affair.</summary>
    public sealed class ModuleList<T> : nn.Module, IEnumerable<T> where T : nn.Module
    {
        private readonly List<T> items = [];

        public ModuleList(params T[] modules) : base(nameof(ModuleList<T>))
        {
            foreach (var module in modules) Add(module);
        }

        public int Count => items.Count;
        public T this[int index] => items[index];

        public void Add(T module)
        {
            register_module(items.Count.ToString(), module);
            items.Add(module);
        }

        public IEnumerator<T> GetEnumerator() => items.GetEnumerator();
        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}

namespace TorchSharp
{
    using TorchSharp.Modules;

    public static partial class torch
    {
        public static partial class nn
        {
            public static Parameter Parameter(Tensor data, bool requires_grad = true) => new(data, requires_grad);

            public static Conv2d Conv2d(long in_channels, long out_channels, long kernel_size, long stride = 1, long padding = 0, long dilation = 1, long groups = 1, bool bias = true, Device? device = null, ScalarType? dtype = null) =>
                new(in_channels, out_channels, (kernel_size, kernel_size), (stride, stride), (padding, padding), (dilation, dilation), groups, bias, device, dtype);

            public static Linear Linear(long inputs, long outputs, bool hasBias = true, Device? device = null, ScalarType? dtype = null) => new(inputs, outputs, hasBias, device, dtype);

            public static GroupNorm GroupNorm(long num_groups, long num_channels, double eps = 1e-5, Device? device = null, ScalarType? dtype = null) => new(num_groups, num_channels, eps, device, dtype);

            public static SiLU SiLU() => new();
            public static Identity Identity() => new();
            public static Sequential Sequential(params (string name, Module<Tensor, Tensor> module)[] modules) => new(modules);
            public static Sequential Sequential(params Module<Tensor, Tensor>[] modules) => new(modules.Select((module, i) => (i.ToString(), module)));
            public static ModuleList<T> ModuleList<T>(params T[] modules) where T : Module => new(modules);
        }
    }
}

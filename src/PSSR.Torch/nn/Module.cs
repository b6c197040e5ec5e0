using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>A named tree of parameters, buffers and modules.</summary>
        public class Module : IDisposable
        {
            private readonly string name;
            private readonly List<(string Name, Parameter Value)> ownParameters = [];
            private readonly List<(string Name, Tensor Value)> ownBuffers = [];
            private readonly List<(string Name, Module Value)> ownModules = [];

            protected Module(string name) => this.name = name;

            public bool training { get; private set; } = true;

            public virtual string GetName() => name;

            public void register_parameter(string name, Parameter param) => ownParameters.Add((Checked(name), param));

            public void register_buffer(string name, Tensor tensor) => ownBuffers.Add((Checked(name), tensor.DetachFromDisposeScope()));

            public virtual void register_module(string name, Module submodule) => ownModules.Add((Checked(name), submodule));

            private string Checked(string component)
            {
                if (component.Length == 0 || component.Contains('.')) throw new ArgumentException($"'{component}' can't name a component.");
                if (ownParameters.Any(p => p.Name == component) || ownBuffers.Any(b => b.Name == component) || ownModules.Any(m => m.Name == component))
                    throw new ArgumentException($"{name} has a component '{component}' already.");
                return component;
            }

            public IEnumerable<(string name, Module module)> named_children() => ownModules.Select(m => (m.Name, m.Value));
            public IEnumerable<Module> children() => ownModules.Select(m => m.Value);

            public IEnumerable<(string name, Module module)> named_modules() =>
                ownModules.SelectMany(m => m.Value.named_modules().Select(inner => ($"{m.Name}.{inner.name}", inner.module)).Prepend((m.Name, m.Value)));

            public IEnumerable<Module> modules() => named_modules().Select(m => m.module);

            public IEnumerable<(string name, Parameter parameter)> named_parameters() =>
                ownParameters.Select(p => (p.Name, p.Value)).Concat(ownModules.SelectMany(m => m.Value.named_parameters().Select(p => ($"{m.Name}.{p.name}", p.parameter))));

            public IEnumerable<Parameter> parameters() => named_parameters().Select(p => p.parameter);

            public IEnumerable<(string name, Tensor buffer)> named_buffers() =>
                ownBuffers.Select(b => (b.Name, b.Value)).Concat(ownModules.SelectMany(m => m.Value.named_buffers().Select(b => ($"{m.Name}.{b.name}", b.buffer))));

            public IEnumerable<Tensor> buffers() => named_buffers().Select(b => b.buffer);

            /// <summary>The parameters and buffers themselves, by name.</summary>
            public Dictionary<string, Tensor> state_dict()
            {
                var state = new Dictionary<string, Tensor>();
                foreach (var (key, parameter) in named_parameters()) state.Add(key, parameter);
                foreach (var (key, buffer) in named_buffers()) state.Add(key, buffer);
                return state;
            }

            public void train(bool on = true)
            {
                training = on;
                foreach (var child in children()) child.train(on);
            }

            public void eval() => train(false);

            public void zero_grad()
            {
                foreach (var parameter in parameters()) parameter.ClearGradient();
            }

            public Module apply(Action<Module> action)
            {
                foreach (var child in children()) child.apply(action);
                action(this);
                return this;
            }

            internal void Convert(ScalarType? dtype, Device? device)
            {
                using var frozen = no_grad();
                foreach (var tensor in ownParameters.Select(p => p.Value).Concat(ownBuffers.Select(b => b.Value)))
                {
                    var target = dtype is { } type && tensor.dtype is ScalarType.Float32 or ScalarType.Float64 or ScalarType.Float16 or ScalarType.BFloat16 ? dtype.Value : tensor.dtype;
                    tensor.Become(tensor.to(target, device ?? tensor.device));
                }
                foreach (var child in children()) child.Convert(dtype, device);
            }

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            protected virtual void Dispose(bool disposing)
            {
                if (!disposing) return;
                foreach (var (_, parameter) in ownParameters) parameter.Dispose();
                foreach (var (_, buffer) in ownBuffers) buffer.Dispose();
                foreach (var child in children()) child.Dispose();
            }
        }

        public abstract class Module<T, TResult>(string name) : Module(name)
        {
            public abstract TResult forward(T input);
            public TResult call(T input) => forward(input);
        }

        public abstract class Module<T1, T2, TResult>(string name) : Module(name)
        {
            public abstract TResult forward(T1 first, T2 second);
            public TResult call(T1 first, T2 second) => forward(first, second);
        }

        public abstract class Module<T1, T2, T3, TResult>(string name) : Module(name)
        {
            public abstract TResult forward(T1 first, T2 second, T3 third);
            public TResult call(T1 first, T2 second, T3 third) => forward(first, second, third);
        }
    }

    public partial class Tensor
    {
        /// <summary>Takes over another tensor's memory and keeps its own identity, so that modules can move under their owners.</summary>
        internal void Become(Tensor other)
        {
            var wantsGradient = requires_grad;
            var replaced = Interlocked.Exchange(ref handle, other.Surrender());
            Native.pt_free(replaced);
            if (wantsGradient) requires_grad_();
        }
    }
}

public static class ModuleExtensionMethods
{
    /// <summary>Casts floating-point parameters and buffers in place.</summary>
    public static T to<T>(this T module, torch.ScalarType dtype) where T : torch.nn.Module
    {
        module.Convert(dtype, null);
        return module;
    }

    public static T to<T>(this T module, torch.Device device) where T : torch.nn.Module
    {
        module.Convert(null, device);
        return module;
    }

    public static T to<T>(this T module, torch.Device device, torch.ScalarType dtype) where T : torch.nn.Module
    {
        module.Convert(dtype, device);
        return module;
    }

    public static T cpu<T>(this T module) where T : torch.nn.Module => module.to(torch.CPU);
}

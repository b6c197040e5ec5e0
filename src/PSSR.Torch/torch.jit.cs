using System.Runtime.InteropServices;

namespace TorchSharp;

public static unsafe partial class torch
{
    /// <summary>Modules that Python wrote with torch.jit: programs, run by libtorch's interpreter. Those that name an operation on files are refused.</summary>
    public static class jit
    {
        /// <summary>Loads a module of one tensor to one tensor, in evaluation mode.</summary>
        /// <exception cref="ExternalException">Not a TorchScript file, or of a version that this libtorch doesn't run.</exception>
        public static ScriptModule<T, TResult> load<T, TResult>(string filename, DeviceType device_type = DeviceType.CPU, long device_index = -1)
        {
            if (typeof(T) != typeof(Tensor) || typeof(TResult) != typeof(Tensor))
                throw new NotSupportedException("Only modules of one tensor to one tensor are supported.");
            nint module;
            var path = Marshal.StringToCoTaskMemUTF8(filename);
            try
            {
                Native.Check(Native.pt_script_load((byte*)path, (int)device_type, (int)device_index, &module));
            }
            finally
            {
                Marshal.FreeCoTaskMem(path);
            }
            return new ScriptModule<T, TResult>(new ScriptHandle(module));
        }

        public sealed class ScriptModule<T, TResult> : nn.Module<T, TResult>
        {
            private readonly ScriptHandle module;

            internal ScriptModule(ScriptHandle module) : base("ScriptModule") => this.module = module;

            /// <summary>Runs the module's forward; of a tuple or list of tensors, the first.</summary>
            /// <exception cref="ExternalException">The program failed, or gives no tensor; libtorch's own message.</exception>
            public override TResult forward(T input)
            {
                var tensor = (Tensor)(object)input!;
                nint handle = tensor.Handle, result;
                var held = false;
                try
                {
                    module.DangerousAddRef(ref held);
                    Native.Check(Native.pt_script_forward(module.DangerousGetHandle(), &handle, 1, &result));
                }
                finally
                {
                    if (held) module.DangerousRelease();
                }
                GC.KeepAlive(tensor);
                return (TResult)(object)new Tensor(result);
            }

            protected override void Dispose(bool disposing)
            {
                base.Dispose(disposing);
                if (disposing) module.Dispose();
            }
        }

        internal sealed class ScriptHandle : SafeHandle
        {
            internal ScriptHandle(nint handle) : base(0, true) => SetHandle(handle);

            public override bool IsInvalid => handle == 0;

            protected override bool ReleaseHandle()
            {
                Native.pt_script_free(handle);
                return true;
            }
        }
    }
}

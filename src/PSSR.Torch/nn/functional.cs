namespace TorchSharp;

public static unsafe partial class torch
{
    public static partial class nn
    {
        public enum Reduction : long { None = 0, Mean = 1, Sum = 2 }

        public static class functional
        {
            private static readonly long[] One = [1, 1], Zero = [0, 0];

            public static Tensor conv2d(Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null, long[]? padding = null, long[]? dilation = null, long groups = 1)
            {
                nint result;
                fixed (long* s = strides ?? One, p = padding ?? Zero, d = dilation ?? One)
                    Native.Check(Native.pt_conv2d(input.Handle, weight.Handle, bias?.Handle ?? 0, s, p, d, groups, &result));
                GC.KeepAlive(input);
                GC.KeepAlive(weight);
                GC.KeepAlive(bias);
                return new Tensor(result);
            }

            public static Tensor linear(Tensor input, Tensor weight, Tensor? bias = null)
            {
                nint result;
                Native.Check(Native.pt_linear(input.Handle, weight.Handle, bias?.Handle ?? 0, &result));
                GC.KeepAlive(input);
                GC.KeepAlive(weight);
                GC.KeepAlive(bias);
                return new Tensor(result);
            }

            public static Tensor group_norm(Tensor input, long num_groups, Tensor? weight = null, Tensor? bias = null, double eps = 1e-5)
            {
                nint result;
                Native.Check(Native.pt_group_norm(input.Handle, num_groups, weight?.Handle ?? 0, bias?.Handle ?? 0, eps, &result));
                GC.KeepAlive(input);
                GC.KeepAlive(weight);
                GC.KeepAlive(bias);
                return new Tensor(result);
            }

            /// <summary>Resizes the last two dimensions; half-pixel centres, bicubic coefficient -0.75, no antialias.</summary>
            public static Tensor interpolate(Tensor x, long[]? size = null, double[]? scale_factor = null, InterpolationMode mode = InterpolationMode.Nearest, bool? align_corners = null)
            {
                if (size is null)
                {
                    if (scale_factor is null) throw new ArgumentException("interpolate wants a size or a scale factor.");
                    size = [(long)(x.shape[2] * scale_factor[0]), (long)(x.shape[3] * scale_factor[^1])];
                }
                var native = mode switch { InterpolationMode.Nearest => 0, InterpolationMode.Bilinear => 1, _ => 2 };
                nint result;
                Native.Check(Native.pt_interpolate(x.Handle, size[0], size[1], native, align_corners == true ? 1 : 0, &result));
                GC.KeepAlive(x);
                return new Tensor(result);
            }

            /// <param name="pad">Left, right, top, bottom of the last two dimensions.</param>
            public static Tensor pad(Tensor input, long[] pad, PaddingModes mode = PaddingModes.Constant, double value = 0)
            {
                var native = mode switch { PaddingModes.Constant => 0, PaddingModes.Reflect => 1, _ => 2 };
                nint result;
                fixed (long* p = pad) Native.Check(Native.pt_pad(input.Handle, p, pad.Length, native, value, &result));
                GC.KeepAlive(input);
                return new Tensor(result);
            }

            public static Tensor pad(Tensor input, (long, long, long, long) sides, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                pad(input, [sides.Item1, sides.Item2, sides.Item3, sides.Item4], mode, value);

            public static Tensor avg_pool2d(Tensor input, long kernel_size, long stride) => avg_pool2d(input, [kernel_size, kernel_size], [stride, stride]);

            public static Tensor avg_pool2d(Tensor input, long[] kernel_size, long[] strides)
            {
                nint result;
                fixed (long* k = kernel_size, s = strides) Native.Check(Native.pt_avg_pool2d(input.Handle, k, s, &result));
                GC.KeepAlive(input);
                return new Tensor(result);
            }

            public static Tensor pixel_shuffle(Tensor x, long upscale_factor) => Shuffle(x, upscale_factor, 0);
            public static Tensor pixel_unshuffle(Tensor x, long downscale_factor) => Shuffle(x, downscale_factor, 1);

            private static Tensor Shuffle(Tensor x, long factor, int inverse)
            {
                nint result;
                Native.Check(Native.pt_pixel_shuffle(x.Handle, factor, inverse, &result));
                GC.KeepAlive(x);
                return new Tensor(result);
            }

            public static Tensor relu(Tensor x) => x.relu();

            /// <summary>x where positive, slope·x elsewhere.</summary>
            public static Tensor leaky_relu(Tensor input, double negative_slope)
            {
                nint result;
                Native.Check(Native.pt_leaky_relu(input.Handle, negative_slope, &result));
                GC.KeepAlive(input);
                return new Tensor(result);
            }

            public static Tensor gelu(Tensor x) => x.gelu();
            public static Tensor softmax(Tensor x, long dim) => x.softmax(dim);

            /// <summary>Sets a share p of the elements to 0 and scales the rest by 1/(1-p); draws from libtorch's own generator.</summary>
            public static Tensor dropout(Tensor input, double p = 0.5, bool training = true)
            {
                if (!training || p == 0) return input.alias();
                using var scope = NewDisposeScope();
                var kept = (rand(input.shape, float32, input.device) >= p).to(input.dtype);
                return (input * kept / (1 - p)).MoveToOuterDisposeScope();
            }

            public static Tensor mse_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean)
            {
                var squares = (input - target).square();
                return reduction switch { Reduction.None => squares, Reduction.Sum => squares.sum(), _ => squares.mean() };
            }

            /// <summary>Group norm, scale-shift and SiLU in one kernel, for inference on the CPU. TorchSharp has no such call: see Accelerated.</summary>
            internal static Tensor GroupNormSiLU(Tensor x, long groups, Tensor weight, Tensor bias, double eps, Tensor? scale, Tensor? shift, bool silu)
            {
                nint result;
                Native.Check(Native.pt_group_norm_silu(x.Handle, groups, weight.Handle, bias.Handle, eps, scale?.Handle ?? 0, shift?.Handle ?? 0, silu ? 1 : 0, &result));
                GC.KeepAlive(x);
                GC.KeepAlive(weight);
                GC.KeepAlive(bias);
                GC.KeepAlive(scale);
                GC.KeepAlive(shift);
                return new Tensor(result);
            }
        }

        public static class init
        {
            /// <summary>He et al. 2015: uniform in ±√(6/((1+a²)·fan_in)).</summary>
            public static Tensor kaiming_uniform_(Tensor tensor, double a = 0)
            {
                var bound = Math.Sqrt(6.0 / ((1 + a * a) * FanIn(tensor)));
                return uniform_(tensor, -bound, bound);
            }

            public static Tensor uniform_(Tensor tensor, double low = 0, double high = 1)
            {
                using var frozen = no_grad();
                return tensor.uniform_(low, high);
            }

            public static Tensor normal_(Tensor tensor, double mean = 0, double std = 1)
            {
                using var frozen = no_grad();
                return tensor.normal_(mean, std);
            }

            public static Tensor zeros_(Tensor tensor) => constant_(tensor, 0);
            public static Tensor ones_(Tensor tensor) => constant_(tensor, 1);

            public static Tensor constant_(Tensor tensor, Scalar value)
            {
                using var frozen = no_grad();
                return tensor.fill_(value);
            }

            internal static double FanIn(Tensor tensor) => tensor.shape.Skip(1).Aggregate(1.0, (product, n) => product * n);
        }
    }
}

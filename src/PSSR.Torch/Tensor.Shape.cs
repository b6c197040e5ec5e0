namespace TorchSharp;

public static unsafe partial class torch
{
    public partial class Tensor
    {
        private Tensor Reshaped(ShapeOp op, long[] dims)
        {
            nint result;
            fixed (long* p = dims) Native.Check(Native.pt_shape((int)op, Handle, p, dims.Length, &result));
            GC.KeepAlive(this);
            return new Tensor(result);
        }

        private Tensor Along(AlongOp op, long dim, long a = 0, long b = 0, long c = 0)
        {
            nint result;
            Native.Check(Native.pt_along((int)op, Handle, dim, a, b, c, &result));
            GC.KeepAlive(this);
            return new Tensor(result);
        }

        public Tensor reshape(params long[] shape) => Reshaped(ShapeOp.Reshape, shape);

        /// <summary>As reshape: a copy is made where a view can't be.</summary>
        public Tensor view(params long[] shape) => Reshaped(ShapeOp.Reshape, shape);
        public Tensor permute(params long[] dims) => Reshaped(ShapeOp.Permute, dims);
        public Tensor expand(params long[] sizes) => Reshaped(ShapeOp.Expand, sizes);
        public Tensor expand_as(Tensor other) => Reshaped(ShapeOp.Expand, other.shape);
        public Tensor repeat(params long[] times) => Reshaped(ShapeOp.Repeat, times);
        public Tensor flip(params long[] dims) => Reshaped(ShapeOp.Flip, dims);
        public Tensor flatten(long start) => Reshaped(ShapeOp.Reshape, [.. shape[..(int)start], -1]);
        public Tensor transpose(long a, long b) => Along(AlongOp.Transpose, a, b);
        public Tensor t() => Along(AlongOp.Transpose, 0, 1);
        public Tensor unsqueeze(long dim) => Along(AlongOp.Unsqueeze, dim);
        public Tensor squeeze(long dim) => Along(AlongOp.Squeeze, dim);
        public Tensor narrow(long dim, long start, long length) => Along(AlongOp.Narrow, dim, start, length);
        public Tensor slice(long dim, long start, long finish, long step) => Along(AlongOp.Slice, dim, start, finish, step);
        public Tensor select(long dim, long index) => Along(AlongOp.Select, dim, index);
        public Tensor roll(long shift, long dim) => Along(AlongOp.Roll, dim, shift);

        public Tensor index_select(long dim, Tensor index)
        {
            nint result;
            Native.Check(Native.pt_index_select(Handle, dim, index.Handle, &result));
            GC.KeepAlive(this);
            GC.KeepAlive(index);
            return new Tensor(result);
        }

        /// <summary>The element or sub-tensor at these leading indices.</summary>
        public Tensor this[params long[] indices]
        {
            get
            {
                var result = select(0, indices[0]);
                for (var i = 1; i < indices.Length; i++) result = result.select(0, indices[i]);
                return result;
            }
        }

        /// <summary>Pieces along a dimension, as equal as can be, the last one shorter.</summary>
        public Tensor[] chunk(long chunks, long dim)
        {
            var length = size((int)dim);
            return split((length + chunks - 1) / chunks, dim);
        }

        public Tensor[] split(long size, long dim)
        {
            var length = this.size((int)dim);
            return [.. Enumerable.Range(0, (int)((length + size - 1) / size)).Select(i => narrow(dim, i * size, Math.Min(size, length - i * size)))];
        }

        public Tensor[] split(long[] sizes, long dim)
        {
            var start = 0L;
            return [.. sizes.Select(size => narrow(dim, (start += size) - size, size))];
        }

        public Tensor[] unbind(long dim) => [.. Enumerable.Range(0, (int)size((int)dim)).Select(i => select(dim, i))];

        public Tensor contiguous() => Apply(UnaryOp.Contiguous);
        public Tensor clone() => Apply(UnaryOp.Clone);
        public Tensor detach() => Apply(UnaryOp.Detach);

        /// <summary>Another wrapper of the same tensor, to be disposed apart from this one.</summary>
        public Tensor alias() => to(dtype);

        /// <summary>The same numbers stored with channels fastest: [N,C,H,W] with the strides of [N,H,W,C]. TorchSharp has no such call: see Accelerated.</summary>
        internal Tensor ToChannelsLast() => Apply(UnaryOp.ChannelsLast);

        private Tensor Converted(int dtype, int device, int index)
        {
            nint result;
            Native.Check(Native.pt_to(Handle, dtype, device, index, &result));
            GC.KeepAlive(this);
            return new Tensor(result);
        }

        public Tensor to(ScalarType dtype) => Converted((int)dtype, -1, -1);
        public Tensor to(Device device) => Converted(-1, (int)device.type, device.index);
        public Tensor to(ScalarType dtype, Device device) => Converted((int)dtype, (int)device.type, device.index);
        public Tensor to_type(ScalarType dtype) => to(dtype);
        public Tensor type(ScalarType dtype) => to(dtype);
        public Tensor cpu() => to(CPU);
        public Tensor cuda() => to(CUDA);
    }
}

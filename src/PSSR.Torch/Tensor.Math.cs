namespace TorchSharp;

public static unsafe partial class torch
{
    public partial class Tensor
    {
        private Tensor Apply(UnaryOp op)
        {
            nint result;
            Native.Check(Native.pt_unary((int)op, Handle, &result));
            GC.KeepAlive(this);
            return new Tensor(result);
        }

        private Tensor Apply(BinaryOp op, Tensor other)
        {
            nint result;
            Native.Check(Native.pt_binary((int)op, Handle, other.Handle, &result));
            GC.KeepAlive(this);
            GC.KeepAlive(other);
            return new Tensor(result);
        }

        private Tensor Apply(BinaryOp op, Scalar other)
        {
            nint result;
            Native.Check(Native.pt_binary_scalar((int)op, Handle, other.Value, other.IntegerFlag, &result));
            GC.KeepAlive(this);
            return new Tensor(result);
        }

        private Tensor ApplyInPlace(BinaryOp op, Tensor other)
        {
            Native.Check(Native.pt_binary_inplace((int)op, Handle, other.Handle));
            GC.KeepAlive(this);
            GC.KeepAlive(other);
            return this;
        }

        private Tensor ApplyInPlace(BinaryOp op, Scalar other)
        {
            Native.Check(Native.pt_binary_scalar_inplace((int)op, Handle, other.Value, other.IntegerFlag));
            GC.KeepAlive(this);
            return this;
        }

        public static Tensor operator +(Tensor a, Tensor b) => a.Apply(BinaryOp.Add, b);
        public static Tensor operator -(Tensor a, Tensor b) => a.Apply(BinaryOp.Sub, b);
        public static Tensor operator *(Tensor a, Tensor b) => a.Apply(BinaryOp.Mul, b);
        public static Tensor operator /(Tensor a, Tensor b) => a.Apply(BinaryOp.Div, b);
        public static Tensor operator %(Tensor a, Tensor b) => a.Apply(BinaryOp.Remainder, b);
        public static Tensor operator +(Tensor a, Scalar b) => a.Apply(BinaryOp.Add, b);
        public static Tensor operator -(Tensor a, Scalar b) => a.Apply(BinaryOp.Sub, b);
        public static Tensor operator *(Tensor a, Scalar b) => a.Apply(BinaryOp.Mul, b);
        public static Tensor operator /(Tensor a, Scalar b) => a.Apply(BinaryOp.Div, b);
        public static Tensor operator %(Tensor a, Scalar b) => a.Apply(BinaryOp.Remainder, b);
        public static Tensor operator +(Scalar a, Tensor b) => b.Apply(BinaryOp.Add, a);
        public static Tensor operator *(Scalar a, Tensor b) => b.Apply(BinaryOp.Mul, a);
        public static Tensor operator -(Scalar a, Tensor b)
        {
            var negated = b.neg();
            return negated.Apply(BinaryOp.Add, a);
        }
        public static Tensor operator /(Scalar a, Tensor b)
        {
            var inverse = b.reciprocal();
            return inverse.Apply(BinaryOp.Mul, a);
        }
        public static Tensor operator -(Tensor a) => a.neg();
        public static Tensor operator >(Tensor a, Tensor b) => a.Apply(BinaryOp.Gt, b);
        public static Tensor operator <(Tensor a, Tensor b) => a.Apply(BinaryOp.Lt, b);
        public static Tensor operator >=(Tensor a, Tensor b) => a.Apply(BinaryOp.Ge, b);
        public static Tensor operator <=(Tensor a, Tensor b) => a.Apply(BinaryOp.Le, b);
        public static Tensor operator >(Tensor a, Scalar b) => a.Apply(BinaryOp.Gt, b);
        public static Tensor operator <(Tensor a, Scalar b) => a.Apply(BinaryOp.Lt, b);
        public static Tensor operator >=(Tensor a, Scalar b) => a.Apply(BinaryOp.Ge, b);
        public static Tensor operator <=(Tensor a, Scalar b) => a.Apply(BinaryOp.Le, b);

        public Tensor add(Tensor b) => Apply(BinaryOp.Add, b);
        public Tensor add(Scalar b) => Apply(BinaryOp.Add, b);
        public Tensor sub(Tensor b) => Apply(BinaryOp.Sub, b);
        public Tensor mul(Tensor b) => Apply(BinaryOp.Mul, b);
        public Tensor mul(Scalar b) => Apply(BinaryOp.Mul, b);
        public Tensor div(Tensor b) => Apply(BinaryOp.Div, b);
        public Tensor div(Scalar b) => Apply(BinaryOp.Div, b);
        public Tensor pow(Tensor b) => Apply(BinaryOp.Pow, b);
        public Tensor pow(Scalar b) => Apply(BinaryOp.Pow, b);
        public Tensor atan2(Tensor b) => Apply(BinaryOp.Atan2, b);
        public Tensor eq(Tensor b) => Apply(BinaryOp.Eq, b);
        public Tensor ne(Tensor b) => Apply(BinaryOp.Ne, b);
        public Tensor matmul(Tensor b) => Apply(BinaryOp.Matmul, b);
        public Tensor mm(Tensor b) => Apply(BinaryOp.Mm, b);
        public Tensor bmm(Tensor b) => Apply(BinaryOp.Bmm, b);
        public Tensor maximum(Tensor b) => Apply(BinaryOp.Maximum, b);
        public Tensor minimum(Tensor b) => Apply(BinaryOp.Minimum, b);

        public Tensor add_(Tensor b) => ApplyInPlace(BinaryOp.Add, b);
        public Tensor add_(Scalar b) => ApplyInPlace(BinaryOp.Add, b);
        public Tensor sub_(Tensor b) => ApplyInPlace(BinaryOp.Sub, b);
        public Tensor mul_(Tensor b) => ApplyInPlace(BinaryOp.Mul, b);
        public Tensor mul_(Scalar b) => ApplyInPlace(BinaryOp.Mul, b);
        public Tensor div_(Tensor b) => ApplyInPlace(BinaryOp.Div, b);
        public Tensor div_(Scalar b) => ApplyInPlace(BinaryOp.Div, b);

        /// <summary>this + alpha·b.</summary>
        public Tensor add(Tensor b, Scalar alpha) => AddScaled(b, alpha, false);

        /// <summary>this += alpha·b.</summary>
        public Tensor add_(Tensor b, Scalar alpha) => AddScaled(b, alpha, true);

        private Tensor AddScaled(Tensor b, Scalar alpha, bool inPlace)
        {
            nint result = 0;
            Native.Check(Native.pt_add_scaled(Handle, b.Handle, alpha.Value, inPlace ? 1 : 0, &result));
            GC.KeepAlive(this);
            GC.KeepAlive(b);
            return inPlace ? this : new Tensor(result);
        }

        /// <summary>this + value·b·c.</summary>
        public Tensor addcmul(Tensor b, Tensor c, Scalar value) => AddProduct(b, c, value, false, false);
        public Tensor addcmul_(Tensor b, Tensor c, Scalar value) => AddProduct(b, c, value, false, true);

        /// <summary>this + value·b/c.</summary>
        public Tensor addcdiv(Tensor b, Tensor c, Scalar value) => AddProduct(b, c, value, true, false);
        public Tensor addcdiv_(Tensor b, Tensor c, Scalar value) => AddProduct(b, c, value, true, true);

        private Tensor AddProduct(Tensor b, Tensor c, Scalar value, bool divide, bool inPlace)
        {
            nint result = 0;
            Native.Check(Native.pt_addcmul(Handle, b.Handle, c.Handle, value.Value, divide ? 1 : 0, inPlace ? 1 : 0, &result));
            GC.KeepAlive(this);
            GC.KeepAlive(b);
            GC.KeepAlive(c);
            return inPlace ? this : new Tensor(result);
        }

        /// <summary>this + weight·(end - this).</summary>
        public Tensor lerp(Tensor end, Tensor weight) => Lerp(end, weight, false);
        public Tensor lerp_(Tensor end, Tensor weight) => Lerp(end, weight, true);

        private Tensor Lerp(Tensor end, Tensor weight, bool inPlace)
        {
            nint result = 0;
            Native.Check(Native.pt_lerp(Handle, end.Handle, weight.Handle, inPlace ? 1 : 0, &result));
            GC.KeepAlive(this);
            GC.KeepAlive(end);
            GC.KeepAlive(weight);
            return inPlace ? this : new Tensor(result);
        }

        public Tensor clamp(Scalar min, Scalar max) => Clamp(min, max, false);
        public Tensor clamp_(Scalar min, Scalar max) => Clamp(min, max, true);

        private Tensor Clamp(Scalar min, Scalar max, bool inPlace)
        {
            nint result = 0;
            Native.Check(Native.pt_clamp(Handle, min.Value, max.Value, inPlace ? 1 : 0, &result));
            GC.KeepAlive(this);
            return inPlace ? this : new Tensor(result);
        }

        /// <summary>this where the condition holds, y elsewhere.</summary>
        public Tensor where(Tensor condition, Tensor y)
        {
            nint result;
            Native.Check(Native.pt_where(condition.Handle, Handle, y.Handle, &result));
            GC.KeepAlive(this);
            GC.KeepAlive(condition);
            GC.KeepAlive(y);
            return new Tensor(result);
        }

        public Tensor masked_fill(Tensor mask, Scalar value)
        {
            nint result;
            Native.Check(Native.pt_masked_fill(Handle, mask.Handle, value.Value, &result));
            GC.KeepAlive(this);
            GC.KeepAlive(mask);
            return new Tensor(result);
        }

        public Tensor copy_(Tensor source)
        {
            Native.Check(Native.pt_copy(Handle, source.Handle));
            GC.KeepAlive(this);
            GC.KeepAlive(source);
            return this;
        }

        public Tensor fill_(Scalar value)
        {
            Native.Check(Native.pt_fill(Handle, value.Value));
            GC.KeepAlive(this);
            return this;
        }

        public Tensor zero_() => fill_(0.0);

        /// <summary>Draws from libtorch's own generator (see <see cref="manual_seed"/>): for initial weights only.</summary>
        public Tensor normal_(double mean, double std)
        {
            Native.Check(Native.pt_normal(Handle, mean, std));
            GC.KeepAlive(this);
            return this;
        }

        /// <inheritdoc cref="normal_"/>
        public Tensor uniform_(double from, double to)
        {
            Native.Check(Native.pt_uniform(Handle, from, to));
            GC.KeepAlive(this);
            return this;
        }

        public Tensor neg() => Apply(UnaryOp.Neg);
        public Tensor exp() => Apply(UnaryOp.Exp);
        public Tensor log() => Apply(UnaryOp.Log);
        public Tensor sin() => Apply(UnaryOp.Sin);
        public Tensor cos() => Apply(UnaryOp.Cos);
        public Tensor sqrt() => Apply(UnaryOp.Sqrt);
        public Tensor rsqrt() => Apply(UnaryOp.Rsqrt);
        public Tensor abs() => Apply(UnaryOp.Abs);
        public Tensor square() => Apply(UnaryOp.Square);
        public Tensor tanh() => Apply(UnaryOp.Tanh);
        public Tensor sigmoid() => Apply(UnaryOp.Sigmoid);
        public Tensor relu() => Apply(UnaryOp.Relu);
        public Tensor silu() => Apply(UnaryOp.Silu);
        public Tensor gelu() => Apply(UnaryOp.Gelu);
        public Tensor floor() => Apply(UnaryOp.Floor);
        public Tensor round() => Apply(UnaryOp.Round);
        public Tensor sign() => Apply(UnaryOp.Sign);
        public Tensor reciprocal() => Apply(UnaryOp.Reciprocal);
        public Tensor erf() => Apply(UnaryOp.Erf);
        public Tensor isnan() => Apply(UnaryOp.IsNan);
        public Tensor isfinite() => Apply(UnaryOp.IsFinite);
        public Tensor all() => Apply(UnaryOp.All);
        public Tensor any() => Apply(UnaryOp.Any);
        public Tensor sum() => Apply(UnaryOp.Sum);
        public Tensor mean() => Apply(UnaryOp.Mean);
        public Tensor min() => Apply(UnaryOp.Min);
        public Tensor max() => Apply(UnaryOp.Max);
        public Tensor std() => Apply(UnaryOp.Std);

        /// <summary>Euclidean norm over all elements.</summary>
        public Tensor norm() => Apply(UnaryOp.Norm);

        private Tensor Reduce(ReduceOp op, long[] dims, bool keepdim, bool unbiased = true)
        {
            nint result;
            fixed (long* p = dims) Native.Check(Native.pt_reduce((int)op, Handle, p, dims.Length, keepdim ? 1 : 0, unbiased ? 1 : 0, &result));
            GC.KeepAlive(this);
            return new Tensor(result);
        }

        public Tensor sum(long dim, bool keepdim = false) => Reduce(ReduceOp.Sum, [dim], keepdim);
        public Tensor sum(long[] dims, bool keepdim = false) => Reduce(ReduceOp.Sum, dims, keepdim);
        public Tensor mean(long[] dims, bool keepdim = false) => Reduce(ReduceOp.Mean, dims, keepdim);
        public Tensor amax(long[] dims, bool keepdim = false) => Reduce(ReduceOp.Amax, dims, keepdim);
        public Tensor amin(long[] dims, bool keepdim = false) => Reduce(ReduceOp.Amin, dims, keepdim);
        public Tensor var(long[] dims, bool unbiased, bool keepdim) => Reduce(ReduceOp.Var, dims, keepdim, unbiased);
        public Tensor std(long[] dims, bool unbiased, bool keepdim) => Reduce(ReduceOp.Std, dims, keepdim, unbiased);

        public Tensor softmax(long dim) => Along(AlongOp.Softmax, dim);
        public Tensor cumsum(long dim) => Along(AlongOp.Cumsum, dim);
        public Tensor cumprod(long dim) => Along(AlongOp.Cumprod, dim);
        public Tensor argmax(long dim) => Along(AlongOp.Argmax, dim);

        /// <summary>|this - other| ≤ atol + rtol·|other| everywhere.</summary>
        public bool allclose(Tensor other, double rtol = 1e-5, double atol = 1e-8)
        {
            using var scope = NewDisposeScope();
            return ((this - other).abs() <= other.abs() * rtol + atol).all().item<bool>();
        }
    }
}

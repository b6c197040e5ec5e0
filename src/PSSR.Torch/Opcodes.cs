namespace TorchSharp;

// In the order of src/native/torch/tensor.cpp.

internal enum UnaryOp
{
    Neg, Exp, Log, Sin, Cos, Sqrt, Rsqrt, Abs, Square, Tanh, Sigmoid, Relu, Silu, Gelu, Floor, Round, Sign, Reciprocal, Erf, IsNan, IsFinite,
    Clone, Detach, Contiguous, ChannelsLast, Sum, Mean, Min, Max, Norm, All, Any, Std,
}

internal enum BinaryOp { Add, Sub, Mul, Div, Pow, Remainder, Maximum, Minimum, Atan2, Eq, Ne, Lt, Le, Gt, Ge, Matmul, Mm, Bmm }

internal enum ReduceOp { Sum, Mean, Amax, Amin, Var, Std }

internal enum ShapeOp { Reshape, Permute, Expand, Repeat, Flip }

internal enum AlongOp { Transpose, Unsqueeze, Squeeze, Narrow, Slice, Select, Softmax, Cumsum, Cumprod, Roll, Argmax }

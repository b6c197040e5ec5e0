// Creation, inspection, arithmetic and shapes. Operations of one signature share one entry point and an opcode; the opcodes are those of
// src/PSSR.Torch/Opcodes.cs, in the same order.
#include "pssr_torch.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <c10/core/CPUAllocator.h>
#include <torch/csrc/autograd/grad_mode.h>
#include <torch/version.h>

#include <cstring>

using namespace pssr;

namespace pssr {
thread_local std::string last_error;
}

namespace {

enum Unary { NEG, EXP, LOG, SIN, COS, SQRT, RSQRT, ABS, SQUARE, TANH, SIGMOID, RELU, SILU, GELU, FLOOR, ROUND, SIGN, RECIPROCAL, ERF, ISNAN, ISFINITE,
             CLONE, DETACH, CONTIGUOUS, CHANNELS_LAST, SUM, MEAN, MIN, MAX, NORM, ALL, ANY, STD };

at::Tensor unary(int op, const at::Tensor& x) {
    switch (op) {
        case NEG: return at::neg(x);
        case EXP: return at::exp(x);
        case LOG: return at::log(x);
        case SIN: return at::sin(x);
        case COS: return at::cos(x);
        case SQRT: return at::sqrt(x);
        case RSQRT: return at::rsqrt(x);
        case ABS: return at::abs(x);
        case SQUARE: return at::square(x);
        case TANH: return at::tanh(x);
        case SIGMOID: return at::sigmoid(x);
        case RELU: return at::relu(x);
        case SILU: return at::silu(x);
        case GELU: return at::gelu(x);
        case FLOOR: return at::floor(x);
        case ROUND: return at::round(x);
        case SIGN: return at::sign(x);
        case RECIPROCAL: return at::reciprocal(x);
        case ERF: return at::erf(x);
        case ISNAN: return at::isnan(x);
        case ISFINITE: return at::isfinite(x);
        case CLONE: return at::clone(x);
        case DETACH: return x.detach();
        case CONTIGUOUS: return x.contiguous();
        case CHANNELS_LAST: return x.contiguous(at::MemoryFormat::ChannelsLast);
        case SUM: return at::sum(x);
        case MEAN: return at::mean(x);
        case MIN: return at::min(x);
        case MAX: return at::max(x);
        case NORM: return at::norm(x);
        case ALL: return at::all(x);
        case ANY: return at::any(x);
        case STD: return at::std(x);
    }
    throw std::invalid_argument("unknown unary opcode " + std::to_string(op));
}

enum Binary { ADD, SUB, MUL, DIV, POW, REMAINDER, MAXIMUM, MINIMUM, ATAN2, EQ, NE, LT, LE, GT, GE, MATMUL, MM, BMM };

at::Tensor binary(int op, const at::Tensor& a, const at::Tensor& b) {
    switch (op) {
        case ADD: return at::add(a, b);
        case SUB: return at::sub(a, b);
        case MUL: return at::mul(a, b);
        case DIV: return at::div(a, b);
        case POW: return at::pow(a, b);
        case REMAINDER: return at::remainder(a, b);
        case MAXIMUM: return at::maximum(a, b);
        case MINIMUM: return at::minimum(a, b);
        case ATAN2: return at::atan2(a, b);
        case EQ: return at::eq(a, b);
        case NE: return at::ne(a, b);
        case LT: return at::lt(a, b);
        case LE: return at::le(a, b);
        case GT: return at::gt(a, b);
        case GE: return at::ge(a, b);
        case MATMUL: return at::matmul(a, b);
        case MM: return at::mm(a, b);
        case BMM: return at::bmm(a, b);
    }
    throw std::invalid_argument("unknown binary opcode " + std::to_string(op));
}

at::Tensor binary_scalar(int op, const at::Tensor& a, const at::Scalar& s) {
    switch (op) {
        case ADD: return at::add(a, s);
        case SUB: return at::sub(a, s);
        case MUL: return at::mul(a, s);
        case DIV: return at::div(a, s);
        case POW: return at::pow(a, s);
        case REMAINDER: return at::remainder(a, s);
        case EQ: return at::eq(a, s);
        case NE: return at::ne(a, s);
        case LT: return at::lt(a, s);
        case LE: return at::le(a, s);
        case GT: return at::gt(a, s);
        case GE: return at::ge(a, s);
    }
    throw std::invalid_argument("no scalar form of binary opcode " + std::to_string(op));
}

enum Reduction { RSUM, RMEAN, RAMAX, RAMIN, RVAR, RSTD };

at::Tensor reduce(int op, const at::Tensor& x, at::IntArrayRef dims, bool keep, bool unbiased) {
    switch (op) {
        case RSUM: return at::sum(x, dims, keep);
        case RMEAN: return at::mean(x, dims, keep);
        case RAMAX: return at::amax(x, dims, keep);
        case RAMIN: return at::amin(x, dims, keep);
        case RVAR: return at::var(x, dims, unbiased, keep);
        case RSTD: return at::std(x, dims, unbiased, keep);
    }
    throw std::invalid_argument("unknown reduction opcode " + std::to_string(op));
}

enum Shape { RESHAPE, PERMUTE, EXPAND, REPEAT, FLIP };

at::Tensor reshape(int op, const at::Tensor& x, at::IntArrayRef dims) {
    switch (op) {
        case RESHAPE: return at::reshape(x, dims);
        case PERMUTE: return x.permute(dims);
        case EXPAND: return x.expand(dims);
        case REPEAT: return x.repeat(dims);
        case FLIP: return at::flip(x, dims);
    }
    throw std::invalid_argument("unknown shape opcode " + std::to_string(op));
}

enum Along { TRANSPOSE, UNSQUEEZE, SQUEEZE, NARROW, SLICE, SELECT, SOFTMAX, CUMSUM, CUMPROD, ROLL, ARGMAX };

at::Tensor along(int op, const at::Tensor& x, int64_t dim, int64_t a, int64_t b, int64_t c) {
    switch (op) {
        case TRANSPOSE: return at::transpose(x, dim, a);
        case UNSQUEEZE: return at::unsqueeze(x, dim);
        case SQUEEZE: return at::squeeze(x, dim);
        case NARROW: return x.narrow(dim, a, b);
        case SLICE: return x.slice(dim, a, b, c);
        case SELECT: return x.select(dim, a);
        case SOFTMAX: return at::softmax(x, dim);
        case CUMSUM: return at::cumsum(x, dim);
        case CUMPROD: return at::cumprod(x, dim);
        case ROLL: return at::roll(x, {a}, {dim});
        case ARGMAX: return at::argmax(x, dim);
    }
    throw std::invalid_argument("unknown dimension opcode " + std::to_string(op));
}

}  // namespace

PT_API const char* pt_error() { return last_error.c_str(); }
PT_API const char* pt_version() { return TORCH_VERSION; }
PT_API void pt_free(Handle h) {
    guard([&] { auto owned = c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>::reclaim(h); });
}

// ---- process-wide -------------------------------------------------------------------------------------------------------------------
PT_API int pt_get_num_threads() { return at::get_num_threads(); }
PT_API int pt_set_num_threads(int n) { return guard([&] { at::set_num_threads(n); }); }
PT_API int pt_set_num_interop_threads(int n) { return guard([&] { at::set_num_interop_threads(n); }); }
PT_API int pt_manual_seed(int64_t seed) { return guard([&] { at::manual_seed(static_cast<uint64_t>(seed)); }); }
PT_API int pt_cuda_device_count(int* count) {
    return guard([&] { *count = at::hasCUDA() ? static_cast<int>(at::getNumGPUs()) : 0; });
}
PT_API int pt_allow_tf32(int matmul, int cudnn) {
    return guard([&] {
        if (matmul >= 0) at::globalContext().setAllowTF32CuBLAS(matmul != 0);
        if (cudnn >= 0) at::globalContext().setAllowTF32CuDNN(cudnn != 0);
    });
}

// ---- creation -----------------------------------------------------------------------------------------------------------------------
PT_API int pt_full(const int64_t* sizes, int64_t n, double value, int is_integer, int dtype, int dev, int index, Handle* out) {
    return guard([&] { *out = release(at::full(ints(sizes, n), scalar(value, is_integer), options(dtype, dev, index))); });
}
PT_API int pt_empty(const int64_t* sizes, int64_t n, int dtype, int dev, int index, Handle* out) {
    return guard([&] { *out = release(at::empty(ints(sizes, n), options(dtype, dev, index))); });
}
PT_API int pt_randn(const int64_t* sizes, int64_t n, int dtype, int dev, int index, Handle* out) {
    return guard([&] { *out = release(at::randn(ints(sizes, n), options(dtype, dev, index))); });
}
PT_API int pt_rand(const int64_t* sizes, int64_t n, int dtype, int dev, int index, Handle* out) {
    return guard([&] { *out = release(at::rand(ints(sizes, n), options(dtype, dev, index))); });
}
PT_API int pt_arange(double start, double end, double step, int is_integer, int dtype, int dev, int index, Handle* out) {
    return guard([&] {
        *out = release(at::arange(scalar(start, is_integer), scalar(end, is_integer), scalar(step, is_integer), options(dtype, dev, index)));
    });
}
PT_API int pt_linspace(double start, double end, int64_t steps, int dtype, int dev, int index, Handle* out) {
    return guard([&] { *out = release(at::linspace(start, end, steps, options(dtype, dev, index))); });
}
// Copies host memory into a new CPU tensor.
PT_API int pt_from_bytes(const void* data, int64_t byte_count, const int64_t* sizes, int64_t n, int dtype, Handle* out) {
    return guard([&] {
        at::Tensor t = at::empty(ints(sizes, n), options(dtype, 0, -1));
        if (static_cast<int64_t>(t.nbytes()) != byte_count) throw std::invalid_argument(
            "the data has " + std::to_string(byte_count) + " bytes, the shape needs " + std::to_string(t.nbytes()));
        if (byte_count > 0) std::memcpy(t.data_ptr(), data, static_cast<size_t>(byte_count));
        *out = release(std::move(t));
    });
}

// ---- inspection ---------------------------------------------------------------------------------------------------------------------
PT_API int64_t pt_dim(Handle x) { return x->dim(); }
PT_API int64_t pt_numel(Handle x) { return x->numel(); }
PT_API void pt_sizes(Handle x, int64_t* out) {
    auto s = x->sizes();
    std::memcpy(out, s.data(), s.size() * sizeof(int64_t));
}
PT_API void pt_strides(Handle x, int64_t* out) {
    auto s = x->strides();
    std::memcpy(out, s.data(), s.size() * sizeof(int64_t));
}
PT_API int pt_dtype(Handle x) { return static_cast<int>(c10::typeMetaToScalarType(x->dtype())); }
PT_API void pt_device(Handle x, int* type, int* index) {
    auto d = x->device();
    *type = static_cast<int>(d.type());
    *index = d.index();
}
PT_API int pt_is_contiguous(Handle x) { return x->is_contiguous(); }
PT_API int pt_data(Handle x, void** out) {
    return guard([&] {
        at::Tensor t = borrow(x);
        if (!t.device().is_cpu()) throw std::invalid_argument("the tensor is not on the CPU");
        *out = t.data_ptr();
    });
}

// ---- arithmetic ---------------------------------------------------------------------------------------------------------------------
PT_API int pt_unary(int op, Handle x, Handle* out) {
    return guard([&] { *out = release(unary(op, borrow(x))); });
}
PT_API int pt_binary(int op, Handle a, Handle b, Handle* out) {
    return guard([&] { *out = release(binary(op, borrow(a), borrow(b))); });
}
PT_API int pt_binary_scalar(int op, Handle a, double s, int is_integer, Handle* out) {
    return guard([&] { *out = release(binary_scalar(op, borrow(a), scalar(s, is_integer))); });
}
PT_API int pt_binary_inplace(int op, Handle a, Handle b) {
    return guard([&] {
        at::Tensor x = borrow(a), y = borrow(b);
        switch (op) {
            case ADD: x.add_(y); return;
            case SUB: x.sub_(y); return;
            case MUL: x.mul_(y); return;
            case DIV: x.div_(y); return;
        }
        throw std::invalid_argument("no in-place form of binary opcode " + std::to_string(op));
    });
}
PT_API int pt_binary_scalar_inplace(int op, Handle a, double s, int is_integer) {
    return guard([&] {
        at::Tensor x = borrow(a);
        at::Scalar y = scalar(s, is_integer);
        switch (op) {
            case ADD: x.add_(y); return;
            case SUB: x.sub_(y); return;
            case MUL: x.mul_(y); return;
            case DIV: x.div_(y); return;
        }
        throw std::invalid_argument("no in-place scalar form of binary opcode " + std::to_string(op));
    });
}
PT_API int pt_add_scaled(Handle a, Handle b, double alpha, int inplace, Handle* out) {
    return guard([&] {
        at::Tensor x = borrow(a);
        if (inplace) x.add_(borrow(b), alpha);
        else *out = release(at::add(x, borrow(b), alpha));
    });
}
// value * b * c (product) or value * b / c added to a.
PT_API int pt_addcmul(Handle a, Handle b, Handle c, double value, int divide, int inplace, Handle* out) {
    return guard([&] {
        at::Tensor x = borrow(a), y = borrow(b), z = borrow(c);
        if (inplace && divide) x.addcdiv_(y, z, value);
        else if (inplace) x.addcmul_(y, z, value);
        else *out = release(divide ? at::addcdiv(x, y, z, value) : at::addcmul(x, y, z, value));
    });
}
PT_API int pt_lerp(Handle a, Handle b, Handle weight, int inplace, Handle* out) {
    return guard([&] {
        at::Tensor x = borrow(a);
        if (inplace) x.lerp_(borrow(b), borrow(weight));
        else *out = release(at::lerp(x, borrow(b), borrow(weight)));
    });
}
PT_API int pt_where(Handle condition, Handle a, Handle b, Handle* out) {
    return guard([&] { *out = release(at::where(borrow(condition), borrow(a), borrow(b))); });
}
PT_API int pt_masked_fill(Handle x, Handle mask, double value, Handle* out) {
    return guard([&] { *out = release(at::masked_fill(borrow(x), borrow(mask), at::Scalar(value))); });
}
PT_API int pt_clamp(Handle x, double lo, double hi, int inplace, Handle* out) {
    return guard([&] {
        at::Tensor t = borrow(x);
        if (inplace) t.clamp_(lo, hi);
        else *out = release(at::clamp(t, lo, hi));
    });
}
PT_API int pt_leaky_relu(Handle x, double slope, Handle* out) {
    return guard([&] { *out = release(at::leaky_relu(borrow(x), slope)); });
}
PT_API int pt_fill(Handle x, double value) { return guard([&] { borrow(x).fill_(value); }); }
PT_API int pt_copy(Handle x, Handle source) { return guard([&] { borrow(x).copy_(borrow(source)); }); }
PT_API int pt_normal(Handle x, double mean, double std) { return guard([&] { borrow(x).normal_(mean, std); }); }
PT_API int pt_uniform(Handle x, double from, double to) { return guard([&] { borrow(x).uniform_(from, to); }); }
PT_API int pt_reduce(int op, Handle x, const int64_t* dims, int64_t n, int keep, int unbiased, Handle* out) {
    return guard([&] { *out = release(reduce(op, borrow(x), ints(dims, n), keep != 0, unbiased != 0)); });
}

// ---- shapes -------------------------------------------------------------------------------------------------------------------------
PT_API int pt_shape(int op, Handle x, const int64_t* dims, int64_t n, Handle* out) {
    return guard([&] { *out = release(reshape(op, borrow(x), ints(dims, n))); });
}
PT_API int pt_along(int op, Handle x, int64_t dim, int64_t a, int64_t b, int64_t c, Handle* out) {
    return guard([&] { *out = release(along(op, borrow(x), dim, a, b, c)); });
}
PT_API int pt_index_select(Handle x, int64_t dim, Handle index, Handle* out) {
    return guard([&] { *out = release(at::index_select(borrow(x), dim, borrow(index))); });
}
PT_API int pt_join(int stack, const Handle* tensors, int64_t n, int64_t dim, Handle* out) {
    return guard([&] {
        std::vector<at::Tensor> list;
        list.reserve(static_cast<size_t>(n));
        for (int64_t i = 0; i < n; i++) list.push_back(borrow(tensors[i]));
        *out = release(stack ? at::stack(list, dim) : at::cat(list, dim));
    });
}
// dtype or device of -1 keeps what the tensor has.
PT_API int pt_to(Handle x, int dtype, int dev, int index, Handle* out) {
    return guard([&] {
        at::Tensor t = borrow(x);
        auto target = dev < 0 ? t.device() : device(dev, index);
        auto type = dtype < 0 ? t.scalar_type() : static_cast<at::ScalarType>(dtype);
        *out = release(t.to(target, type));
    });
}

// Group norm, scale-shift and SiLU in two passes over memory instead of six; for inference.
//
//   y = silu(((x - mean) / sqrt(var + eps) * weight + bias) * (1 + scale) + shift)      silu and scale-shift optional
//
// Statistics in float32 over fixed chunks, joined in float64 in a fixed order: the result does not depend on the number of threads.
#include "pssr_torch.h"

#include <ATen/Parallel.h>

#include <cmath>
#include <cstring>
#include <vector>

using namespace pssr;

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define PT_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define PT_CLONES
#endif
#define PT_INLINE inline __attribute__((always_inline))

namespace {

constexpr int64_t kChunk = 256;      // rows (channels last) whose sums stay in float32
constexpr int64_t kFlat = 4096;      // elements (channels first) likewise

struct Bf16 { uint16_t bits; };

PT_INLINE float load(float v) { return v; }
PT_INLINE float load(Bf16 v) {
    uint32_t u = static_cast<uint32_t>(v.bits) << 16;
    float f;
    std::memcpy(&f, &u, 4);
    return f;
}
PT_INLINE void store(float* p, float v) { *p = v; }
PT_INLINE void store(Bf16* p, float v) {
    uint32_t u;
    std::memcpy(&u, &v, 4);
    p->bits = static_cast<uint16_t>((u + 0x7FFFu + ((u >> 16) & 1u)) >> 16);   // round to nearest even
}

// exp for the sigmoid: 2^n times a degree-6 polynomial on [-ln2/2, ln2/2]; relative error below 2e-7. Branch-free, so that it vectorises.
PT_INLINE float exp_approx(float x) {
    x = x < -87.0f ? -87.0f : (x > 88.0f ? 88.0f : x);
    float n = x * 1.44269504f;
    int32_t k = static_cast<int32_t>(n + (n >= 0.0f ? 0.5f : -0.5f));
    float kf = static_cast<float>(k);
    float r = (x - kf * 0.693359375f) + kf * 2.12194440e-4f;
    float p = 1.98756915e-4f;
    p = p * r + 1.39819995e-3f;
    p = p * r + 8.33345189e-3f;
    p = p * r + 4.16657960e-2f;
    p = p * r + 1.66666654e-1f;
    p = p * r + 5.00000012e-1f;
    float e = p * r * r + r + 1.0f;
    uint32_t bits = static_cast<uint32_t>(k + 127) << 23;
    float scale;
    std::memcpy(&scale, &bits, 4);
    return e * scale;
}
PT_INLINE float silu(float v) { return v / (1.0f + exp_approx(-v)); }

template <typename T>
PT_INLINE void sums_by_channel(const T* x, int64_t rows, int64_t channels, float* sum, float* square) {
    for (int64_t r = 0; r < rows; r++) {
        const T* row = x + r * channels;
        for (int64_t c = 0; c < channels; c++) {
            float v = load(row[c]);
            sum[c] += v;
            square[c] += v * v;
        }
    }
}
template <typename T>
PT_INLINE void sums_flat(const T* x, int64_t n, float* sum, float* square) {
    float s = 0, q = 0;
    for (int64_t i = 0; i < n; i++) {
        float v = load(x[i]);
        s += v;
        q += v * v;
    }
    *sum = s;
    *square = q;
}
template <typename T>
PT_INLINE void apply_by_channel(const T* x, T* y, int64_t rows, int64_t channels, const float* a, const float* b, int with_silu) {
    for (int64_t r = 0; r < rows; r++) {
        const T* from = x + r * channels;
        T* to = y + r * channels;
        if (with_silu) {
            for (int64_t c = 0; c < channels; c++) store(to + c, silu(load(from[c]) * a[c] + b[c]));
        } else {
            for (int64_t c = 0; c < channels; c++) store(to + c, load(from[c]) * a[c] + b[c]);
        }
    }
}
template <typename T>
PT_INLINE void apply_flat(const T* x, T* y, int64_t n, float a, float b, int with_silu) {
    if (with_silu) {
        for (int64_t i = 0; i < n; i++) store(y + i, silu(load(x[i]) * a + b));
    } else {
        for (int64_t i = 0; i < n; i++) store(y + i, load(x[i]) * a + b);
    }
}

// Attributes of clones don't reach templates: one plain function a type.
#define PT_KERNELS(T)                                                                                                                     \
    PT_CLONES void k_sums_by_channel(const T* x, int64_t r, int64_t c, float* s, float* q) { sums_by_channel(x, r, c, s, q); }             \
    PT_CLONES void k_sums_flat(const T* x, int64_t n, float* s, float* q) { sums_flat(x, n, s, q); }                                       \
    PT_CLONES void k_apply_by_channel(const T* x, T* y, int64_t r, int64_t c, const float* a, const float* b, int w) {                     \
        apply_by_channel(x, y, r, c, a, b, w);                                                                                             \
    }                                                                                                                                      \
    PT_CLONES void k_apply_flat(const T* x, T* y, int64_t n, float a, float b, int w) { apply_flat(x, y, n, a, b, w); }
PT_KERNELS(float)
PT_KERNELS(Bf16)

struct Norm {
    int64_t batch, channels, pixels, groups;
    double eps;
    const float *weight, *bias, *scale, *shift;
    int with_silu;
};

// From sums per (image, channel) to y = a·x + b per (image, channel).
void coefficients(const Norm& n, const std::vector<double>& sum, const std::vector<double>& square, std::vector<float>& a, std::vector<float>& b) {
    const int64_t per_group = n.channels / n.groups;
    for (int64_t i = 0; i < n.batch; i++) {
        for (int64_t g = 0; g < n.groups; g++) {
            double s = 0, q = 0;
            for (int64_t c = g * per_group; c < (g + 1) * per_group; c++) {
                s += sum[i * n.channels + c];
                q += square[i * n.channels + c];
            }
            const double count = static_cast<double>(per_group * n.pixels);
            const double mean = s / count;
            const double variance = std::max(0.0, q / count - mean * mean);
            const double rstd = 1.0 / std::sqrt(variance + n.eps);
            for (int64_t c = g * per_group; c < (g + 1) * per_group; c++) {
                const int64_t at = i * n.channels + c;
                double slope = rstd * n.weight[c], offset = n.bias[c] - mean * rstd * n.weight[c];
                if (n.scale != nullptr) {
                    slope *= 1.0 + n.scale[at];
                    offset = offset * (1.0 + n.scale[at]) + n.shift[at];
                }
                a[at] = static_cast<float>(slope);
                b[at] = static_cast<float>(offset);
            }
        }
    }
}

template <typename T>
void channels_last(const Norm& n, const T* x, T* y) {
    const int64_t chunks = (n.pixels + kChunk - 1) / kChunk, all = n.batch * chunks;
    std::vector<float> partial(static_cast<size_t>(all * 2 * n.channels), 0.0f);
    at::parallel_for(0, all, 1, [&](int64_t begin, int64_t end) {
        for (int64_t k = begin; k < end; k++) {
            const int64_t first = (k % chunks) * kChunk, rows = std::min(kChunk, n.pixels - first);
            float* p = partial.data() + k * 2 * n.channels;
            k_sums_by_channel(x + ((k / chunks) * n.pixels + first) * n.channels, rows, n.channels, p, p + n.channels);
        }
    });
    std::vector<double> sum(static_cast<size_t>(n.batch * n.channels), 0.0), square(sum.size(), 0.0);
    for (int64_t k = 0; k < all; k++) {
        const float* p = partial.data() + k * 2 * n.channels;
        double *s = sum.data() + (k / chunks) * n.channels, *q = square.data() + (k / chunks) * n.channels;
        for (int64_t c = 0; c < n.channels; c++) {
            s[c] += p[c];
            q[c] += p[n.channels + c];
        }
    }
    std::vector<float> a(sum.size()), b(sum.size());
    coefficients(n, sum, square, a, b);
    at::parallel_for(0, all, 1, [&](int64_t begin, int64_t end) {
        for (int64_t k = begin; k < end; k++) {
            const int64_t image = k / chunks, first = (k % chunks) * kChunk, rows = std::min(kChunk, n.pixels - first);
            const int64_t at = (image * n.pixels + first) * n.channels;
            k_apply_by_channel(x + at, y + at, rows, n.channels, a.data() + image * n.channels, b.data() + image * n.channels, n.with_silu);
        }
    });
}

template <typename T>
void channels_first(const Norm& n, const T* x, T* y) {
    const int64_t planes = n.batch * n.channels;
    std::vector<double> sum(static_cast<size_t>(planes)), square(sum.size());
    at::parallel_for(0, planes, 1, [&](int64_t begin, int64_t end) {
        for (int64_t p = begin; p < end; p++) {
            double s = 0, q = 0;
            for (int64_t i = 0; i < n.pixels; i += kFlat) {
                float fs, fq;
                k_sums_flat(x + p * n.pixels + i, std::min(kFlat, n.pixels - i), &fs, &fq);
                s += fs;
                q += fq;
            }
            sum[p] = s;
            square[p] = q;
        }
    });
    std::vector<float> a(sum.size()), b(sum.size());
    coefficients(n, sum, square, a, b);
    at::parallel_for(0, planes, 1, [&](int64_t begin, int64_t end) {
        for (int64_t p = begin; p < end; p++) k_apply_flat(x + p * n.pixels, y + p * n.pixels, n.pixels, a[p], b[p], n.with_silu);
    });
}

template <typename T>
void run(const Norm& n, const at::Tensor& x, at::Tensor& y, bool last) {
    const T* from = static_cast<const T*>(x.data_ptr());
    T* to = static_cast<T*>(y.data_ptr());
    if (last) channels_last(n, from, to);
    else channels_first(n, from, to);
}

at::Tensor plain(const at::Tensor& t) { return t.to(at::kFloat).contiguous(); }

}  // namespace

// x: float32 or bfloat16 [N,C,H,W] on the CPU, channels first or last (kept). weight, bias: [C]. scale, shift: [N,C] or null.
PT_API int pt_group_norm_silu(Handle hx, int64_t groups, Handle hweight, Handle hbias, double eps, Handle hscale, Handle hshift, int with_silu,
                              Handle* out) {
    return guard([&] {
        at::NoGradGuard no_grad;
        at::Tensor x = borrow(hx);
        TORCH_CHECK(x.device().is_cpu() && x.dim() == 4 && x.numel() > 0, "group_norm_silu wants a CPU tensor [N,C,H,W], not ", x.sizes());
        TORCH_CHECK(groups > 0 && x.size(1) % groups == 0, "group_norm_silu: ", x.size(1), " channels don't divide into ", groups, " groups");
        const bool last = x.size(1) > 1 && !x.is_contiguous() && x.is_contiguous(at::MemoryFormat::ChannelsLast);
        if (!last) x = x.contiguous();
        at::Tensor weight = plain(borrow(hweight)), bias = plain(borrow(hbias)), scale, shift;
        TORCH_CHECK(weight.numel() == x.size(1) && bias.numel() == x.size(1), "group_norm_silu: weight ", weight.sizes(), " for input ", x.sizes());
        if (hscale != nullptr) {
            scale = plain(borrow(hscale));
            shift = plain(borrow(hshift));
            TORCH_CHECK(scale.numel() == x.size(0) * x.size(1) && shift.numel() == scale.numel(), "group_norm_silu: scale ", scale.sizes(),
                        " and shift ", shift.sizes(), " for input ", x.sizes());
        }
        Norm n{x.size(0), x.size(1), x.size(2) * x.size(3), groups, eps, weight.data_ptr<float>(), bias.data_ptr<float>(),
               scale.defined() ? scale.data_ptr<float>() : nullptr, shift.defined() ? shift.data_ptr<float>() : nullptr, with_silu};
        at::Tensor y = at::empty_like(x);
        if (x.scalar_type() == at::kFloat) run<float>(n, x, y, last);
        else if (x.scalar_type() == at::kBFloat16) run<Bf16>(n, x, y, last);
        else throw std::invalid_argument("group_norm_silu takes float32 or bfloat16");
        *out = release(std::move(y));
    });
}

// Group norm, scale-shift and SiLU in two passes over memory instead of six; for inference.
//
//   y = silu(((x - mean) / sqrt(var + eps) * weight + bias) * (1 + scale) + shift)      silu and scale-shift optional
//
// Statistics in float32 over fixed chunks, joined in float64 in a fixed order: the result does not depend on the number of threads. The sums are
// of x minus a pivot (the channel's first value), and the mean is taken off before scaling, so that a far-off mean costs no precision.
#include "pssr_torch.h"

#include <ATen/Parallel.h>

#include <algorithm>
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
PT_INLINE void sums_by_channel(const T* x, int64_t rows, int64_t channels, const T* pivot, float* __restrict sum, float* __restrict square) {
    for (int64_t r = 0; r < rows; r++) {
        const T* row = x + r * channels;
        for (int64_t c = 0; c < channels; c++) {
            float v = load(row[c]) - load(pivot[c]);
            sum[c] += v;
            square[c] += v * v;
        }
    }
}
template <typename T>
PT_INLINE void sums_flat(const T* x, int64_t n, float pivot, float* sum, float* square) {
    float s = 0, q = 0;
    for (int64_t i = 0; i < n; i++) {
        float v = load(x[i]) - pivot;
        s += v;
        q += v * v;
    }
    *sum = s;
    *square = q;
}
template <typename T>
PT_INLINE void apply_by_channel(const T* x, T* __restrict y, int64_t rows, int64_t channels, const float* m, const float* a, const float* b,
                                int with_silu) {
    for (int64_t r = 0; r < rows; r++) {
        const T* from = x + r * channels;
        T* to = y + r * channels;
        if (with_silu) {
            for (int64_t c = 0; c < channels; c++) store(to + c, silu((load(from[c]) - m[c]) * a[c] + b[c]));
        } else {
            for (int64_t c = 0; c < channels; c++) store(to + c, (load(from[c]) - m[c]) * a[c] + b[c]);
        }
    }
}
template <typename T>
PT_INLINE void apply_flat(const T* x, T* __restrict y, int64_t n, float m, float a, float b, int with_silu) {
    if (with_silu) {
        for (int64_t i = 0; i < n; i++) store(y + i, silu((load(x[i]) - m) * a + b));
    } else {
        for (int64_t i = 0; i < n; i++) store(y + i, (load(x[i]) - m) * a + b);
    }
}

// Attributes of clones don't reach templates: one plain function a type.
#define PT_KERNELS(T)                                                                                                                     \
    PT_CLONES void k_sums_by_channel(const T* x, int64_t r, int64_t c, const T* pivot, float* s, float* q) {                              \
        sums_by_channel(x, r, c, pivot, s, q);                                                                                            \
    }                                                                                                                                     \
    PT_CLONES void k_sums_flat(const T* x, int64_t n, float pivot, float* s, float* q) { sums_flat(x, n, pivot, s, q); }                  \
    PT_CLONES void k_apply_by_channel(const T* x, T* y, int64_t r, int64_t c, const float* m, const float* a, const float* b, int w) {    \
        apply_by_channel(x, y, r, c, m, a, b, w);                                                                                         \
    }                                                                                                                                     \
    PT_CLONES void k_apply_flat(const T* x, T* y, int64_t n, float m, float a, float b, int w) { apply_flat(x, y, n, m, a, b, w); }
PT_KERNELS(float)
PT_KERNELS(Bf16)

struct Norm {
    int64_t batch, channels, pixels, groups;
    double eps;
    const float *weight, *bias, *scale, *shift;
    int with_silu;
};

// Per (image, channel): sums of x - pivot and of its square, then y = (x - mean)·slope + offset.
struct Moments {
    explicit Moments(int64_t planes) : pivot(planes), sum(planes, 0.0), square(planes, 0.0), mean(planes), slope(planes), offset(planes) {}
    std::vector<double> pivot, sum, square;
    std::vector<float> mean, slope, offset;

    void finish(const Norm& n) {
        const int64_t per_group = n.channels / n.groups;
        const double pixels = static_cast<double>(n.pixels), count = pixels * static_cast<double>(per_group);
        for (int64_t first = 0; first < n.batch * n.channels; first += per_group) {
            double s = 0, q = 0;
            for (int64_t at = first; at < first + per_group; at++) {
                s += sum[at] + pixels * pivot[at];
                q += square[at] + 2 * pivot[at] * sum[at] + pixels * pivot[at] * pivot[at];
            }
            const double average = s / count, variance = std::max(0.0, q / count - average * average), rstd = 1.0 / std::sqrt(variance + n.eps);
            for (int64_t at = first; at < first + per_group; at++) {
                const int64_t c = at % n.channels;
                const double grow = n.scale != nullptr ? 1.0 + n.scale[at] : 1.0, add = n.scale != nullptr ? n.shift[at] : 0.0;
                mean[at] = static_cast<float>(average);
                slope[at] = static_cast<float>(rstd * n.weight[c] * grow);
                offset[at] = static_cast<float>((n.bias[c] + (mean[at] - average) * rstd * n.weight[c]) * grow + add);
            }
        }
    }
};

template <typename T>
void channels_last(const Norm& n, const T* x, T* y) {
    const int64_t chunks = (n.pixels + kChunk - 1) / kChunk, all = n.batch * chunks;
    std::vector<float> partial(static_cast<size_t>(all * 2 * n.channels), 0.0f);
    at::parallel_for(0, all, 1, [&](int64_t begin, int64_t end) {
        for (int64_t k = begin; k < end; k++) {
            const int64_t first = (k % chunks) * kChunk, rows = std::min(kChunk, n.pixels - first);
            const T* image = x + (k / chunks) * n.pixels * n.channels;
            float* p = partial.data() + k * 2 * n.channels;
            k_sums_by_channel(image + first * n.channels, rows, n.channels, image, p, p + n.channels);
        }
    });
    Moments moments(n.batch * n.channels);
    for (int64_t k = 0; k < all; k++) {
        const float* p = partial.data() + k * 2 * n.channels;
        for (int64_t c = 0; c < n.channels; c++) {
            const int64_t at = (k / chunks) * n.channels + c;
            moments.pivot[at] = load(x[(k / chunks) * n.pixels * n.channels + c]);
            moments.sum[at] += p[c];
            moments.square[at] += p[n.channels + c];
        }
    }
    moments.finish(n);
    at::parallel_for(0, all, 1, [&](int64_t begin, int64_t end) {
        for (int64_t k = begin; k < end; k++) {
            const int64_t image = k / chunks, first = (k % chunks) * kChunk, rows = std::min(kChunk, n.pixels - first);
            const int64_t at = (image * n.pixels + first) * n.channels, plane = image * n.channels;
            k_apply_by_channel(x + at, y + at, rows, n.channels, &moments.mean[plane], &moments.slope[plane], &moments.offset[plane], n.with_silu);
        }
    });
}

template <typename T>
void channels_first(const Norm& n, const T* x, T* y) {
    const int64_t planes = n.batch * n.channels;
    Moments moments(planes);
    at::parallel_for(0, planes, 1, [&](int64_t begin, int64_t end) {
        for (int64_t p = begin; p < end; p++) {
            const T* plane = x + p * n.pixels;
            const float pivot = load(plane[0]);
            moments.pivot[p] = pivot;
            for (int64_t i = 0; i < n.pixels; i += kFlat) {
                float s, q;
                k_sums_flat(plane + i, std::min(kFlat, n.pixels - i), pivot, &s, &q);
                moments.sum[p] += s;
                moments.square[p] += q;
            }
        }
    });
    moments.finish(n);
    at::parallel_for(0, planes, 1, [&](int64_t begin, int64_t end) {
        for (int64_t p = begin; p < end; p++)
            k_apply_flat(x + p * n.pixels, y + p * n.pixels, n.pixels, moments.mean[p], moments.slope[p], moments.offset[p], n.with_silu);
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

// The layers that networks are made of.
#include "pssr_torch.h"

using namespace pssr;

PT_API int pt_conv2d(Handle x, Handle weight, Handle bias, const int64_t* stride, const int64_t* padding, const int64_t* dilation,
                     int64_t groups, Handle* out) {
    return guard([&] {
        at::Tensor input = borrow(x), w = borrow(weight), b = borrow(bias);
        auto s = ints(stride, 2), p = ints(padding, 2), d = ints(dilation, 2);
        *out = release(w.is_mkldnn() ? at::mkldnn_convolution(input.contiguous(input.suggest_memory_format()), w, b, p, s, d, groups)
                                     : at::conv2d(input, w, b, s, p, d, groups));
    });
}
// A weight in oneDNN's own layout, for pt_conv2d alone: at::conv2d reorders it at every call. Measured with one thread on AVX2, float32, 512 to 512
// channels on 8x8 pixels: 4.9 ms, with channels-last input 16.7 ms, packed 3.6 ms in either layout. The weight itself where oneDNN can't take it.
PT_API int pt_pack_conv2d(Handle weight, const int64_t* stride, const int64_t* padding, const int64_t* dilation, int64_t groups, Handle* out) {
    return guard([&] {
        at::Tensor w = borrow(weight);
        try {
            *out = release(at::mkldnn_reorder_conv2d_weight(w.to_mkldnn(), ints(padding, 2), ints(stride, 2), ints(dilation, 2), groups));
        } catch (const c10::Error&) {
            *out = release(w);
        }
    });
}
PT_API int pt_linear(Handle x, Handle weight, Handle bias, Handle* out) {
    return guard([&] { *out = release(at::linear(borrow(x), borrow(weight), borrow(bias))); });
}
PT_API int pt_group_norm(Handle x, int64_t groups, Handle weight, Handle bias, double eps, Handle* out) {
    return guard([&] {
        at::Tensor t = borrow(x);
        *out = release(at::group_norm(t, groups, borrow(weight), borrow(bias), eps, t.is_cuda()));
    });
}
// mode: 0 nearest, 1 bilinear, 2 bicubic (coefficient -0.75); half-pixel centres.
PT_API int pt_interpolate(Handle x, int64_t height, int64_t width, int mode, int align_corners, Handle* out) {
    return guard([&] {
        at::Tensor t = borrow(x);
        const int64_t size[2] = {height, width};
        switch (mode) {
            case 0: *out = release(at::upsample_nearest2d(t, ints(size, 2))); return;
            case 1: *out = release(at::upsample_bilinear2d(t, ints(size, 2), align_corners != 0)); return;
            case 2: *out = release(at::upsample_bicubic2d(t, ints(size, 2), align_corners != 0)); return;
        }
        throw std::invalid_argument("unknown interpolation mode " + std::to_string(mode));
    });
}
// mode: 0 constant, 1 reflect, 2 replicate; pads the last two dimensions: left, right, top, bottom.
PT_API int pt_pad(Handle x, const int64_t* pad, int64_t n, int mode, double value, Handle* out) {
    return guard([&] {
        at::Tensor t = borrow(x);
        switch (mode) {
            case 0: *out = release(at::constant_pad_nd(t, ints(pad, n), value)); return;
            case 1: *out = release(at::reflection_pad2d(t, ints(pad, n))); return;
            case 2: *out = release(at::replication_pad2d(t, ints(pad, n))); return;
        }
        throw std::invalid_argument("unknown padding mode " + std::to_string(mode));
    });
}
PT_API int pt_avg_pool2d(Handle x, const int64_t* kernel, const int64_t* stride, Handle* out) {
    return guard([&] { *out = release(at::avg_pool2d(borrow(x), ints(kernel, 2), ints(stride, 2))); });
}
PT_API int pt_pixel_shuffle(Handle x, int64_t factor, int inverse, Handle* out) {
    return guard([&] { *out = release(inverse ? at::pixel_unshuffle(borrow(x), factor) : at::pixel_shuffle(borrow(x), factor)); });
}

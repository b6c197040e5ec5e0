// The layers that networks are made of.
#include "pssr_torch.h"

using namespace pssr;

PT_API int pt_conv2d(Handle x, Handle weight, Handle bias, const int64_t* stride, const int64_t* padding, const int64_t* dilation,
                     int64_t groups, Handle* out) {
    return guard([&] {
        *out = release(at::conv2d(borrow(x), borrow(weight), borrow(bias), ints(stride, 2), ints(padding, 2), ints(dilation, 2), groups));
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

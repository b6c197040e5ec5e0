// PSSR's C ABI over libtorch. Compiles against libtorch 1.13 and 2.x.
//
// Every function that can fail returns 0, or 1 with the message in pt_error() (per thread). No exception leaves this library.
// A handle is an owned reference to a TensorImpl: pt_free gives it back.
#pragma once

#include <ATen/ATen.h>
#include <cstdint>
#include <exception>
#include <string>

#define PT_API extern "C" __attribute__((visibility("default")))

using Handle = c10::TensorImpl*;

namespace pssr {

extern thread_local std::string last_error;

// Runs f and turns any exception into a message.
template <typename F>
int guard(F&& f) noexcept {
    try {
        f();
        return 0;
    } catch (const c10::Error& e) {
        try { last_error = e.what_without_backtrace(); } catch (...) {}
    } catch (const std::exception& e) {
        try { last_error = e.what(); } catch (...) {}
    } catch (...) {
        try { last_error = "unknown native exception"; } catch (...) {}
    }
    return 1;
}

// A borrowed view of a handle: one reference count up while it lives. Null gives the undefined tensor, which stands for "none" where
// libtorch takes an optional one.
inline at::Tensor borrow(Handle h) {
    if (h == nullptr) return at::Tensor();
    return at::Tensor(c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>::reclaim_copy(h));
}

inline Handle release(at::Tensor t) { return t.defined() ? t.unsafeReleaseIntrusivePtr().release() : nullptr; }

inline at::IntArrayRef ints(const int64_t* data, int64_t n) { return at::IntArrayRef(data, static_cast<size_t>(n)); }

inline at::Scalar scalar(double value, int is_integer) {
    return is_integer ? at::Scalar(static_cast<int64_t>(value)) : at::Scalar(value);
}

inline at::Device device(int type, int index) {
    return at::Device(static_cast<at::DeviceType>(type), static_cast<at::DeviceIndex>(index));
}

inline at::TensorOptions options(int dtype, int device_type, int device_index) {
    return at::TensorOptions().dtype(static_cast<at::ScalarType>(dtype)).device(device(device_type, device_index));
}

}  // namespace pssr

// Gradients: the tape is libtorch's, the handles are ours.
#include "pssr_torch.h"

#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/variable.h>

using namespace pssr;

namespace {

std::vector<at::Tensor> list_of(const Handle* handles, int64_t n) {
    std::vector<at::Tensor> list;
    list.reserve(static_cast<size_t>(n));
    for (int64_t i = 0; i < n; i++) list.push_back(borrow(handles[i]));
    return list;
}

}  // namespace

PT_API int pt_grad_enabled() { return at::GradMode::is_enabled(); }
PT_API void pt_set_grad_enabled(int enabled) { at::GradMode::set_enabled(enabled != 0); }
PT_API int pt_requires_grad(Handle x) { return borrow(x).requires_grad(); }
PT_API int pt_is_leaf(Handle x) { return borrow(x).is_leaf(); }
PT_API int pt_set_requires_grad(Handle x, int value) { return guard([&] { borrow(x).set_requires_grad(value != 0); }); }
PT_API int pt_backward(Handle x) { return guard([&] { borrow(x).backward(); }); }
// The accumulated gradient, or null.
PT_API int pt_grad_of(Handle x, Handle* out) { return guard([&] { *out = release(borrow(x).grad()); }); }
PT_API int pt_clear_grad(Handle x) { return guard([&] { borrow(x).mutable_grad() = at::Tensor(); }); }
// Gradients of the inputs; an unused input's is null when allowed.
PT_API int pt_grad(const Handle* outputs, int64_t n_out, const Handle* inputs, int64_t n_in, const Handle* grad_outputs, int64_t n_grad,
                   int retain_graph, int create_graph, int allow_unused, Handle* grads) {
    return guard([&] {
        auto result = torch::autograd::grad(list_of(outputs, n_out), list_of(inputs, n_in), list_of(grad_outputs, n_grad),
                                            retain_graph != 0, create_graph != 0, allow_unused != 0);
        for (int64_t i = 0; i < n_in; i++) grads[i] = release(result[static_cast<size_t>(i)]);
    });
}

// TorchScript modules: libtorch's own interpreter runs the program in the file. No Python is involved.
#include "pssr_torch.h"

#include <caffe2/serialize/inline_container.h>
#include <torch/script.h>

#include <memory>
#include <regex>
#include <vector>

using namespace pssr;

namespace {

// The interpreter has operations that write and map files: torch.save and torch.from_file. Loading already runs code (__setstate__), so the source is
// looked through before, with the reader that the loader has. No feature extractor needs either word.
void refuse_file_operations(const std::string& path) {
    static const std::regex forbidden("\\b(save|from_file)\\b");
    caffe2::serialize::PyTorchStreamReader reader(path);
    for (const std::string& name : reader.getAllRecords()) {
        if (name.size() < 3 || name.compare(name.size() - 3, 3, ".py") != 0) continue;
        const auto record = reader.getRecord(name);
        const char* text = static_cast<const char*>(std::get<0>(record).get());
        std::cmatch found;
        if (std::regex_search(text, text + std::get<1>(record), found, forbidden))
            throw std::invalid_argument("it is refused: its program names '" + found.str() + "', which reads or writes files");
    }
}

}  // namespace

PT_API int pt_script_load(const char* path, int device_type, int device_index, torch::jit::Module** out) {
    return guard([&] {
        refuse_file_operations(path);
        auto module = std::make_unique<torch::jit::Module>(torch::jit::load(std::string(path), device(device_type, device_index)));
        module->eval();
        *out = module.release();
    });
}
PT_API void pt_script_free(torch::jit::Module* module) {
    guard([&] { delete module; });
}
// A tensor, or a tuple or list whose first element is one: classifiers with auxiliary outputs give such.
PT_API int pt_script_forward(torch::jit::Module* module, const Handle* inputs, int64_t n, Handle* out) {
    return guard([&] {
        std::vector<c10::IValue> arguments;
        arguments.reserve(static_cast<size_t>(n));
        for (int64_t i = 0; i < n; i++) arguments.emplace_back(borrow(inputs[i]));
        c10::IValue result = module->forward(std::move(arguments));
        if (result.isTuple() && !result.toTupleRef().elements().empty()) result = c10::IValue(result.toTupleRef().elements()[0]);
        if (result.isTensorList() && !result.toTensorVector().empty()) result = c10::IValue(result.toTensorVector()[0]);
        if (!result.isTensor()) throw std::invalid_argument("the module gives a " + result.tagKind() + ", not a tensor");
        *out = release(result.toTensor());
    });
}

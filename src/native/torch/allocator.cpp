// CPU memory for large tensors, kept for the next tensor of that size.
//
// libtorch gives every large tensor back to the kernel, which hands out zeroed pages again on the next touch: on the machine this was
// measured on, adding two tensors of 32 MB took 29 ms, of which 27 went into page faults. Freed blocks are kept here and the kernel is asked
// for huge pages. In use plus kept never exceeds the most that was ever in use, so the process grows no larger than it would without.
#include "pssr_torch.h"

#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <list>
#include <map>
#include <mutex>
#include <new>

namespace {

constexpr size_t kLarge = size_t{1} << 20;
constexpr size_t kPage = size_t{2} << 20;       // a huge page
constexpr size_t kAlignment = 64;

// Eight sizes an octave: at most an eighth is wasted, and blocks find new owners.
size_t rounded(size_t n) {
    size_t step = kLarge / 8;
    while (step * 16 <= n) step *= 2;
    return (n + step - 1) / step * step;
}

class BlockCache {
public:
    void* take(size_t size) {
        std::lock_guard<std::mutex> lock(mutex_);
        // A somewhat larger block will do.
        auto found = by_size_.lower_bound(size);
        if (found != by_size_.end() && found->first <= size + size / 4) {
            auto block = found->second.back();
            forget(block);
            use(block->second);
            void* p = block->first;
            sizes_[p] = block->second;
            kept_.erase(block);
            return p;
        }
        while (!kept_.empty() && in_use_ + kept_bytes_ + size > peak_) drop_oldest();
        void* p = map(size);
        while (p == nullptr && !kept_.empty()) {
            drop_oldest();
            p = map(size);
        }
        if (p == nullptr) return nullptr;
        sizes_[p] = size;
        use(size);
        return p;
    }

    void give(void* p) {
        std::lock_guard<std::mutex> lock(mutex_);
        auto found = sizes_.find(p);
        in_use_ -= found->second;
        kept_bytes_ += found->second;
        kept_.emplace_back(p, found->second);
        by_size_[found->second].push_back(std::prev(kept_.end()));
        sizes_.erase(found);
    }

private:
    using Kept = std::list<std::pair<void*, size_t>>;

    static void* map(size_t size) {
        const size_t alignment = size >= kPage ? kPage : kAlignment;
        void* p = nullptr;
        if (posix_memalign(&p, alignment, size) != 0) return nullptr;
        if (size >= kPage) madvise(p, size / kPage * kPage, MADV_HUGEPAGE);
        return p;
    }
    void use(size_t size) {
        in_use_ += size;
        peak_ = std::max(peak_, in_use_);
    }
    void forget(Kept::iterator block) {
        auto& same = by_size_[block->second];
        same.erase(std::find(same.begin(), same.end(), block));
        if (same.empty()) by_size_.erase(block->second);
        kept_bytes_ -= block->second;
    }
    void drop_oldest() {
        auto oldest = kept_.begin();
        forget(oldest);
        free(oldest->first);
        kept_.erase(oldest);
    }

    std::mutex mutex_;
    std::map<void*, size_t> sizes_;
    std::map<size_t, std::vector<Kept::iterator>> by_size_;
    Kept kept_;
    size_t in_use_ = 0, kept_bytes_ = 0, peak_ = 0;
};

// Never destroyed: tensors may outlive static destructors.
BlockCache& cache() {
    static BlockCache* instance = new BlockCache();
    return *instance;
}

// Whether allocate is const, and whether there is a copy_data, depends on libtorch's version: what the base declares is overridden.
struct CachingAllocator final : at::Allocator {
    // No raw_deleter: there are two.
    at::DataPtr allocate(size_t n) const { return make(n); }
    at::DataPtr allocate(size_t n) { return make(n); }
    void copy_data(void* to, const void* from, size_t n) const { std::memcpy(to, from, n); }

    static at::DataPtr make(size_t n) {
        void* p = nullptr;
        if (n >= kLarge) {
            p = cache().take(rounded(n));
            if (p == nullptr) fail(n);
            return {p, p, &free_block, at::Device(at::DeviceType::CPU)};
        }
        if (n > 0 && posix_memalign(&p, kAlignment, n) != 0) fail(n);
        return {p, p, &free, at::Device(at::DeviceType::CPU)};
    }
    [[noreturn]] static void fail(size_t n) { TORCH_CHECK(false, "not enough memory: ", n, " bytes asked for"); }
    static void free_block(void* p) { cache().give(p); }
};

CachingAllocator allocator;

struct Registration {
    Registration() { c10::SetCPUAllocator(&allocator, 1); }
} registration;

}  // namespace

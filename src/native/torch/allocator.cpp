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
#include <vector>

namespace {

constexpr size_t kLarge = size_t{1} << 20;
constexpr size_t kPage = size_t{2} << 20;       // a huge page
constexpr size_t kAlignment = 64;

// Before each block stands how large it is, so that one function can free blocks of both kinds: libtorch wants one.
struct Header { size_t kept_size; };             // 0: a small block, straight from malloc
constexpr size_t kHeader = kAlignment;

Header* header_of(void* p) { return reinterpret_cast<Header*>(static_cast<char*>(p) - kHeader); }
void* after(void* block) { return static_cast<char*>(block) + kHeader; }

void* allocate_block(size_t size, size_t alignment) {
    void* block = nullptr;
    return posix_memalign(&block, alignment, size + kHeader) == 0 ? block : nullptr;
}

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
            kept_.erase(block);
            return p;
        }
        while (!kept_.empty() && in_use_ + kept_bytes_ + size > peak_) drop_oldest();
        void* p = map(size);
        while (p == nullptr && !kept_.empty()) {
            drop_oldest();
            p = map(size);
        }
        if (p != nullptr) use(size);
        return p;
    }

    void give(void* p) {
        const size_t size = header_of(p)->kept_size;
        std::lock_guard<std::mutex> lock(mutex_);
        in_use_ -= size;
        kept_bytes_ += size;
        kept_.emplace_back(p, size);
        by_size_[size].push_back(std::prev(kept_.end()));
    }

private:
    using Kept = std::list<std::pair<void*, size_t>>;

    static void* map(size_t size) {
        void* block = allocate_block(size, size >= kPage ? kPage : kAlignment);
        if (block == nullptr) return nullptr;
        if (size >= kPage) madvise(block, size / kPage * kPage, MADV_HUGEPAGE);
        header_of(after(block))->kept_size = size;
        return after(block);
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
        free(header_of(oldest->first));
        kept_.erase(oldest);
    }

    std::mutex mutex_;
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
    at::DataPtr allocate(size_t n) const { return make(n); }
    at::DataPtr allocate(size_t n) { return make(n); }
    at::DeleterFnPtr raw_deleter() const { return &give_back; }
    void copy_data(void* to, const void* from, size_t n) const { std::memcpy(to, from, n); }

    static at::DataPtr make(size_t n) {
        void* p = nullptr;
        if (n >= kLarge) {
            p = cache().take(rounded(n));
        } else if (n > 0) {
            if (void* block = allocate_block(n, kAlignment)) {
                p = after(block);
                header_of(p)->kept_size = 0;
            }
        }
        if (p == nullptr && n > 0) fail(n);
        return {p, p, &give_back, at::Device(at::DeviceType::CPU)};
    }
    [[noreturn]] static void fail(size_t n) { TORCH_CHECK(false, "not enough memory: ", n, " bytes asked for"); }
    static void give_back(void* p) {
        if (p == nullptr) return;
        if (header_of(p)->kept_size > 0) cache().give(p);
        else free(header_of(p));
    }
};

CachingAllocator allocator;

struct Registration {
    Registration() { c10::SetCPUAllocator(&allocator, 1); }
} registration;

}  // namespace

#include "wasm/linear_memory.hpp"

#include <sys/mman.h>
#include <cstring>

namespace gstd::wasm {
namespace {

// Between two slots, so that even a wrong bounds check in compiled code does not reach the neighbour at once.
constexpr std::size_t kGuardBytes = kPageBytes;

// What a 32-bit memory can have at most. Reported as the capacity of every memory: growth up to here never moves the base, and the
// engine asks grow_to() about each growth instead of refusing some itself.
constexpr std::uint64_t kAddressableBytes = 4ull << 30;

thread_local LinearMemory* current_memory = nullptr;

std::uint8_t* get_memory(void* env, std::size_t* size, std::size_t* capacity) {
  const auto& memory = *static_cast<LinearMemory*>(env);
  *size = memory.size();
  *capacity = kAddressableBytes;
  return memory.base();
}

wasmtime_error_t* grow_memory(void* env, std::size_t new_size) {
  if (static_cast<LinearMemory*>(env)->grow_to(new_size)) return nullptr;
  return wasmtime_error_new("linear memory cannot grow");
}

wasmtime_error_t* new_memory(void*, const wasm_memorytype_t*, std::size_t minimum, std::size_t, std::size_t, std::size_t,
                             wasmtime_linear_memory_t* out) {
  if (!current_memory) return wasmtime_error_new("no linear memory was provided for this instance");
  if (!current_memory->grow_to(minimum)) return wasmtime_error_new("linear memory cannot be that large");
  out->env = current_memory;
  out->get_memory = get_memory;
  out->grow_memory = grow_memory;
  out->finalizer = nullptr;
  return nullptr;
}

}  // namespace

Result<MemorySlab> MemorySlab::reserve(unsigned count, std::uint64_t bytes_each) {
  const std::size_t stride = (bytes_each + kPageBytes - 1) / kPageBytes * kPageBytes + kGuardBytes;
  const std::size_t bytes = stride * count;
  void* start = mmap(nullptr, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (start == MAP_FAILED)
    return Error{ErrorCode::resource_exhausted,
                 "no address space for " + std::to_string(count) + " slots of " + std::to_string(bytes_each) +
                     " bytes; lower slots or slot_memory_bytes_max, or raise the process's limit",
                 "address_space"};
  return MemorySlab{static_cast<std::uint8_t*>(start), bytes, stride};
}

MemorySlab::MemorySlab(MemorySlab&& other) noexcept
    : start_(std::exchange(other.start_, nullptr)), bytes_(other.bytes_), stride_(other.stride_) {}

MemorySlab& MemorySlab::operator=(MemorySlab&& other) noexcept {
  std::swap(start_, other.start_);
  std::swap(bytes_, other.bytes_);
  std::swap(stride_, other.stride_);
  return *this;
}

MemorySlab::~MemorySlab() {
  if (start_) munmap(start_, bytes_);
}

LinearMemory::~LinearMemory() {
  if (size_ == 0) return;
  // The next guest of this slot must find zeros. Private anonymous pages that are given back read as zero; the kernel refuses that
  // where the host program has locked its memory. Taking away access is a second line of defence only, hence not checked.
  if (madvise(base_, size_, MADV_DONTNEED) != 0) std::memset(base_, 0, size_);
  mprotect(base_, size_, PROT_NONE);
}

std::optional<std::span<std::uint8_t>> LinearMemory::slice(std::uint64_t offset, std::uint64_t length) noexcept {
  if (length > size_ || offset > size_ - length) return std::nullopt;
  return std::span{base_ + offset, static_cast<std::size_t>(length)};
}

bool LinearMemory::grow_to(std::uint64_t bytes) noexcept {
  if (bytes > limit_) {
    refused_ = true;
    return false;
  }
  if (bytes > size_ && mprotect(base_ + size_, bytes - size_, PROT_READ | PROT_WRITE) != 0) {
    host_failed_ = true;
    return false;
  }
  size_ = bytes;
  return true;
}

void use_linear_memories(wasm_config_t& config) {
  wasmtime_memory_creator_t creator{nullptr, new_memory, nullptr};
  wasmtime_config_host_memory_creator_set(&config, &creator);
}

CurrentMemory::CurrentMemory(LinearMemory& memory) noexcept { current_memory = &memory; }
CurrentMemory::~CurrentMemory() { current_memory = nullptr; }

}  // namespace gstd::wasm

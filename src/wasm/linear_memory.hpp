// Linear memories of guests: one address range reserved for all slots, and the exact account of one run.
//
// Why not Wasmtime's pooling allocator: its C API tells nobody that a memory.grow was refused or why, and a pool that cannot be
// mapped aborts the process inside the engine's constructor. Here a missing address range is an Error of Sandbox::create(), a
// growth that the task's limit refuses is told apart from one that the host could not serve (the first is an outcome that every
// worker sees, the second must never be), and the highest size is known.
#pragma once

#include <gstd/base.hpp>

#include "wasm/handles.hpp"

namespace gstd::wasm {

/// Size of a WebAssembly page.
inline constexpr std::uint64_t kPageBytes = 64u << 10;

/// `count` ranges of address space, inaccessible until a guest's memory grows into them.
class MemorySlab {
 public:
  /// Errors: resource_exhausted, reason "address_space".
  static Result<MemorySlab> reserve(unsigned count, std::uint64_t bytes_each);
  MemorySlab(MemorySlab&& other) noexcept;
  MemorySlab& operator=(MemorySlab&& other) noexcept;
  ~MemorySlab();

  std::uint8_t* base(unsigned slot) const noexcept { return start_ + slot * stride_; }

 private:
  MemorySlab(std::uint8_t* start, std::size_t bytes, std::size_t stride) : start_(start), bytes_(bytes), stride_(stride) {}

  std::uint8_t* start_;
  std::size_t bytes_;
  std::size_t stride_;
};

/// The memory of one run. Used by the thread of the run alone.
class LinearMemory {
 public:
  LinearMemory(std::uint8_t* base, std::uint64_t limit_bytes) : base_(base), limit_(limit_bytes) {}
  ~LinearMemory();
  LinearMemory(const LinearMemory&) = delete;
  LinearMemory& operator=(const LinearMemory&) = delete;

  /// The bytes [offset, offset + length), or nothing where they are not all inside.
  std::optional<std::span<std::uint8_t>> slice(std::uint64_t offset, std::uint64_t length) noexcept;

  bool grow_to(std::uint64_t bytes) noexcept;
  std::uint8_t* base() const noexcept { return base_; }
  std::uint64_t size() const noexcept { return size_; }     ///< Also the peak: a linear memory never shrinks.
  bool limit_refused() const noexcept { return refused_; }  ///< Some growth failed by the limit of the run.
  bool host_failed() const noexcept { return host_failed_; }

 private:
  std::uint8_t* base_;
  std::uint64_t limit_;
  std::uint64_t size_ = 0;
  bool refused_ = false;
  bool host_failed_ = false;
};

/// Makes instances take their memory from the LinearMemory that is current on the instantiating thread.
void use_linear_memories(wasm_config_t& config);

/// Names the memory that the next instance of this thread gets, for as long as it lives.
class CurrentMemory {
 public:
  explicit CurrentMemory(LinearMemory& memory) noexcept;
  ~CurrentMemory();
  CurrentMemory(const CurrentMemory&) = delete;
  CurrentMemory& operator=(const CurrentMemory&) = delete;
};

}  // namespace gstd::wasm

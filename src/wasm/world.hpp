// The world of one run, as its host functions see it. Knows nothing of the engine that calls them.
//
// Everything that a host function does is part of the result of a task: two workers must give the same answer to the same call. A
// change of behaviour therefore changes kHostRevision.
#pragma once

#include <gstd/base.hpp>

#include <bit>
#include <cstring>

#include "wasm/interruption.hpp"

namespace gstd::wasm {

inline constexpr unsigned kHostRevision = 2;

/// How far the virtual clock moves whenever it is read, so that a guest that waits for it gets there.
inline constexpr std::uint64_t kClockStepNs = 1'000'000;

/// The guest's linear memory, as it is during one call of a host function. Empty where the guest has none.
struct GuestMemory {
  std::span<std::uint8_t> bytes;

  /// The bytes [offset, offset + length), or nothing where they are not all inside.
  std::optional<std::span<std::uint8_t>> slice(std::uint64_t offset, std::uint64_t length) const noexcept {
    if (length > bytes.size() || offset > bytes.size() - length) return std::nullopt;
    return bytes.subspan(offset, length);
  }

  /// Writes a little-endian integer; false where it is not all inside.
  template <class T>
  bool put(std::uint64_t at, T value) const noexcept {
    auto place = slice(at, sizeof value);
    if (place) std::memcpy(place->data(), &value, sizeof value);
    return place.has_value();
  }

  template <class T>
  std::optional<T> get(std::uint64_t at) const noexcept {
    auto place = slice(at, sizeof(T));
    if (!place) return std::nullopt;
    T value;
    std::memcpy(&value, place->data(), sizeof value);
    return value;
  }
};
static_assert(std::endian::native == std::endian::little, "guest memory is little-endian and is read as it stands");

/// Used by the thread of the run alone, but for the interruption.
struct World {
  World(const Digest& module_digest, const RunLimits& run_limits, const Interruption& watched)
      : module(module_digest), limits(run_limits), interruption(watched) {}

  GuestMemory memory;  ///< Set anew before each call.
  const Digest& module;
  const RunLimits& limits;
  const Interruption& interruption;
  BytesView input;

  std::size_t input_read = 0;
  Bytes output;
  std::string log;
  std::array<bool, 3> open{true, true, true};  ///< stdin, stdout, stderr

  std::uint64_t clock_ns = 0;
  std::optional<Digest> random_seed;
  std::uint64_t random_block = 0;

  // Of the convention `env`.
  Bytes env_output;  ///< Up to the last byte that was set.
  std::uint32_t env_output_length = 0;
  std::optional<std::uint32_t> env_random;

  // Why the run is over, where a call ended it, and what else decides about its outcome.
  std::optional<std::int32_t> exit_code;
  bool output_overflowed = false;
  bool fuel_used_up = false;
  bool calls_too_deep = false;  ///< Beyond kStackUnitsMax.
  bool interrupted = false;
  bool bad_region = false;      ///< A reactor named bytes outside of its memory.
  bool memory_refused = false;  ///< Some growth failed by the limit of the run.
  bool host_failed = false;     ///< Something failed that succeeds on a machine with more memory.
};

/// What a call tells the engine: a value for the guest, or that the run is over.
struct Answer {
  static Answer none() { return {}; }
  static Answer i32(std::uint32_t value) { return {value, false}; }
  static Answer f64(double value) { return {std::bit_cast<std::uint64_t>(value), false}; }
  static Answer end_of_run() { return {0, true}; }

  std::uint64_t value = 0;  ///< Bits of the result.
  bool ends_run = false;
};

/// Most parameters of any function: path_open of WASI.
inline constexpr std::size_t kHostParametersMax = 9;

/// A function that guests may import.
struct HostFunction {
  std::string_view module;
  std::string_view name;
  std::string_view parameters;  ///< One character each: `i` for i32, `I` for i64, `f` for f32, `d` for f64.
  char result;                  ///< The same, or 0 for none.
  /// `arguments` are the bits of each, those of 32 bits zero-extended. May throw std::bad_alloc.
  Answer (*call)(World& world, const std::uint64_t* arguments);
};

}  // namespace gstd::wasm

// WASI preview 1 as a guest of the network sees it: stdin, stdout, stderr, a clock that nobody winds, a generator that everybody
// can repeat; no files, no network, no environment. Knows nothing of the engine that calls it.
//
// Everything here is part of the result of a task: two workers must give the same answer to the same call. A change of behaviour
// therefore changes kWasiRevision.
// Source: WebAssembly/WASI, phases/snapshot, wasi_snapshot_preview1.witx.
#pragma once

#include <gstd/base.hpp>

#include <cstring>

#include "wasm/interruption.hpp"
#include "wasm/linear_memory.hpp"

namespace gstd::wasm {

inline constexpr std::string_view kWasiModule = "wasi_snapshot_preview1";
inline constexpr unsigned kWasiRevision = 1;

/// Entries that one fd_read or fd_write may name; IOV_MAX of Linux.
inline constexpr std::uint32_t kIoVectorsMax = 1024;

/// Subscriptions that one poll_oneoff may name.
inline constexpr std::uint32_t kSubscriptionsMax = 1024;

/// How far the virtual clock moves whenever it is read, so that a guest that waits for it gets there.
inline constexpr std::uint64_t kClockStepNs = 1'000'000;

enum class Errno : std::uint32_t {
  success = 0,
  badf = 8,
  fault = 21,
  inval = 28,
  notsup = 58,
  spipe = 70,
  notcapable = 76,
};

/// What a call tells the engine: an errno for the guest, or that the run is over.
struct Answer {
  Answer(Errno value) : error(value) {}
  static Answer end_of_run() {
    Answer answer{Errno::success};
    answer.ends_run = true;
    return answer;
  }
  Errno error;
  bool ends_run = false;
};

/// The world of one run. Used by the thread of the run alone, but for the interruption.
struct Wasi {
  Wasi(LinearMemory& guest_memory, const Digest& module_digest, BytesView stdin_bytes, const RunLimits& run_limits,
       const Interruption& interrupted)
      : memory(guest_memory), module(module_digest), input(stdin_bytes), limits(run_limits), interruption(interrupted) {}

  /// Writes a little-endian integer into the guest's memory; false where it is not all inside.
  template <class T>
  bool put(std::uint64_t at, T value) noexcept {
    auto slice = memory.slice(at, sizeof value);
    if (slice) std::memcpy(slice->data(), &value, sizeof value);
    return slice.has_value();
  }

  template <class T>
  std::optional<T> get(std::uint64_t at) noexcept {
    auto slice = memory.slice(at, sizeof(T));
    if (!slice) return std::nullopt;
    T value;
    std::memcpy(&value, slice->data(), sizeof value);
    return value;
  }

  LinearMemory& memory;
  const Digest& module;
  BytesView input;
  const RunLimits& limits;
  const Interruption& interruption;

  std::size_t input_read = 0;
  Bytes output;
  std::string log;
  std::array<bool, 3> open{true, true, true};

  std::uint64_t clock_ns = 0;
  std::optional<Digest> random_seed;
  std::uint64_t random_block = 0;

  // Why the run is over, where a call ended it.
  std::optional<std::int32_t> exit_code;
  bool output_overflowed = false;
  bool host_failed = false;
};

/// Most parameters of any function: path_open.
inline constexpr std::size_t kWasiParametersMax = 9;

struct WasiFunction {
  std::string_view name;
  std::string_view parameters;  ///< One character each: `i` for i32, `I` for i64.
  bool returns_errno;
  Answer (*call)(Wasi& wasi, const std::uint64_t* arguments);
};

/// Every function of preview 1.
std::span<const WasiFunction> wasi_functions() noexcept;

/// The function with that name, or null.
const WasiFunction* find_wasi_function(std::string_view name) noexcept;

// By file: wasi_io.cpp, wasi_clock.cpp, wasi_random.cpp. `a` are the arguments in the order of the witx file.
Answer fd_close(Wasi& wasi, const std::uint64_t* a);
Answer fd_fdstat_get(Wasi& wasi, const std::uint64_t* a);
Answer fd_filestat_get(Wasi& wasi, const std::uint64_t* a);
Answer fd_read(Wasi& wasi, const std::uint64_t* a);
Answer fd_seek(Wasi& wasi, const std::uint64_t* a);
Answer fd_write(Wasi& wasi, const std::uint64_t* a);
Answer clock_res_get(Wasi& wasi, const std::uint64_t* a);
Answer clock_time_get(Wasi& wasi, const std::uint64_t* a);
Answer poll_oneoff(Wasi& wasi, const std::uint64_t* a);
Answer random_get(Wasi& wasi, const std::uint64_t* a);

}  // namespace gstd::wasm

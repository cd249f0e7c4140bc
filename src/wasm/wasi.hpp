// WASI preview 1 as a guest of the network sees it: stdin, stdout, stderr, a clock that nobody winds, a generator that everybody
// can repeat; no files, no network, no environment.
// Source: WebAssembly/WASI, phases/snapshot, wasi_snapshot_preview1.witx.
#pragma once

#include "wasm/world.hpp"

namespace gstd::wasm {

inline constexpr std::string_view kWasiModule = "wasi_snapshot_preview1";

/// Entries that one fd_read or fd_write may name; IOV_MAX of Linux.
inline constexpr std::uint32_t kIoVectorsMax = 1024;

/// Subscriptions that one poll_oneoff may name.
inline constexpr std::uint32_t kSubscriptionsMax = 1024;

enum class Errno : std::uint32_t {
  success = 0,
  badf = 8,
  fault = 21,
  inval = 28,
  notsup = 58,
  spipe = 70,
  notcapable = 76,
};

/// The errno that most functions return.
inline Answer answer(Errno error) { return Answer::i32(static_cast<std::uint32_t>(error)); }

/// Every function of preview 1.
std::span<const HostFunction> wasi_functions() noexcept;

// By file: wasi_io.cpp, wasi_clock.cpp, wasi_random.cpp. `a` are the arguments in the order of the witx file.
Answer fd_close(World& world, const std::uint64_t* a);
Answer fd_fdstat_get(World& world, const std::uint64_t* a);
Answer fd_filestat_get(World& world, const std::uint64_t* a);
Answer fd_read(World& world, const std::uint64_t* a);
Answer fd_seek(World& world, const std::uint64_t* a);
Answer fd_write(World& world, const std::uint64_t* a);
Answer clock_res_get(World& world, const std::uint64_t* a);
Answer clock_time_get(World& world, const std::uint64_t* a);
Answer poll_oneoff(World& world, const std::uint64_t* a);
Answer random_get(World& world, const std::uint64_t* a);

/// The next random bytes of the run; false where the crypto library failed or the run was interrupted meanwhile, which the world
/// then says.
bool draw_random(World& world, std::span<std::uint8_t> out);

}  // namespace gstd::wasm

// The platform's own convention: a module reads its input byte by byte, writes its output byte by byte, or simply returns a number.
// Source: docs/protocol.md, "WASM execution", convention A; docs/guests.md says where we differ.
#pragma once

#include "wasm/world.hpp"

namespace gstd::wasm {

/// The platform's output buffer.
inline constexpr std::uint32_t kEnvOutputBytesMax = 1u << 20;

/// Every function of `env`, and the stubs of WASI beside them.
std::span<const HostFunction> env_functions() noexcept;

/// After `main` has returned: what it has written is the output, else its result as JSON. `type` is the result's letter as in
/// HostFunction, or 0 for none; `bits` those of the result, of 32-bit types the lower half.
void finish_env(World& world, char type, std::uint64_t bits);

/// First state of the platform's generator for that text, which is read as UTF-8; what is not becomes U+FFFD.
std::uint32_t env_random_seed(std::string_view text) noexcept;

/// Moves the state on and gives a number in [0, 1).
double env_random_next(std::uint32_t& state) noexcept;

}  // namespace gstd::wasm

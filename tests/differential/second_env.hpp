// The platform's convention `env` for the second engine, written from docs/protocol.md and docs/guests.md. Deliberately shares
// nothing with src/wasm.
#pragma once

#include "second_wasi.hpp"

namespace second_engine {

/// What the convention keeps besides the world.
struct EnvState {
  std::string bytes;  ///< As the guest set them.
  std::uint32_t length = 0;
  std::optional<std::int32_t> random;
};

/// A value that crosses the border: bits, and which of i, I, f, d they are; 0: none.
struct EnvValue {
  char type = 0;
  std::uint64_t bits = 0;
};

/// A function of the module `env`, with the type of its one parameter (or the first of two) and of its result as the guest declares
/// them. False: the guest named bytes outside of its memory.
bool call_env(World& world, EnvState& state, const std::string& name, GuestMemory memory, const std::vector<EnvValue>& arguments,
              EnvValue& result);

/// The result of a run whose `main` gave that value.
std::string env_output(const EnvState& state, const EnvValue& value);

}  // namespace second_engine

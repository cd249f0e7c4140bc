// WASI preview 1 for the second engine, written from the witx file and from what the documentation of libgstd says about the
// virtual world of a guest: <gstd/wasm.hpp>, docs/security.md. Deliberately shares nothing with src/wasm.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "second_engine.hpp"

namespace second_engine {

/// The guest's memory at the moment of a call.
struct GuestMemory {
  std::uint8_t* data;
  std::uint64_t size;

  bool holds(std::uint64_t at, std::uint64_t length) const { return at <= size && length <= size - at; }
  std::uint64_t load(std::uint64_t at, unsigned bytes) const;
  void store(std::uint64_t at, unsigned bytes, std::uint64_t value) const;
};

/// What the host knows of one run.
struct World {
  explicit World(const Task& the_task) : task(the_task) {}

  const Task& task;
  std::size_t input_read = 0;
  std::string output;
  std::string log;
  std::array<bool, 3> closed{};
  std::uint64_t now_ns = 0;
  std::uint64_t random_blocks = 0;
  std::optional<End> end;  ///< Set by the call that ends the run.
  std::int32_t exit_code = 0;
};

using Arguments = std::vector<std::uint64_t>;

/// The errno that the function answers with. World::end tells where the run is over instead.
std::uint32_t call_wasi(World& world, const std::string& name, GuestMemory memory, const Arguments& arguments);

}  // namespace second_engine

// A generator that every worker repeats: block n is SHA-256 of a domain, the digests of module and input, and n. Other input, other
// numbers; same task, same numbers. It hides nothing: whoever knows the task knows what its guest draws.
#include "wasm/digest.hpp"
#include "wasm/wasi.hpp"

#include <algorithm>

namespace gstd::wasm {
namespace {

constexpr std::string_view kDomain = "gstd wasm random v1";

// How many blocks are drawn between two looks at the interruption: 32 KiB, a fraction of a millisecond.
constexpr std::uint64_t kBlocksPerLook = 1024;

}  // namespace

bool draw_random(World& world, std::span<std::uint8_t> out) {
  if (!world.random_seed) {
    const auto input = sha256({world.input});
    const auto seed = input ? sha256({as_bytes(kDomain), world.module.view(), input->view()}) : input;
    if (!seed) {
      world.host_failed = true;
      return false;
    }
    world.random_seed = *seed;
  }
  // Each draw starts a new block, so that a sequence of draws needs no leftover bytes.
  for (std::size_t done = 0; done < out.size(); done += Digest::kSize) {
    if (world.random_block % kBlocksPerLook == 0 && world.interruption.requested()) {
      world.interrupted = true;
      return false;
    }
    std::array<std::uint8_t, sizeof world.random_block> counter;
    std::memcpy(counter.data(), &world.random_block, counter.size());
    const auto block = sha256({world.random_seed->view(), counter});
    if (!block) {
      world.host_failed = true;
      return false;
    }
    ++world.random_block;
    std::memcpy(out.data() + done, block->bytes.data(), std::min(Digest::kSize, out.size() - done));
  }
  return true;
}

Answer random_get(World& world, const std::uint64_t* a) {
  const auto buffer = world.memory.slice(a[0], a[1]);
  if (!buffer) return answer(Errno::fault);
  return draw_random(world, *buffer) ? answer(Errno::success) : Answer::end_of_run();
}

}  // namespace gstd::wasm

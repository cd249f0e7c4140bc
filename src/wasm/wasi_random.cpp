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

Answer random_get(Wasi& wasi, const std::uint64_t* a) {
  auto buffer = wasi.memory.slice(a[0], a[1]);
  if (!buffer) return Errno::fault;
  if (!wasi.random_seed) {
    const auto input = sha256({wasi.input});
    if (!input) {
      wasi.host_failed = true;
      return Answer::end_of_run();
    }
    const auto seed = sha256({as_bytes(kDomain), wasi.module.view(), input->view()});
    if (!seed) {
      wasi.host_failed = true;
      return Answer::end_of_run();
    }
    wasi.random_seed = *seed;
  }
  // Each call starts a new block, so that a sequence of calls needs no leftover bytes.
  for (std::size_t done = 0; done < buffer->size(); done += Digest::kSize) {
    if (wasi.random_block % kBlocksPerLook == 0 && wasi.interruption.requested()) return Answer::end_of_run();
    std::array<std::uint8_t, sizeof wasi.random_block> counter;
    std::memcpy(counter.data(), &wasi.random_block, counter.size());
    const auto block = sha256({wasi.random_seed->view(), counter});
    if (!block) {
      wasi.host_failed = true;
      return Answer::end_of_run();
    }
    ++wasi.random_block;
    std::memcpy(buffer->data() + done, block->bytes.data(), std::min(Digest::kSize, buffer->size() - done));
  }
  return Errno::success;
}

}  // namespace gstd::wasm

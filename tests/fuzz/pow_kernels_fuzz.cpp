// Goal:   every kernel that this CPU runs finds the nonce that hashing block by block finds.
// Method: any state, block, varying word and parts; the reference is the portable compression, one block after the other, which the
//         per-kernel tests hold against OpenSSL.
#include <algorithm>
#include <cstring>
#include <iterator>
#include <vector>

#include "check.hpp"
#include "pow/kernel_list.hpp"

namespace {

using namespace gstd::pow;

constexpr std::size_t kCountMax = 48;

struct Input {
  std::uint32_t state[kStateWords];
  std::uint32_t words[kBlockWords];
  std::uint32_t part, stride;
  std::uint8_t varying, wanted_bits, count;
};

void put_big_endian(std::uint32_t word, std::uint8_t* out) {
  for (unsigned i = 0; i < 4; ++i) out[i] = static_cast<std::uint8_t>(word >> (24 - 8 * i));
}

std::size_t search_block_by_block(const Step& step, const std::uint32_t* parts, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    std::uint32_t state[kStateWords];
    std::uint8_t block[kBlockBytes];
    std::copy_n(step.state, kStateWords, state);
    for (std::size_t w = 0; w < kBlockWords; ++w) put_big_endian(step.words[w] + (w == step.varying ? parts[i] : 0), block + 4 * w);
    kPortableKernel.compress(state, block, 1);
    if ((state[0] & step.wanted_zero) == 0) return i;
  }
  return count;
}

// Asked once: it is costly.
std::vector<const Kernel*> supported_kernels() {
  std::vector<const Kernel*> supported;
  std::copy_if(std::begin(kKernels), std::end(kKernels), std::back_inserter(supported),
               [](const Kernel* kernel) { return kernel->is_supported(); });
  return supported;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input{};
  std::memcpy(&input, data, std::min(size, sizeof input));
  Step step{};
  std::copy_n(input.state, kStateWords, step.state);
  std::copy_n(input.words, kBlockWords, step.words);
  step.varying = input.varying % 4u * 4;
  step.wanted_zero = ~(0xffffffffu >> input.wanted_bits % 10u);
  const std::size_t count = input.count % (kCountMax + 1);
  std::uint32_t parts[kCountMax + kLanesMax - 1];
  for (std::uint32_t part = input.part; std::uint32_t & each : parts) each = part += input.stride;

  std::uint8_t blocks[2 * kBlockBytes];
  for (std::size_t w = 0; w < kBlockWords; ++w) {
    put_big_endian(input.words[w], blocks + 4 * w);
    put_big_endian(input.words[w] ^ input.stride, blocks + kBlockBytes + 4 * w);
  }
  std::uint32_t expected_state[kStateWords];
  std::copy_n(input.state, kStateWords, expected_state);
  kPortableKernel.compress(expected_state, blocks, 2);

  const std::size_t expected = search_block_by_block(step, parts, count);
  static const auto supported = supported_kernels();
  for (const Kernel* kernel : supported) {
    gstd::fuzz::require(kernel->search(step, parts, count) == expected);
    if (kernel->compress == nullptr) continue;
    std::uint32_t state[kStateWords];
    std::copy_n(input.state, kStateWords, state);
    kernel->compress(state, blocks, 2);
    gstd::fuzz::require(std::equal(state, state + kStateWords, expected_state));
  }
  return 0;
}

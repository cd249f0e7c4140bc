// Every kernel against a hash of other make, the reference. The name of each test tells its kernel.
#include <algorithm>
#include <numeric>

#include <gtest/gtest.h>

#include "per_kernel/reference.hpp"
#include "pow/dispatch.hpp"
#include "pow/message.hpp"
#include "pow/nonces.hpp"
#include "unit/pow/vectors.hpp"

namespace gstd::pow {
namespace {

class PowKernel : public testing::TestWithParam<const Kernel*> {
 protected:
  void SetUp() override {
    if (!is_supported(kernel())) GTEST_SKIP() << "this CPU cannot run the kernel " << kernel().name;
  }
  static const Kernel& kernel() { return *GetParam(); }
};

std::string test_name(const testing::TestParamInfo<const Kernel*>& tested) {
  std::string name = tested.param->name;
  std::ranges::replace(name, '-', '_');  // GoogleTest's rule
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, PowKernel, testing::ValuesIn(built_in_kernels().begin(), built_in_kernels().end()), test_name);

// Those that hash single texts, too.
class PowCompression : public PowKernel {};

std::vector<const Kernel*> compressing_kernels() {
  std::vector<const Kernel*> kernels(built_in_kernels().begin(), built_in_kernels().end());
  std::erase_if(kernels, [](const Kernel* kernel) { return kernel->compress == nullptr; });
  return kernels;
}

INSTANTIATE_TEST_SUITE_P(All, PowCompression, testing::ValuesIn(compressing_kernels()), test_name);

std::uint32_t load_big_endian(const std::uint8_t* p) {
  return static_cast<std::uint32_t>(p[0]) << 24 | static_cast<std::uint32_t>(p[1]) << 16 | static_cast<std::uint32_t>(p[2]) << 8 |
         p[3];
}

// A step of one block, without a varying word and a goal.
Step step_of(const std::uint32_t* state, const std::uint8_t* block) {
  Step step{};
  std::copy_n(state, kStateWords, step.state);
  for (std::size_t i = 0; i < kBlockWords; ++i) step.words[i] = load_big_endian(block + 4 * i);
  return step;
}

// 0, 1, 2, ...
const std::array<std::uint32_t, 64 + kLanesMax - 1>& count_up() {
  static const auto numbers = [] {
    std::array<std::uint32_t, 64 + kLanesMax - 1> all;
    std::iota(all.begin(), all.end(), 0u);
    return all;
  }();
  return numbers;
}

// What a search must find, by the plainest means.
std::size_t first_good(const Step& step, const std::uint32_t* parts, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    std::uint8_t block[kBlockBytes];
    for (std::size_t w = 0; w < kBlockWords; ++w) {
      const std::uint32_t word = step.words[w] + (w == step.varying ? parts[i] : 0);
      for (std::size_t byte = 0; byte < 4; ++byte) block[4 * w + byte] = static_cast<std::uint8_t>(word >> (24 - 8 * byte));
    }
    std::uint32_t state[kStateWords];
    std::copy_n(step.state, kStateWords, state);
    kPortableKernel.compress(state, block, 1);
    if ((state[0] & step.wanted_zero) == 0) return i;
  }
  return count;
}

std::string text_of_length(std::size_t size) {
  std::string text;
  for (std::size_t i = 0; i < size; ++i) text += static_cast<char>('!' + i % 90);
  return text;
}

// Goal:   digests of texts of every length are right.
// Method: lengths over four blocks, so that every position of the padding occurs, against the reference.
TEST_P(PowCompression, HashesTextsOfEveryLength) {
  for (std::size_t size = 0; size <= 256; ++size) {
    const auto text = text_of_length(size);
    EXPECT_EQ(hash_text(kernel(), text), test::reference_sha256(as_bytes(text))) << size;
  }
}

// Goal:   the standard's own examples come out.
// Method: NIST's vectors of FIPS 180-4 (CSRC, "Examples with Intermediate Values", SHA-256): one block, two blocks.
TEST_P(PowCompression, HashesTheStandardsExamples) {
  EXPECT_EQ(hash_text(kernel(), "abc").hex(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hash_text(kernel(), "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq").hex(),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

// Goal:   the standard's own examples are found among their neighbours.
// Method: the same vectors' last blocks as steps whose varying word is one of the example's, at every position of the order; only
//         the example's digest has all of the wanted zeros, which are those of its first word.
TEST_P(PowKernel, FindsTheStandardsExamples) {
  for (const std::string_view text : {"abc", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"}) {
    Head head = hash_whole_blocks(kPortableKernel, text);
    std::uint8_t tail[kTailBytesMax];
    std::ranges::copy(head.rest, tail);
    const std::size_t blocks = pad(tail, head.rest.size(), text.size());
    kPortableKernel.compress(head.state, tail, blocks - 1);
    Step step = step_of(head.state, tail + (blocks - 1) * kBlockBytes);
    const auto digest = test::reference_sha256(as_bytes(text));
    const auto first_word = static_cast<std::uint32_t>(digest.bytes[0]) << 24 | static_cast<std::uint32_t>(digest.bytes[1]) << 16 |
                            static_cast<std::uint32_t>(digest.bytes[2]) << 8 | digest.bytes[3];
    step.wanted_zero = ~first_word;
    for (const std::uint32_t varying : {0u, 4u, 8u, 12u}) {
      step.varying = varying;
      for (std::uint32_t place = 0; place < 40; ++place) {
        Step shifted = step;
        shifted.words[varying] -= place;
        EXPECT_EQ(kernel().search(shifted, count_up().data(), 64), place);
      }
    }
  }
}

// Goal:   a state and any blocks give the portable kernel's state.
// Method: random states and blocks, none to five at a time.
TEST_P(PowCompression, CompressesAsThePortableKernel) {
  SeededRandom random{11};
  for (std::size_t count = 0; count <= 5; ++count) {
    for (int round = 0; round < 50; ++round) {
      Bytes blocks(count * kBlockBytes);
      std::array<std::uint32_t, kStateWords> state;
      random.fill(blocks);
      random.fill({reinterpret_cast<std::uint8_t*>(state.data()), sizeof state});
      auto expected = state;
      kPortableKernel.compress(expected.data(), blocks.data(), count);
      kernel().compress(state.data(), blocks.data(), count);
      EXPECT_EQ(state, expected);
    }
  }
}

// Goal:   a search finds what one block after the other finds, for every varying word, any state and any parts.
// Method: random steps of few wanted zeros, against the portable kernel's compression of each nonce's block.
TEST_P(PowKernel, SearchesAsBlockByBlock) {
  SeededRandom random{12};
  for (int round = 0; round < 2000; ++round) {
    Step step;
    std::array<std::uint32_t, 64 + kLanesMax - 1> parts;
    random.fill({reinterpret_cast<std::uint8_t*>(&step), sizeof step});
    random.fill({reinterpret_cast<std::uint8_t*>(parts.data()), sizeof parts});
    step.varying = step.varying % 4 * 4;
    step.wanted_zero = ~(0xffffffffu >> (step.wanted_zero % 9));
    const std::size_t count = round % 65;
    EXPECT_EQ(kernel().search(step, parts.data(), count), first_good(step, parts.data(), count)) << step.varying;
  }
}

// Goal:   the number of nonces is obeyed exactly: a good one just behind it is not reported, the last one is.
// Method: place the good nonce at every distance from 0 to 40.
TEST_P(PowKernel, StopsAtItsCount) {
  SeededRandom random{13};
  Step step;
  random.fill({reinterpret_cast<std::uint8_t*>(&step), sizeof step});
  for (const std::uint32_t varying : {0u, 4u, 8u, 12u}) {
    step.varying = varying;
    step.wanted_zero = 0xfff00000;
    std::vector<std::uint32_t> parts(10'000 + kLanesMax);
    std::iota(parts.begin(), parts.end(), 0u);
    const std::size_t good = first_good(step, parts.data(), 10'000);
    ASSERT_LT(good, 10'000u);
    ASSERT_GE(good, 41u) << "take another seed";
    for (std::size_t distance = 0; distance <= 40; ++distance) {
      const auto* const from = parts.data() + good - distance;
      EXPECT_EQ(kernel().search(step, from, distance), distance);
      EXPECT_EQ(kernel().search(step, from, distance + 1), distance);
      EXPECT_EQ(kernel().search(step, from, distance + 30), distance);
    }
  }
  step.wanted_zero = 0;
  EXPECT_EQ(kernel().search(step, count_up().data(), 64), 0u);
}

// Goal:   the solver's answers verify with a prefix of every length, in both versions, and every kernel finds the same one.
// Method: task ids that give the prefix every length modulo 64; digests against the reference over the plain text.
TEST_P(PowKernel, SolvesEveryLayout) {
  constexpr unsigned kBits = 8;
  for (std::size_t size = 1; size <= kBlockBytes; ++size) {
    for (const Version version : {Version::v1, Version::v2}) {
      const auto challenge = test::make_challenge(std::string(64, 'c'), std::string(size, 't'), "w", kBits, version);
      for (const std::uint64_t offset : {std::uint64_t{0}, std::uint64_t{123'456'000}}) {
        const auto solution = solve(challenge, {.threads = 1, .kernel = kernel().name, .offset = offset});
        ASSERT_TRUE(solution) << solution.error().message;
        EXPECT_EQ(solution->digest.bytes[0], 0);
        const auto portable = solve(challenge, {.threads = 1, .kernel = "portable", .offset = offset});
        EXPECT_EQ(solution->nonce, portable->nonce);
        EXPECT_EQ(solution->hashes, portable->hashes);
        if (version == Version::v1) {
          EXPECT_EQ(solution->digest, test::reference_sha256(as_bytes(make_prefix(challenge) + solution->nonce)));
          EXPECT_TRUE(std::ranges::all_of(solution->nonce, [](char c) { return c >= '0' && c <= '9'; })) << solution->nonce;
        } else {
          auto text = make_prefix(challenge);
          const auto bytes = decode_hex(solution->nonce);
          text.append(reinterpret_cast<const char*>(bytes->data()), bytes->size());
          EXPECT_EQ(solution->digest, test::reference_sha256(as_bytes(text)));
        }
      }
    }
  }
}

// Goal:   of difficulties beyond 32 bits the kernel sees to the first word, and finds nothing where there is nothing.
// Method: the first step of such searches.
TEST_P(PowKernel, WantsTheWholeFirstWord) {
  for (const unsigned bits : {32u, 33u, 256u}) {
    const NonceSpace space{"prefix", Version::v1, bits};
    EXPECT_EQ(space.step(0).wanted_zero, 0xffffffffu);
    EXPECT_EQ(kernel().search(space.step(0), space.parts(0), space.nonces_per_step()), space.nonces_per_step());
  }
}

}  // namespace
}  // namespace gstd::pow

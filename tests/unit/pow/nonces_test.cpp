#include <gstd/crypto.hpp>

#include <algorithm>
#include <limits>

#include <gtest/gtest.h>

#include "pow/message.hpp"
#include "pow/nonces.hpp"

namespace gstd::pow {
namespace {

// The text that kernels hash for one nonce of a step, from the step alone: its state and block, hashed by other means.
std::uint32_t first_word_of(const Step& step, std::uint32_t part) {
  std::uint8_t block[kBlockBytes];
  for (std::size_t w = 0; w < kBlockWords; ++w) {
    const std::uint32_t word = step.words[w] + (w == step.varying ? part : 0);
    for (std::size_t byte = 0; byte < 4; ++byte) block[4 * w + byte] = static_cast<std::uint8_t>(word >> (24 - 8 * byte));
  }
  std::uint32_t state[kStateWords];
  std::copy_n(step.state, kStateWords, state);
  kPortableKernel.compress(state, block, 1);
  return state[0];
}

std::uint32_t first_word_of(const Digest& digest) {
  std::uint32_t word = 0;
  for (std::size_t i = 0; i < 4; ++i) word = word << 8 | digest.bytes[i];
  return word;
}

// Goal:   a step's nonces are those that nonce() spells.
// Method: prefixes of every length over two blocks; first, middle and last nonces of first, middle and last steps, hashed from the
//         step and from the text.
TEST(NonceSpace, StepsAndNoncesAgree) {
  for (const Version version : {Version::v1, Version::v2}) {
    for (std::size_t size = 0; size < 2 * kBlockBytes; ++size) {
      if (version == Version::v2 && size != 44) continue;  // its prefix is a digest and zeros
      const std::string prefix(size, 'p');
      const NonceSpace space{prefix, version, 8};
      for (const std::uint64_t index :
           {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{7}, space.step_count() / 2, space.step_count() - 1}) {
        const Step step = space.step(index);
        for (const std::size_t part : {std::size_t{0}, std::size_t{1}, std::size_t{123}, space.nonces_per_step() - 1}) {
          const auto nonce = space.nonce(index, part);
          ASSERT_TRUE(check_nonce(version, nonce)) << nonce;
          EXPECT_EQ(first_word_of(step, space.parts(index)[part]), first_word_of(hash_nonce(prefix, version, nonce)))
              << size << " bytes, nonce " << nonce;
        }
      }
    }
  }
}

// Goal:   whatever the length of the prefix, one block is hashed per nonce, one word of it varies, and nonces suffice.
// Method: every length of the last block's rest.
TEST(NonceLayout, HashesOneBlockPerNonceForEveryLength) {
  for (std::size_t rest = 0; rest < kBlockBytes; ++rest) {
    const auto layout = lay_out_digits(rest);
    const std::size_t end = rest + layout.bytes, inner = rest + layout.inner_begin;
    EXPECT_EQ(layout.has_block_before, inner >= kBlockBytes) << rest;
    EXPECT_EQ(inner % kBlockBytes, 4 * layout.varying) << rest;
    EXPECT_EQ(layout.varying % 4, 0u);
    EXPECT_LE(layout.inner_begin + kInnerBytes, layout.bytes);
    // The length fits behind the last digit, so that no further block follows.
    EXPECT_LE(end + 9, layout.has_block_before ? 2 * kBlockBytes : kBlockBytes) << rest;
    EXPECT_GE(layout.outer_count * layout.steps_per_outer * layout.nonces_per_step, 9'000'000'000'000u) << rest;
  }
}

// Goal:   decimal nonces are 64-bit numbers that ascend within an outer number, with zeros in front only where the varying word
// lies
//         further in than nineteen digits reach.
// Method: first and last nonces of every layout, and those of the first steps, read as numbers.
TEST(NonceSpace, DecimalNoncesAre64BitNumbers) {
  for (std::size_t size = 0; size < kBlockBytes; ++size) {
    const NonceSpace space{std::string(size, 'p'), Version::v1, 8};
    const auto layout = lay_out_digits(size);
    const std::size_t zeros = layout.bytes > 19 ? layout.bytes - 19 : 0;
    for (const std::uint64_t index : {std::uint64_t{0}, space.step_count() - 1}) {
      const auto nonce = space.nonce(index, space.nonces_per_step() - 1);
      EXPECT_EQ(nonce, std::string(zeros, '0') + std::to_string(std::stoull(nonce)));
    }
    std::uint64_t last = 0;
    for (std::uint64_t index = 0; index < layout.steps_per_outer; ++index)
      for (std::size_t part = 0; part < space.nonces_per_step(); ++part) {
        const auto number = std::stoull(space.nonce(index, part));
        EXPECT_GT(number, last);
        last = number;
      }
  }
}

// Goal:   no nonce occurs twice and none in between is left out.
// Method: all nonces of the first steps that make two outer numbers: their inner digits count through, the others stay.
TEST(NonceSpace, EachNonceOccursOnce) {
  for (const std::size_t size : {0u, 20u, 46u, 47u, 48u, 63u}) {
    const NonceSpace space{std::string(size, 'p'), Version::v1, 8};
    const auto layout = lay_out_digits(size);
    std::vector<std::string> nonces;
    for (std::uint64_t index = 0; index < 2 * layout.steps_per_outer; ++index)
      for (std::size_t part = 0; part < space.nonces_per_step(); ++part) nonces.push_back(space.nonce(index, part));
    std::ranges::sort(nonces);
    EXPECT_EQ(std::ranges::adjacent_find(nonces), nonces.end()) << size;
    std::vector<std::string> others = nonces;
    for (auto& other : others) other.erase(layout.inner_begin, kInnerBytes);
    std::ranges::sort(others);
    const auto twice = std::ranges::unique(others);
    EXPECT_EQ(twice.begin() - others.begin(), 2) << size;
    EXPECT_EQ(nonces.size(), 2 * 10'000u);
  }
}

}  // namespace
}  // namespace gstd::pow

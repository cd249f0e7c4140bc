// Every kernel against a hash of other make. The name of each test tells its kernel.
#include <gstd/crypto.hpp>

#include <algorithm>
#include <limits>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "pow/dispatch.hpp"
#include "pow/kernel_common.hpp"
#include "pow/message.hpp"
#include "unit/pow/vectors.hpp"

namespace gstd::pow {
namespace {

constexpr std::uint64_t kNonceMax = std::numeric_limits<std::uint64_t>::max();

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

bool has_zeros(const Digest& digest, unsigned bits) {
  for (unsigned bit = 0; bit < bits; ++bit)
    if ((digest.bytes[bit / 8] & 0x80 >> bit % 8) != 0) return false;
  return true;
}

// The nonce that a search from `first` on must find, by the plainest means; `count` nonces are looked at.
std::optional<std::uint64_t> lowest_good(const std::string& prefix, std::uint64_t first, std::uint64_t count, unsigned bits) {
  for (std::uint64_t i = 0; i < count; ++i)
    if (has_zeros(sha256(as_bytes(prefix + std::to_string(first + i))), bits)) return first + i;
  return std::nullopt;
}

std::string text_of_length(std::size_t size) {
  std::string text;
  for (std::size_t i = 0; i < size; ++i) text += static_cast<char>('!' + i % 90);
  return text;
}

// Goal:   digests of texts of every length are right.
// Method: lengths over four blocks, so that every position of the padding occurs, against OpenSSL.
TEST_P(PowKernel, HashesTextsOfEveryLength) {
  for (std::size_t size = 0; size <= 256; ++size) {
    const auto text = text_of_length(size);
    EXPECT_EQ(hash_text(kernel(), text), sha256(as_bytes(text))) << size;
  }
}

// Goal:   a state and any blocks give the portable kernel's state.
// Method: random states and blocks, none to five at a time.
TEST_P(PowKernel, CompressesAsThePortableKernel) {
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

// Goal:   a search returns the first good nonce of its run, for every position of the digits in the block and every number of
//         digits.
// Method: all prefix lengths of two blocks, first nonces of 1 to 20 digits, against OpenSSL over the plain text.
TEST_P(PowKernel, SearchesEveryLayout) {
  constexpr unsigned kBits = 4;
  for (std::size_t size = 0; size < 2 * kBlockBytes; ++size) {
    const auto prefix = text_of_length(size);
    const Message message{prefix, kernel()};
    std::uint64_t first = 3;
    for (int digits = 1; digits <= 20; ++digits, first = digits == 20 ? kNonceMax - 40 : first * 10 + 7) {
      const std::uint64_t count = digits == 1 ? 7 : 21;  // none needs a digit more
      const auto expected = lowest_good(prefix, first, count, kBits);
      EXPECT_EQ(kernel().search(message.run_from(first, kBits), count), expected ? *expected - first : count)
          << size << " bytes, from " << first;
    }
  }
}

// Goal:   the number of nonces is obeyed exactly: a good one just behind the run is not reported, the last one of it is.
// Method: place the good nonce at every distance from 0 to 40.
TEST_P(PowKernel, StopsAtItsCount) {
  const auto& vector = test::kPowVectors[4];
  const auto prefix = make_prefix(test::make_challenge(vector));
  const Message message{prefix, kernel()};
  const std::uint64_t good = std::stoull(std::string(vector.nonce));
  for (std::uint64_t distance = 0; distance <= 40; ++distance) {
    const auto run = message.run_from(good - distance, vector.bits);
    EXPECT_EQ(kernel().search(run, distance), distance);
    EXPECT_EQ(kernel().search(run, distance + 1), distance);
    EXPECT_EQ(kernel().search(run, distance + 100), distance);
  }
  EXPECT_EQ(kernel().search(message.run_from(good, vector.bits + 1), 1), 1u) << "one bit more than the digest has";
  EXPECT_EQ(kernel().search(message.run_from(good, kDifficultyBitsMax), 10), 10u);
  EXPECT_EQ(kernel().search(message.run_from(good, 0), 10), 0u);
}

// Goal:   the solver crosses from one number of digits to the next with every prefix length.
// Method: task ids that give the prefix every length modulo 64; searches that start just below powers of ten.
TEST_P(PowKernel, SolvesAcrossDigitBoundaries) {
  constexpr unsigned kBits = 5;
  for (std::size_t size = 1; size <= kBlockBytes; ++size) {
    auto challenge = test::make_challenge(std::string(64, 'c'), std::string(size, 't'), "w", kBits);
    const auto prefix = make_prefix(challenge);
    for (const std::uint64_t first : {std::uint64_t{0}, std::uint64_t{8}, std::uint64_t{97}, std::uint64_t{9'998},
                                      std::uint64_t{99'999'999}, std::uint64_t{9'999'999'999'999'999'999u}}) {
      const auto solution = solve(challenge, {.threads = 1, .kernel = kernel().name, .first_nonce = first});
      ASSERT_TRUE(solution) << solution.error().message;
      const auto expected = lowest_good(prefix, first, 10'000, kBits);
      ASSERT_TRUE(expected);
      EXPECT_EQ(solution->nonce, std::to_string(*expected)) << size << " characters, from " << first;
      EXPECT_EQ(solution->hashes, *expected - first + 1);
    }
  }
}

// Goal:   the platform's answers are found.
// Method: its vectors; the hardest from a little below its answer.
TEST_P(PowKernel, FindsThePlatformsAnswers) {
  for (const auto& vector : test::kPowVectors) {
    const std::uint64_t answer = std::stoull(std::string(vector.nonce));
    const std::uint64_t first = answer > 1'000'000 ? answer - 100'000 : 0;
    const auto solution = solve(test::make_challenge(vector), {.threads = 1, .kernel = kernel().name, .first_nonce = first});
    ASSERT_TRUE(solution) << solution.error().message;
    EXPECT_EQ(solution->nonce, vector.nonce);
    EXPECT_EQ(solution->digest.hex(), vector.digest);
  }
}

// Goal:   the count of zero bits is read word by word, up to all 256.
// Method: states whose first set bit is at each position.
TEST(PowKernelCommon, ReadsLeadingZerosOfAllWords) {
  for (unsigned zeros = 0; zeros < 256; ++zeros) {
    std::array<std::uint32_t, kStateWords> state;
    state.fill(0);
    state[zeros / 32] = 0x80000000u >> zeros % 32;
    EXPECT_TRUE(has_leading_zeros(state.data(), zeros));
    EXPECT_FALSE(has_leading_zeros(state.data(), zeros + 1));
  }
  EXPECT_TRUE(has_leading_zeros(std::array<std::uint32_t, kStateWords>{}.data(), 256));
}

// Goal:   digits advance as numbers do.
// Method: random numbers and steps against the sum's own text.
RC_GTEST_PROP(PowKernelCommon, AdvancesDigitsAsNumbers, ()) {
  const auto number = *rc::gen::inRange<std::uint64_t>(0, 10'000'000);
  const auto by = *rc::gen::inRange(0u, 100u);
  std::string text = std::to_string(number);
  text.insert(0, 10 - text.size(), '0');
  std::string sum = std::to_string(number + by);
  sum.insert(0, 10 - sum.size(), '0');
  auto* const digits = reinterpret_cast<std::uint8_t*>(text.data());
  advance_digits(digits, digits + text.size(), by);
  RC_ASSERT(text == sum);
}

}  // namespace
}  // namespace gstd::pow

#include <gstd/pow.hpp>

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace gstd::pow {
namespace {

// The platform's formula as it computes it, in doubles.
unsigned by_formula(std::int64_t nano) {
  if (nano <= 0) return 16;
  const double reward = static_cast<double>(nano) / static_cast<double>(kNanoPerGstd);
  return static_cast<unsigned>(std::clamp(16 + static_cast<int>(2 * std::log10(reward / 0.1)), 12, 24));
}

// Goal:   every threshold of the platform's table lies exactly where the formula puts it.
// Method: the last amount before each and the first after, written by hand from the table, against the formula as well.
TEST(Difficulty, ChangesAtThePlatformsThresholds) {
  struct Step {
    std::int64_t nano;
    unsigned bits;
  };
  constexpr std::array kSteps{
      Step{1, 12},
      Step{1'000'000, 12},
      Step{1'000'001, 13},
      Step{3'162'277, 13},
      Step{3'162'278, 14},
      Step{10'000'000, 14},
      Step{10'000'001, 15},
      Step{31'622'776, 15},
      Step{31'622'777, 16},
      Step{100'000'000, 16},
      Step{316'227'766, 16},
      Step{316'227'767, 17},
      Step{999'999'999, 17},
      Step{1'000'000'000, 18},
      Step{3'162'277'660, 18},
      Step{3'162'277'661, 19},
      Step{9'999'999'999, 19},
      Step{10'000'000'000, 20},
      Step{31'622'776'601, 20},
      Step{31'622'776'602, 21},
      Step{99'999'999'999, 21},
      Step{100'000'000'000, 22},
      Step{316'227'766'016, 22},
      Step{316'227'766'017, 23},
      Step{999'999'999'999, 23},
      Step{1'000'000'000'000, 24},
  };
  for (const auto& [nano, bits] : kSteps) {
    EXPECT_EQ(difficulty_bits_for({nano}), bits) << nano;
    EXPECT_EQ(by_formula(nano), bits) << nano;
  }
  EXPECT_EQ(difficulty_bits_for(kAmountMax), 24u);
  EXPECT_EQ(difficulty_bits_for({100'000}), 12u);             // 0.0001, below the clamp
  EXPECT_EQ(difficulty_bits_for({10'000'000'000'000}), 24u);  // 10000, above it
}

// Goal:   no reward, or less, asks for the platform's default.
// Method: zero and negative amounts.
TEST(Difficulty, IsTheDefaultWithoutReward) {
  EXPECT_EQ(difficulty_bits_for({0}), 16u);
  EXPECT_EQ(difficulty_bits_for({-1}), 16u);
  EXPECT_EQ(difficulty_bits_for({std::numeric_limits<std::int64_t>::min()}), 16u);
}

// Goal:   anywhere between the thresholds it is the formula's value.
// Method: random mantissas at every magnitude.
RC_GTEST_PROP(Difficulty, AgreesWithTheFormula, ()) {
  const auto magnitude = *rc::gen::inRange(0, 15);
  const auto mantissa = *rc::gen::inRange<std::int64_t>(100'000, 1'000'000);
  const auto nano = static_cast<std::int64_t>(static_cast<double>(mantissa) / 1e5 * std::pow(10, magnitude));
  RC_ASSERT(difficulty_bits_for({nano}) == by_formula(nano));
}

}  // namespace
}  // namespace gstd::pow

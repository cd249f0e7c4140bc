#include <gtest/gtest.h>
#include <gstd/base.hpp>

#include <set>

namespace gstd {
namespace {

Bytes draw(Random& random, std::size_t count) {
  Bytes bytes(count);
  random.fill(bytes);
  return bytes;
}

// Goal:   the sequence is SplitMix64's, so that a seed means the same everywhere and for ever.
// Method: the first five words of seed 1234567, least significant byte first. Origin: Rosetta Code,
//         "Pseudo-random numbers/Splitmix64".
TEST(SeededRandom, IsSplitMix64) {
  SeededRandom random{1234567};
  for (const std::uint64_t expected :
       {6457827717110365317u, 3203168211198807973u, 9817491932198370423u, 4593380528125082431u, 16408922859458223821u}) {
    std::uint64_t word = 0;
    for (std::size_t i = 0; const auto byte : draw(random, 8)) word |= std::uint64_t{byte} << (8 * i++);
    EXPECT_EQ(word, expected);
  }
}

// Goal:   equal seeds give equal bytes, different seeds different ones.
// Method: two generators side by side, in pieces of odd lengths.
TEST(SeededRandom, IsReproducible) {
  SeededRandom a{42}, b{42}, c{43};
  for (const std::size_t count : {0, 1, 7, 8, 9, 64, 1000}) {
    const Bytes bytes = draw(a, count);
    EXPECT_EQ(bytes, draw(b, count));
    const Bytes other = draw(c, count);
    if (count >= 8) {
      EXPECT_NE(bytes, other);
    }
  }
}

// Goal:   the operating system's generator fills the whole buffer, whatever its length, and not with a constant.
// Method: more than one getrandom() call can be asked to give; 32 equal bytes at either end would have a chance of 2^-248.
TEST(SystemRandom, FillsTheWholeBuffer) {
  const Bytes bytes = draw(system_random(), 1 << 20);
  EXPECT_GT(std::set<std::uint8_t>(bytes.begin(), bytes.begin() + 32).size(), 1u);
  EXPECT_GT(std::set<std::uint8_t>(bytes.end() - 32, bytes.end()).size(), 1u);
  EXPECT_NE(draw(system_random(), 32), draw(system_random(), 32));
  draw(system_random(), 0);
}

// Goal:   a UUID has the form of version 4 and takes its other 122 bits from the generator.
// Method: fixed bits from generators of all ones and all zeros, the form over many draws, and no repetition among them.
TEST(Uuid, IsVersionFour) {
  struct Constant final : Random {
    std::uint8_t value;
    explicit Constant(std::uint8_t v) : value(v) {}
    void fill(std::span<std::uint8_t> out) override { std::ranges::fill(out, value); }
  };
  Constant zeros{0x00}, ones{0xff};
  EXPECT_EQ(make_uuid(zeros), "00000000-0000-4000-8000-000000000000");
  EXPECT_EQ(make_uuid(ones), "ffffffff-ffff-4fff-bfff-ffffffffffff");

  SeededRandom random{7};
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string uuid = make_uuid(random);
    ASSERT_EQ(uuid.size(), 36u);
    EXPECT_EQ(uuid[14], '4');
    EXPECT_NE(std::string_view("89ab").find(uuid[19]), std::string_view::npos);
    EXPECT_TRUE(TaskId::parse(uuid).has_value());
    EXPECT_TRUE(seen.insert(uuid).second);
  }
}

}  // namespace
}  // namespace gstd

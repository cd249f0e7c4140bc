#include "sandbox_fixture.hpp"

#include <cstring>
#include <set>

namespace gstd::wasm {

class WasiTest : public SandboxFixture {};

// Goal:   stdout is the result, stderr the log.
// Method: a guest that writes to both.
TEST_F(WasiTest, WritesOutputAndLog) {
  const Outcome outcome = run("hello");
  EXPECT_EQ(outcome.kind, OutcomeKind::completed);
  EXPECT_EQ(as_text(outcome.output), "hello\n");
  EXPECT_EQ(outcome.log, "note\n");
}

// Goal:   stdin is the input, all of it, whatever its size.
// Method: a guest that copies it in parts, over sizes around its buffers.
TEST_F(WasiTest, ReadsInput) {
  const Module module = guest("echo");
  SeededRandom random{7};
  for (std::size_t size : {0u, 1u, 999u, 1000u, 1001u, 4095u, 4096u, 4097u, 60'000u}) {
    Bytes input(size);
    random.fill(input);
    const Outcome outcome = run(module, as_text(input));
    EXPECT_EQ(outcome.kind, OutcomeKind::completed) << size;
    EXPECT_EQ(outcome.output, input) << size;
  }
}

// Goal:   no pointer of a guest reaches outside its memory; each is answered by EFAULT.
// Method: a guest that tries every function that takes one and exits with the number of the first other answer.
TEST_F(WasiTest, RefusesBadPointers) { EXPECT_EQ(run("bad_pointers").exit_code, 0); }

// Goal:   descriptors, clocks and counts that do not exist are refused by the right errno.
// Method: a guest that tries them and exits with the number of the first wrong answer.
TEST_F(WasiTest, RefusesBadArguments) {
  const Outcome outcome = run("bad_arguments");
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_EQ(outcome.kind, OutcomeKind::completed);
}

// Goal:   time is virtual, random bytes depend on module and input alone.
// Method: a guest that writes three readings of the clock, around a sleep of one second, and 100 random bytes.
TEST_F(WasiTest, ClockAndRandomAreVirtual) {
  const Module module = guest("entropy");
  const Outcome first = run(module, "a");
  ASSERT_EQ(first.output.size(), 124u);
  const auto clock_at = [&](std::size_t at) {
    std::uint64_t value = 0;
    std::memcpy(&value, first.output.data() + at, sizeof value);
    return value;
  };
  EXPECT_EQ(clock_at(0), 0u);
  EXPECT_EQ(clock_at(8), 1'000'000u);
  EXPECT_EQ(clock_at(116), 2'000'000u + 1'000'000'000u);

  const BytesView random = BytesView{first.output}.subspan(16, 100);
  EXPECT_GT(std::set<std::uint8_t>(random.begin(), random.end()).size(), 50u);
  EXPECT_EQ(run(module, "a").output, first.output);
  const Outcome other = run(module, "b");
  EXPECT_NE(BytesView{other.output}.subspan(16, 100)[0], random[0]);
}

// Goal:   NaNs have one bit pattern, on every machine.
// Method: a guest that makes some and writes their bits.
// Source: the canonical NaN of the WebAssembly specification, section 4.3.3: quiet bit set, rest zero; positive here.
TEST_F(WasiTest, NansAreCanonical) {
  const Outcome outcome = run("nan");
  ASSERT_EQ(outcome.kind, OutcomeKind::completed);
  EXPECT_EQ(encode_hex(outcome.output), "000000000000f87f000000000000f87f0000c07f0000c07f");
}

}  // namespace gstd::wasm

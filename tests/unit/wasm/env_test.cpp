#include "wasm/env.hpp"

#include "sandbox_fixture.hpp"
#include "wasm/number_text.hpp"

namespace gstd::wasm {

// Goal:   the platform's generator, number for number.
// Method: seed texts with their seeds and states. Origin: docs/protocol.md, "PRNG", run of the platform's own code.
TEST(EnvRandom, AgreesWithThePlatform) {
  struct Vector {
    std::string_view text;
    std::uint32_t seed;
    std::array<std::uint32_t, 5> states;
    double first;
  };
  for (const Vector& vector :
       {Vector{"3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5b",
               0xd9de807a,
               {0x33e956d2, 0x3f50532b, 0x93901f91, 0x9c2303a0, 0x76b74ceb},
               0.20277922274544835},
        Vector{"TASK-ABCDEFGHIJKL", 0x95494c0e, {0x25dd1f2a, 0x41341af6, 0x8f3243a3, 0x2f81c000, 0xe7b8b3c0}, 0.14790529990568757},
        Vector{"a", 0x61, {0x01882c87, 0x87011feb, 0x3b761f35, 0xea872cdd, 0xec8de133}, 0.0059840993490070105},
        Vector{"{\"x\":1}", 0xab4e9695, {0x4a1d413b, 0xa57fd4e6, 0xa38459f7, 0x3fef18ea, 0x42bb64f3}, 0.28950889292173088},
        Vector{"task-€-😀", 0x16c75d6c, {0x503158f9, 0x1ee6e8ae, 0xbd95e3b7, 0x3d836b86, 0x4e83fc1f}, 0.31325298384763300},
        Vector{"", 0, {0, 0, 0, 0, 0}, 0}}) {
    std::uint32_t state = env_random_seed(vector.text);
    EXPECT_EQ(state, vector.seed) << vector.text;
    for (std::size_t i = 0; i < vector.states.size(); ++i) {
      const double drawn = env_random_next(state);
      EXPECT_EQ(state, vector.states[i]) << vector.text << " " << i;
      if (i == 0) {
        EXPECT_EQ(drawn, vector.first) << vector.text;
      }
    }
  }
}

// Goal:   a seed text that is not UTF-8 seeds as its decoded form does: U+FFFD for each part that cannot become a character.
// Method: broken texts of every kind beside the same with the replacement written out. Origin: Unicode 15, table 3-8 and its like.
TEST(EnvRandom, BrokenTextsSeedByTheirReplacements) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"\x80", "\uFFFD"},
      {"a\xC3", "a\uFFFD"},
      {"\xC0\xAF", "\uFFFD\uFFFD"},
      {"\xED\xA0\x80", "\uFFFD\uFFFD\uFFFD"},
      {"\xF4\x91\x92\x93\xFF"
       "A",
       "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFDA"},
      {"\xE1\x80\xE2\xF0\x91\x92\xF1\xBF"
       "A",
       "\uFFFD\uFFFD\uFFFD\uFFFDA"},
  };
  for (const auto& [broken, decoded] : cases) EXPECT_EQ(env_random_seed(broken), env_random_seed(decoded)) << decoded;
}

// Goal:   numbers are printed as JavaScript prints them, on both sides of each change of notation.
// Method: values with their texts. Origin: ECMA-262, Number::toString; checked with Node 18.
TEST(NumberText, IsJavaScripts) {
  const std::pair<double, std::string_view> cases[] = {{0, "0"},
                                                       {-0.0, "0"},
                                                       {5, "5"},
                                                       {-1.5, "-1.5"},
                                                       {100, "100"},
                                                       {123456.789, "123456.789"},
                                                       {1e20, "100000000000000000000"},
                                                       {1e21, "1e+21"},
                                                       {1.25e21, "1.25e+21"},
                                                       {123456789012345680000.0, "123456789012345680000"},
                                                       {0.1, "0.1"},
                                                       {0.000001, "0.000001"},
                                                       {1e-7, "1e-7"},
                                                       {1.5e-7, "1.5e-7"},
                                                       {5e-324, "5e-324"},
                                                       {1.7976931348623157e308, "1.7976931348623157e+308"},
                                                       {0.1f, "0.10000000149011612"}};
  for (const auto& [value, text] : cases) {
    EXPECT_EQ(number_text(value), text);
    EXPECT_EQ(json_number(value), text);
  }
  EXPECT_EQ(number_text(std::numeric_limits<double>::quiet_NaN()), "NaN");
  EXPECT_EQ(number_text(-std::numeric_limits<double>::infinity()), "-Infinity");
  EXPECT_EQ(json_number(std::numeric_limits<double>::quiet_NaN()), "null");
  EXPECT_EQ(json_number(std::numeric_limits<double>::infinity()), "null");
}

class EnvTest : public SandboxFixture {
 protected:
  Outcome run_env(const std::string& name, std::string_view input = {}, const RunLimits& limits = small_limits()) {
    auto module = sandbox_->compile(read_guest(name), GuestConvention::env);
    EXPECT_TRUE(module) << module.error().message;
    return module ? run(*module, input, limits) : Outcome{};
  }
};

// Goal:   input and output byte by byte; what was written goes before what `main` returns.
// Method: a text and no text, through a guest that returns 7.
TEST_F(EnvTest, InputAndOutputByByte) {
  EXPECT_EQ(as_text(run_env("env_upper", "{\"a\":\"xyz\"}").output), "{\"A\":\"XYZ\"}");
  EXPECT_EQ(as_text(run_env("env_upper", "").output), "7");
}

// Goal:   lengths and indices out of range do what the platform does; the buffer is bounded and starts as zeros.
// Method: one letter for each edge.
TEST_F(EnvTest, OutputEdges) {
  RunLimits limits = small_limits();
  limits.output_bytes_max = 2u << 20;
  EXPECT_EQ(as_text(run_env("env_output_edges", "n", limits).output), "7");
  EXPECT_EQ(as_text(run_env("env_output_edges", "l", limits).output), "7");
  EXPECT_EQ(run_env("env_output_edges", "c", limits).output, Bytes(kEnvOutputBytesMax, 0));
  EXPECT_EQ(as_text(run_env("env_output_edges", "o", limits).output), "A");
  EXPECT_EQ(run_env("env_output_edges", "z", limits).output, Bytes(3, 0));
  EXPECT_EQ(as_text(run_env("env_output_edges", "r", limits).output), "7");
  limits.output_bytes_max = kEnvOutputBytesMax - 1;
  EXPECT_EQ(run_env("env_output_edges", "c", limits).kind, OutcomeKind::output_limit);
}

// Goal:   a result of any kind is JSON as the platform would write it; none is null.
// Method: a guest per kind.
TEST_F(EnvTest, ResultOfMain) {
  EXPECT_EQ(as_text(run_env("env_result_i32").output), "-5");
  EXPECT_EQ(as_text(run_env("env_result_i64").output), "9007199254740993");
  EXPECT_EQ(as_text(run_env("env_result_f32").output), "0.10000000149011612");
  EXPECT_EQ(as_text(run_env("env_result_f64").output), "0.1");
  EXPECT_EQ(as_text(run_env("env_result_inf").output), "null");
  EXPECT_EQ(as_text(run_env("env_log").output), "null");
}

// Goal:   guests draw the platform's numbers, seeded by their input; declared as an integer the draw is 0.
// Method: the vector of `{"x":1}` through a guest that logs the states.
TEST_F(EnvTest, RandomIsSeededByTheInput) {
  const Outcome five = run_env("env_random", "{\"x\":1}");
  EXPECT_EQ(five.log, "1243431227\n2776618214\n2743359991\n1072634090\n1119577331\n");
  EXPECT_EQ(as_text(five.output), number_text(1119577331 / 4294967296.0));
  EXPECT_EQ(as_text(run_env("env_random_int", "{\"x\":1}").output), "0");
}

// Goal:   texts and numbers go to the log, a line each; time is the virtual clock of the run.
// Method: every form of the functions; log limits that cut.
TEST_F(EnvTest, LogAndClock) {
  const std::string expected = "café\n\n-7\n0\n1\n";
  EXPECT_EQ(run_env("env_log").log, expected);
  EXPECT_EQ(run_env("env_log_f64").log, "0.1\n-1e+21\nNaN\n-Infinity\n0\n1\n");
  for (std::uint64_t room : {0, 1, 3, 6, 7, 20}) {
    RunLimits limits = small_limits();
    limits.log_bytes_max = room;
    const Outcome outcome = run_env("env_log", "", limits);
    EXPECT_EQ(outcome.kind, OutcomeKind::completed);
    EXPECT_LE(outcome.log.size(), room);
    EXPECT_TRUE(outcome.log.starts_with(expected.substr(0, room > 0 ? room - 1 : 0))) << room;
  }
}

// Goal:   a text outside of the memory ends the guest as a trap, also where there is no memory.
// Method: one byte too many; a module without a memory.
TEST_F(EnvTest, TextOutsideOfMemoryTraps) {
  for (const char* name : {"env_log_outside", "env_log_no_memory"}) {
    const Outcome outcome = run_env(name);
    EXPECT_EQ(outcome.kind, OutcomeKind::trapped) << name;
    EXPECT_EQ(outcome.trap, "memory_out_of_bounds") << name;
  }
}

// Goal:   the stubs of WASI answer 0 and write nothing; leaving by proc_exit is an error, with code 0 too.
// Method: each stub with pointers at a marked word; a guest that exits.
TEST_F(EnvTest, WasiIsStubbed) {
  EXPECT_EQ(as_text(run_env("env_wasi").output), std::to_string(static_cast<std::int32_t>(0xaaaaaaaa)));
  const Outcome outcome = run_env("env_exit");
  EXPECT_EQ(outcome.kind, OutcomeKind::trapped);
  EXPECT_EQ(outcome.trap, "exit");
}

}  // namespace gstd::wasm

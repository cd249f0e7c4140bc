#include <gstd/wasm.hpp>

#include <gtest/gtest.h>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "differential/second_engine.hpp"

namespace gstd::wasm {
namespace {

// Every guest there is, by file: those of the tests, of the examples, of the benchmarks; of each as much as was built.
std::vector<std::filesystem::path> all_guests() {
  std::vector<std::filesystem::path> guests;
  for (const char* folder : {"tests/guests", "guests", "benchmarks/guests"}) {
    const auto path = std::filesystem::path{GSTD_BUILD_DIR} / folder;
    if (!std::filesystem::exists(path)) continue;
    for (const auto& entry : std::filesystem::recursive_directory_iterator{path})
      if (entry.path().extension() == ".wasm") guests.push_back(entry.path());
  }
  std::sort(guests.begin(), guests.end());
  return guests;
}

// "tests_guests_echo" from "BUILD/tests/guests/echo.wasm": unique, and a name that GoogleTest takes.
std::string test_name(const testing::TestParamInfo<std::filesystem::path>& info) {
  std::string name = info.param.lexically_relative(GSTD_BUILD_DIR).replace_extension().string();
  for (char& c : name)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  return name;
}

Bytes read_file(const std::filesystem::path& path) {
  std::ifstream file{path, std::ios::binary};
  return Bytes{std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{}};
}

// Guests that spend their time in the host, where the second engine has nobody who ends them.
bool is_ended_by_time_alone(std::string_view guest) { return guest == "random_flood"; }

// The convention that the module's imports and exports are made for; what fits none is refused under any.
GuestConvention convention_of(BytesView module) {
  const auto info = inspect(module);
  return info && info->convention ? *info->convention : GuestConvention::wasi;
}

second_engine::Convention second(GuestConvention convention) {
  switch (convention) {
    case GuestConvention::wasi:
      break;
    case GuestConvention::env:
      return second_engine::Convention::env;
    case GuestConvention::reactor:
      return second_engine::Convention::reactor;
  }
  return second_engine::Convention::program;
}

// Inputs that bring every guest somewhere, and the few that guests ask for by their form.
std::vector<std::string> inputs_for(const std::string& guest) {
  std::vector<std::string> inputs{"", "some input", std::string(4, '\0'), std::string("\x2a\0\0\0", 4)};
  Bytes noise(5000);
  SeededRandom random{4};
  random.fill(noise);
  inputs.emplace_back(as_text(noise));
  if (guest == "fractal") inputs.emplace_back("32 20 4 4 16 10 -0.6 0.0 3.0 60\n");
  if (guest == "reactor_moods") inputs.insert(inputs.end(), {"c", "l", "t", "e", "o", "b"});
  if (guest == "wordstats") inputs.emplace_back("The cat, the CAT; a dog's\nend");
  return inputs;
}

// Enough for every guest that ends by itself, and little enough for one that does not.
RunLimits limits() {
  RunLimits limits;
  limits.fuel = 20'000'000;
  limits.memory_bytes_max = 4u << 20;
  limits.output_bytes_max = 64u << 10;
  limits.log_bytes_max = 16u << 10;
  return limits;
}

// The profile's bound on a table, which guests see as a refused table.grow.
constexpr std::uint32_t kTableElementsMax = 1u << 20;

struct TrapWords {
  std::string_view trap;   // ours
  std::string_view words;  // how the interpreter's begin
};

constexpr std::array kTrapWords{
    TrapWords{"memory_out_of_bounds", "out of bounds memory access"},
    TrapWords{"table_out_of_bounds", "out of bounds table access"},
    TrapWords{"table_out_of_bounds", "undefined table index"},
    TrapWords{"indirect_call_to_null", "uninitialized table element"},
    TrapWords{"bad_signature", "indirect call signature mismatch"},
    TrapWords{"integer_overflow", "integer overflow"},
    TrapWords{"integer_division_by_zero", "integer divide by zero"},
    TrapWords{"bad_conversion_to_integer", "invalid conversion to integer"},
    TrapWords{"unreachable", "unreachable executed"},
    TrapWords{"call_stack_exhausted", "call stack exhausted"},
};

bool is_same_trap(std::string_view trap, std::string_view words) {
  return std::any_of(kTrapWords.begin(), kTrapWords.end(),
                     [&](const TrapWords& entry) { return entry.trap == trap && words.starts_with(entry.words); });
}

// The outcomes that the second engine cannot know of: it counts no fuel, and has no profile.
bool has_second_opinion(OutcomeKind kind) { return kind != OutcomeKind::fuel_exhausted && kind != OutcomeKind::invalid_module; }

// WebAssembly leaves the bits of a NaN to the engine; the sandbox makes them one pattern, the interpreter shows the processor's.
// Hence for guests that write NaNs: where the bytes differ, both hold NaNs.
bool are_nans(BytesView ours, BytesView theirs) {
  constexpr std::size_t kDoubles = 2;  // tests/guests/nan.wat: two f64, then f32
  if (ours.size() != theirs.size() || ours.size() < kDoubles * 8) return false;
  const auto is_nan = [](BytesView bytes, std::size_t at, bool wide) {
    double wide_value = 0;
    float value = 0;
    if (wide) {
      std::memcpy(&wide_value, bytes.data() + at, sizeof wide_value);
      return std::isnan(wide_value);
    }
    std::memcpy(&value, bytes.data() + at, sizeof value);
    return std::isnan(value);
  };
  for (std::size_t at = 0; at < ours.size();) {
    const bool wide = at < kDoubles * 8;
    if (!is_nan(ours, at, wide) || !is_nan(theirs, at, wide)) return false;
    at += wide ? 8 : 4;
  }
  return true;
}

}  // namespace

class DifferentialTest : public testing::TestWithParam<std::filesystem::path> {
 protected:
  static void expect_agreement(const std::string& guest, const Outcome& ours, const second_engine::Answer& theirs) {
    using second_engine::End;
    // Only a program may leave by proc_exit.
    if (ours.kind == OutcomeKind::trapped && ours.trap == "exit") {
      EXPECT_EQ(theirs.end, End::exited);
      return;
    }
    switch (ours.kind) {
      case OutcomeKind::completed:
        EXPECT_TRUE(theirs.end == End::returned || (theirs.end == End::exited && theirs.exit_code == 0)) << theirs.trap;
        break;
      case OutcomeKind::exited:
        EXPECT_EQ(theirs.end, End::exited) << theirs.trap;
        EXPECT_EQ(theirs.exit_code, ours.exit_code);
        break;
      case OutcomeKind::trapped:
        EXPECT_EQ(theirs.end, End::trapped);
        EXPECT_TRUE(is_same_trap(ours.trap, theirs.trap)) << ours.trap << " against: " << theirs.trap;
        break;
      case OutcomeKind::output_limit:
        EXPECT_EQ(theirs.end, End::output_limit) << theirs.trap;
        break;
      case OutcomeKind::memory_limit:
        // Ours names the cause, theirs the symptom.
        EXPECT_TRUE(theirs.end == End::trapped || theirs.end == End::exited || theirs.end == End::refused);
        break;
      default:
        ADD_FAILURE() << guest << " ended as " << to_string(ours.kind) << ": " << ours.message;
    }
    EXPECT_EQ(ours.log, theirs.log);
    if (ours.kind != OutcomeKind::completed && ours.kind != OutcomeKind::exited) return;
    if (guest == "nan") {
      EXPECT_TRUE(are_nans(ours.output, as_bytes(theirs.output)));
    } else {
      EXPECT_EQ(as_text(ours.output), theirs.output);
    }
  }
};

// Goal:   the sandbox changes nothing of what a guest means: another engine, with another host, comes to the same end, exit code,
//         trap, output and log.
// Method: every guest of the tests and the examples, over inputs of several forms, in the sandbox and in wabt's interpreter. What
//         the profile refuses, and what fuel ends, has no counterpart there.
TEST_P(DifferentialTest, AgreesWithTheSecondEngine) {
  if (!is_available()) GTEST_SKIP() << "built without an engine";
  const std::string guest = GetParam().stem().string();
  if (is_ended_by_time_alone(guest)) GTEST_SKIP() << "the second engine has no clock";
  const Bytes bytes = read_file(GetParam());
  auto sandbox = Sandbox::create({.slots = 1, .slot_memory_bytes_max = limits().memory_bytes_max});
  ASSERT_TRUE(sandbox) << sandbox.error().message;
  const GuestConvention convention = convention_of(bytes);
  const auto module = sandbox->compile(bytes, convention);
  if (!module) {
    ASSERT_EQ(module.error().reason, "module_invalid") << module.error().message;
    GTEST_SKIP() << "the profile refuses it: " << module.error().message;
  }
  for (const std::string& input : inputs_for(guest)) {
    SCOPED_TRACE("input of " + std::to_string(input.size()) + " bytes");
    const auto ours = sandbox->run(*module, as_bytes(input), limits());
    ASSERT_TRUE(ours) << ours.error().message;
    if (!has_second_opinion(ours->kind)) continue;
    const auto theirs = second_engine::run({.module = std::string(as_text(bytes)),
                                            .input = input,
                                            .convention = second(convention),
                                            .memory_bytes_max = limits().memory_bytes_max,
                                            .table_elements_max = kTableElementsMax,
                                            .output_bytes_max = limits().output_bytes_max,
                                            .log_bytes_max = limits().log_bytes_max});
    expect_agreement(guest, *ours, theirs);
  }
}

INSTANTIATE_TEST_SUITE_P(Guests, DifferentialTest, testing::ValuesIn(all_guests()), test_name);

}  // namespace gstd::wasm

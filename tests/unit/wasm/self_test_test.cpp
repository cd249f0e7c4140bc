#include "wasm/self_test.hpp"

#include <map>

#include "other_backend.hpp"
#include "sandbox_fixture.hpp"
#include "self_test_outputs.hpp"
#include "wasm/self_test_corpus.hpp"

namespace gstd::wasm {

class SelfTestTest : public SandboxFixture {
 protected:
  static constexpr std::uint64_t kSlotBytes = 1u << 20;

  static std::unique_ptr<Backend> backend(bool optimize = true) {
    auto made = make_local_backend({.slots = 1, .slot_memory_bytes_max = kSlotBytes, .optimize = optimize});
    EXPECT_TRUE(made) << made.error().message;
    return made ? *std::move(made) : nullptr;
  }
};

// A backend that does one thing wrong in the run of one case.
class Spoiled final : public OtherBackend {
 public:
  Spoiled(Backend& other, std::uint8_t selector, void (*spoil)(Outcome&))
      : OtherBackend(other), selector_(selector), spoil_(spoil) {}
  Result<Outcome> run(const Code& code, BytesView input, const RunLimits& limits, const std::stop_token& stop) override {
    auto outcome = OtherBackend::run(code, input, limits, stop);
    if (outcome && input[0] == selector_) spoil_(*outcome);
    return outcome;
  }

 private:
  const std::uint8_t selector_;
  void (*const spoil_)(Outcome&);
};

// Goal:   a sound sandbox passes its self-test, again and again, whatever it was made for.
// Method: both levels of optimisation; slots too small for some cases, and for all.
TEST_F(SelfTestTest, SoundSandboxPasses) {
  for (const bool optimize : {true, false})
    for (const std::uint64_t memory : {1u << 20, 64u << 10, 1u}) {
      auto sandbox = create({.slots = 1, .slot_memory_bytes_max = memory, .optimize = optimize});
      for (int i = 0; i < 2; ++i) {
        auto tested = sandbox->self_test();
        EXPECT_TRUE(tested) << tested.error().message;
      }
    }
}

// Goal:   what each case must give stands in the corpus as it is.
// Method: every case is run; a line that differs is printed as it belongs into src/wasm/self_test_corpus.cpp.
TEST_F(SelfTestTest, ExpectationsAreUpToDate) {
  const auto sandbox = backend();
  const auto program = sandbox->compile(self_test_program(), GuestConvention::wasi, {});
  ASSERT_TRUE(program) << program.error().message;
  for (const auto& entry : self_test_cases()) {
    RunLimits limits;
    limits.fuel = entry.fuel;
    limits.memory_bytes_max = entry.memory_bytes_max;
    limits.output_bytes_max = entry.output_bytes_max;
    const auto outcome = sandbox->run(**program, BytesView{&entry.selector, 1}, limits, {});
    ASSERT_TRUE(outcome) << outcome.error().message;
    EXPECT_EQ(*account(*outcome), entry.expected) << entry.name;
    EXPECT_TRUE(outcome->comparable()) << entry.name;
  }
  const auto reactor = sandbox->compile(self_test_reactor(), GuestConvention::reactor, {});
  ASSERT_TRUE(reactor) << reactor.error().message;
  const auto session = sandbox->open(**reactor, small_limits(), {});
  ASSERT_TRUE(session) << session.error().message;
  for (const auto& call : self_test_calls()) EXPECT_EQ(*account((*session)->call(as_bytes(call.input), {})), call.expected);
}

// Goal:   the outputs are right, not only what some engine once gave.
// Method: they are computed in C++; the corpus names their digests.
TEST_F(SelfTestTest, OutputsAreThoseOfCpp) {
  const Digest module = *sha256({self_test_program()});
  const std::map<std::string_view, Bytes> outputs{
      {"integers", self_test_integers()}, {"floats", self_test_floats()}, {"nans", self_test_nans()},
      {"vectors", self_test_vectors()},   {"memory", self_test_memory()}, {"host", self_test_host(module, 5)},
      {"exit", {'b', 'y', 'e'}},          {"recursion", {0x62, 2, 0, 0}},  // the 15th Fibonacci number is 610
  };
  std::size_t found = 0;
  for (const auto& entry : self_test_cases()) {
    const auto output = outputs.find(entry.name);
    const std::string told = output == outputs.end() ? "" : ", output " + sha256({output->second})->hex() + ",";
    EXPECT_NE(entry.expected.find(told), std::string_view::npos) << entry.name << " should have" << told;
    EXPECT_EQ(entry.expected.find(", output") == std::string_view::npos, output == outputs.end()) << entry.name;
    found += output != outputs.end();
  }
  EXPECT_EQ(found, outputs.size());

  std::uint64_t sum = 0;
  for (const auto& call : self_test_calls()) {
    for (const char c : call.input) sum += static_cast<unsigned char>(c);
    Bytes output;
    append(output, sum);
    EXPECT_NE(call.expected.find(", output " + sha256({output})->hex() + ","), std::string_view::npos) << call.input;
  }
}

// Goal:   the modules inside the library are those of the texts.
// Method: the texts are assembled once more.
TEST_F(SelfTestTest, ModulesAreThoseOfTheTexts) {
  EXPECT_TRUE(std::ranges::equal(self_test_program(), read_guest("self_test"))) << "run tools/make_self_test.py";
  EXPECT_TRUE(std::ranges::equal(self_test_reactor(), read_guest("self_test_reactor"))) << "run tools/make_self_test.py";
}

// Goal:   whatever differs, in whichever case, is an error that names the case and both values.
// Method: each case in turn is given another output, exit code, trap, kind or fuel than it had.
TEST_F(SelfTestTest, AnyDifferenceIsToldWithBothValues) {
  const auto sandbox = backend();
  constexpr std::array<void (*)(Outcome&), 4> kSpoilers{
      [](Outcome& outcome) { outcome.output.push_back(0); }, [](Outcome& outcome) { outcome.exit_code ^= 1; },
      [](Outcome& outcome) { outcome.trap += "x"; },
      [](Outcome& outcome) {
        outcome.kind = outcome.kind == OutcomeKind::trapped ? OutcomeKind::completed : OutcomeKind::trapped;
      }};
  const auto expect_told = [&](const SelfTestCase& entry, void (*spoil)(Outcome&)) {
    Spoiled spoiled{*sandbox, entry.selector, spoil};
    auto tested = run_self_test(spoiled, kSlotBytes, {});
    ASSERT_FALSE(tested) << entry.name;
    const Error& error = tested.error();
    EXPECT_EQ(error.code, ErrorCode::internal);
    EXPECT_EQ(error.reason, "self_test");
    EXPECT_NE(error.message.find("`" + std::string(entry.name) + "`"), std::string::npos) << error.message;
    EXPECT_NE(error.message.find("instead of \"" + std::string(entry.expected) + "\""), std::string::npos) << error.message;
  };
  for (const auto& entry : self_test_cases()) {
    for (const auto& spoil : kSpoilers) expect_told(entry, spoil);
    if (entry.expected.find(", fuel") != std::string_view::npos) expect_told(entry, [](Outcome& outcome) { ++outcome.fuel_used; });
  }
}

// Goal:   a stop request ends the self-test as a cancellation, which says nothing about the machine.
// Method: stopped before it begins.
TEST_F(SelfTestTest, StopIsNoMismatch) {
  std::stop_source stop;
  stop.request_stop();
  auto tested = sandbox_->self_test({.stop = stop.get_token()});
  ASSERT_FALSE(tested);
  EXPECT_EQ(tested.error().code, ErrorCode::cancelled);
}

}  // namespace gstd::wasm

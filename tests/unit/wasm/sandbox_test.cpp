#include "module_bytes.hpp"
#include "sandbox_fixture.hpp"

#include <sys/resource.h>
#include <csignal>
#include <thread>

namespace gstd::wasm {

class SandboxTest : public SandboxFixture {
 protected:
  // A run that only a stop request or a minute ends.
  static RunLimits endless() {
    RunLimits limits = small_limits();
    limits.fuel = kFuelMax;
    limits.wall_time = kWallTimeMax;
    return limits;
  }
};

// Goal:   options out of range are refused.
// Method: both ends of each.
TEST_F(SandboxTest, RefusesOptionsOutOfRange) {
  for (const SandboxOptions& options :
       {SandboxOptions{.slots = 0}, SandboxOptions{.slots = 257}, SandboxOptions{.slot_memory_bytes_max = 0},
        SandboxOptions{.slot_memory_bytes_max = kMemoryBytesMax + 1}}) {
    const auto sandbox = Sandbox::create(options);
    ASSERT_FALSE(sandbox);
    EXPECT_EQ(sandbox.error().code, ErrorCode::invalid_argument);
  }
}

// Goal:   where the process may not have the address space, an error says so, and the process lives.
// Method: the largest sandbox under a limit that leaves 64 GiB.
TEST_F(SandboxTest, ReportsMissingAddressSpace) {
  std::ifstream statm{"/proc/self/statm"};
  std::uint64_t pages = 0;
  ASSERT_TRUE(statm >> pages);
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_AS, &before), 0);
  rlimit tight = before;
  tight.rlim_cur = pages * 4096 + (64ull << 30);
  ASSERT_EQ(setrlimit(RLIMIT_AS, &tight), 0);
  const auto sandbox = Sandbox::create({.slots = 256, .slot_memory_bytes_max = kMemoryBytesMax});
  ASSERT_EQ(setrlimit(RLIMIT_AS, &before), 0);
  ASSERT_FALSE(sandbox);
  EXPECT_EQ(sandbox.error().code, ErrorCode::resource_exhausted);
  EXPECT_EQ(sandbox.error().reason, "address_space");
}

// Goal:   the host's signal handlers stay as they are, also while guests trap.
// Method: looked at before and after.
TEST_F(SandboxTest, LeavesSignalHandlersAlone) {
  const auto handlers = [] {
    std::vector<void*> found;
    for (int signal : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP}) {
      struct sigaction action {};
      sigaction(signal, nullptr, &action);
      found.push_back(reinterpret_cast<void*>(action.sa_sigaction));
    }
    return found;
  };
  const auto before = handlers();
  sandbox_ = create({});
  for (const char* name : {"trap_memory", "trap_division", "trap_unreachable", "recurse"}) run(name);
  EXPECT_EQ(handlers(), before);
}

// Goal:   limits out of bounds, memory above the slot's, and modules of another sandbox are refused before anything runs.
// Method: one of each; a default-constructed module too.
TEST_F(SandboxTest, RefusesBadArguments) {
  const Module module = guest("noop");
  RunLimits limits = small_limits();
  limits.fuel = 0;
  EXPECT_EQ(sandbox_->run(module, {}, limits).error().code, ErrorCode::invalid_argument);
  limits = small_limits();
  limits.memory_bytes_max = (16u << 20) + 1;
  EXPECT_EQ(sandbox_->run(module, {}, limits).error().reason, "limits");
  EXPECT_EQ(sandbox_->run(Module{}, {}, small_limits()).error().reason, "module_foreign");
  const auto other = create({});
  EXPECT_EQ(other->run(module, {}, small_limits()).error().reason, "module_foreign");
}

// Goal:   a guest finds nothing of the one before in its slot.
// Method: a guest that checks its memory for zeros and then fills it, twice in the same slot.
TEST_F(SandboxTest, CleansMemoryBetweenRuns) {
  sandbox_ = create({.slots = 1, .slot_memory_bytes_max = 1u << 20});
  const Module module = guest("dirty_memory");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(run(module).kind, OutcomeKind::completed) << i;
}

// Goal:   a stop request ends a guest that runs.
// Method: requested from another thread while an endless loop runs; and before the run.
TEST_F(SandboxTest, StopCancelsARun) {
  const Module module = guest("loop_forever");
  std::stop_source stop;
  std::jthread asks{[&] {
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
    stop.request_stop();
  }};
  EXPECT_EQ(run(module, {}, endless(), {.stop = stop.get_token()}).kind, OutcomeKind::cancelled);
  EXPECT_EQ(run(module, {}, endless(), {.stop = stop.get_token()}).kind, OutcomeKind::cancelled);
}

// Goal:   who waits for a slot can give up, by timeout or by stop request, and loses nothing.
// Method: the only slot is held by an endless loop.
TEST_F(SandboxTest, WaitingForASlotHonoursCallOptions) {
  sandbox_ = create({.slots = 1});
  const Module endless_guest = guest("loop_forever");
  const Module module = guest("noop");
  std::stop_source stop_holder;
  std::jthread holder{[&] { run(endless_guest, {}, endless(), {.stop = stop_holder.get_token()}); }};
  // Until the holder has the slot, the call below succeeds; then it is refused.
  for (;;) {
    const auto refused = sandbox_->run(module, {}, small_limits(), {.timeout = std::chrono::milliseconds{10}});
    if (refused) continue;
    EXPECT_EQ(refused.error().code, ErrorCode::deadline_exceeded);
    break;
  }
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(run(module, {}, small_limits(), {.stop = stop.get_token()}).kind, OutcomeKind::cancelled);
  std::jthread waiter{[&] {
    const CallOptions patient{.timeout = std::chrono::milliseconds::max()};
    EXPECT_EQ(run(module, {}, small_limits(), patient).kind, OutcomeKind::completed);
  }};
  stop_holder.request_stop();
}

// Goal:   one run that is ended early does not touch the others.
// Method: next to a loop that is cancelled again and again, a guest of some length runs to its end.
TEST_F(SandboxTest, CancellingOneRunLeavesOthersAlone) {
  const Module endless_guest = guest("loop_forever");
  const Module module = guest("dirty_memory");
  std::jthread disturber{[&](const std::stop_token& done) {
    while (!done.stop_requested()) {
      std::stop_source stop;
      std::jthread asks{[&] { stop.request_stop(); }};
      EXPECT_EQ(run(endless_guest, {}, endless(), {.stop = stop.get_token()}).kind, OutcomeKind::cancelled);
    }
  }};
  for (int i = 0; i < 50; ++i) EXPECT_EQ(run(module).kind, OutcomeKind::completed) << i;
}

// Goal:   more callers than slots are all served, with the same answer.
// Method: eight threads share two slots and one module.
TEST_F(SandboxTest, ServesMoreCallersThanSlots) {
  const Module module = guest("echo");
  std::vector<std::jthread> callers;
  callers.reserve(8);
  for (int caller = 0; caller < 8; ++caller) {
    callers.emplace_back([&, caller] {
      const std::string input(1000 + caller, static_cast<char>('a' + caller));
      for (int i = 0; i < 20; ++i) EXPECT_EQ(as_text(run(module, input).output), input);
    });
  }
}

// Goal:   threads may compile at once, while others run.
// Method: four threads, each compiling and running another guest.
TEST_F(SandboxTest, CompilesConcurrently) {
  std::vector<std::jthread> callers;
  for (const char* name : {"hello", "echo", "noop", "dirty_memory"})
    callers.emplace_back([&, name] {
      for (int i = 0; i < 10; ++i) EXPECT_EQ(run(name).kind, OutcomeKind::completed);
    });
}

// Goal:   a sandbox can go as soon as nobody uses it, and be moved; a module that outlives it is refused, not followed.
// Method: destroyed unused, after use, and moved between runs.
TEST_F(SandboxTest, IsDestroyedAndMovedWhileIdle) {
  { auto unused = create({}); }
  const Module module = guest("hello");
  run(module);
  Sandbox moved = std::move(*sandbox_);
  EXPECT_TRUE(moved.run(module, {}, small_limits()));
  moved = std::move(*create({}));
  EXPECT_EQ(moved.run(module, {}, small_limits()).error().reason, "module_foreign");
}

// Apart from the suite above, which runs a second time in processes: there, a compilation given up is killed and leaves its place.
class CompilingInThread : public SandboxFixture {};

// Goal:   compiling ends by its deadline and by a stop request, and holds up nobody; so many at once are refused.
// Method: a module of so many functions that no thread has compiled it before anybody looks, with no time, until no more are taken;
//         modules that were compiled before run on.
TEST_F(CompilingInThread, IsBounded) {
  sandbox_ = create({.slots = 1, .slot_memory_bytes_max = 1u << 20});
  const Module echo = guest("echo");
  const Bytes bytes = module_slow_to_compile();
  std::stop_source stop;
  stop.request_stop();
  const auto stopped = sandbox_->compile(bytes, GuestConvention::wasi, {.stop = stop.get_token()});
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, ErrorCode::cancelled);
  std::string reason;
  for (int i = 0; i < 5 && reason != "compile_busy"; ++i) {
    const auto late = sandbox_->compile(bytes, GuestConvention::wasi, {.timeout = std::chrono::milliseconds{0}});
    ASSERT_FALSE(late);
    reason = late.error().reason;
    EXPECT_TRUE(i > 0 || reason == "compile_time") << reason;
  }
  EXPECT_EQ(reason, "compile_busy");
  EXPECT_EQ(run(echo, "still here").kind, OutcomeKind::completed);
}

}  // namespace gstd::wasm

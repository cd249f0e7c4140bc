// Isolation::process from outside: the same outcomes as in this process, and nothing left behind whatever ends a child.
#include <sys/wait.h>
#include <csignal>
#include <filesystem>
#include <thread>

#include "sandbox_fixture.hpp"

namespace gstd::wasm {

class ProcessSandbox : public SandboxFixture {
 protected:
  void SetUp() override {
    SandboxFixture::SetUp();
    if (!sandbox_) return;
    local_ = std::move(sandbox_);
    sandbox_ = create(options());
    ASSERT_TRUE(sandbox_);
  }

  static SandboxOptions options() {
    return {.slots = 2, .slot_memory_bytes_max = 16u << 20, .isolation = Isolation::process, .runner_program = GSTD_TEST_RUNNER};
  }

  static RunLimits endless() {
    RunLimits limits = small_limits();
    limits.fuel = kFuelMax;
    limits.wall_time = kWallTimeMax;
    return limits;
  }

  // Processes whose parent is this one, zombies too.
  static std::vector<pid_t> children() {
    std::vector<pid_t> found;
    for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
      std::ifstream file{task.path() / "children"};
      for (pid_t pid = 0; file >> pid;) found.push_back(pid);
    }
    return found;
  }

  static std::size_t descriptors() {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) ++count;
    return count;
  }

  std::unique_ptr<Sandbox> local_;
};

// Goal:   where a guest runs does not change what comes out.
// Method: every guest of tests/guests, with an empty and a short input, in both modes: kind, exit code, trap, output, log, fuel,
//         memory and engine, or the same refusal.
TEST_F(ProcessSandbox, GivesTheOutcomesOfThreads) {
  const Bytes input{'1', '2', '\n'};
  int compared = 0;
  for (const auto& entry : std::filesystem::directory_iterator(GSTD_TEST_GUESTS_DIR)) {
    if (entry.path().extension() != ".wasm") continue;
    SCOPED_TRACE(entry.path().filename().string());
    const Bytes bytes = read_file(entry.path());
    for (const auto convention : {GuestConvention::wasi, GuestConvention::env, GuestConvention::reactor}) {
      const auto here = local_->compile(bytes, convention);
      const auto there = sandbox_->compile(bytes, convention);
      ASSERT_EQ(here.has_value(), there.has_value());
      if (!here) {
        EXPECT_EQ(here.error(), there.error());
        continue;
      }
      EXPECT_EQ(here->sha256(), there->sha256());
      EXPECT_EQ(here->convention(), there->convention());
      for (const BytesView given : {BytesView{}, BytesView{input}}) {
        RunLimits limits = small_limits();
        limits.memory_bytes_max = 8u << 20;
        const auto a = local_->run(*here, given, limits);
        const auto b = sandbox_->run(*there, given, limits);
        ASSERT_TRUE(a);
        ASSERT_TRUE(b);
        EXPECT_EQ(to_string(a->kind), to_string(b->kind)) << b->message;
        EXPECT_EQ(a->exit_code, b->exit_code);
        EXPECT_EQ(a->trap, b->trap);
        EXPECT_EQ(a->output, b->output);
        EXPECT_EQ(a->log, b->log);
        EXPECT_EQ(a->fuel_used, b->fuel_used);
        EXPECT_EQ(a->memory_bytes_peak, b->memory_bytes_peak);
        EXPECT_EQ(a->message, b->message);
        EXPECT_EQ(a->engine, b->engine);
        ++compared;
      }
    }
  }
  EXPECT_GT(compared, 50);
}

// Goal:   a child that is killed under a run costs that run, as the host's failure, and nothing else.
// Method: kill -9 from another thread as soon as the child is seen at work; then a run that succeeds.
TEST_F(ProcessSandbox, SurvivesAKilledChild) {
  const Module module = guest("loop_forever");
  std::jthread killer{[](const std::stop_token& done) {
    while (!done.stop_requested()) {
      for (const pid_t pid : children()) kill(pid, SIGKILL);
      std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
  }};
  auto outcome = sandbox_->run(module, {}, endless());
  killer.request_stop();
  killer.join();
  if (outcome) {
    EXPECT_EQ(outcome->kind, OutcomeKind::host_failure);
    EXPECT_FALSE(outcome->comparable());
    EXPECT_NE(outcome->message.find("SIGKILL"), std::string::npos) << outcome->message;
  } else {  // hit before it had begun
    EXPECT_EQ(outcome.error().code, ErrorCode::unavailable);
  }
  EXPECT_EQ(run("echo", "alive").output, Bytes({'a', 'l', 'i', 'v', 'e'}));
}

// Goal:   many runs leave no process, descriptor or zombie beyond the one spare child.
// Method: counted before and after 200 runs that end in every way.
TEST_F(ProcessSandbox, LeavesNothingBehind) {
  const std::vector<Module> modules{guest("echo"), guest("trap_unreachable"), guest("exit_from_input"), guest("flood_output")};
  run(modules[0]);
  const std::size_t open_before = descriptors();
  for (int i = 0; i < 200; ++i) run(modules[i % modules.size()], "1");
  EXPECT_EQ(descriptors(), open_before);
  EXPECT_EQ(children().size(), 1u);
  sandbox_.reset();
  EXPECT_TRUE(children().empty());
  EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1);
}

// Goal:   a stop request ends a run, and time does, too; the message and kind are those of the other mode.
// Method: requested from another thread while an endless loop runs; before the run; and a wall time of some milliseconds.
TEST_F(ProcessSandbox, EndsByStopAndByTime) {
  const Module module = guest("loop_forever");
  std::stop_source stop;
  std::jthread asks{[&] {
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
    stop.request_stop();
  }};
  EXPECT_EQ(run(module, {}, endless(), {.stop = stop.get_token()}).kind, OutcomeKind::cancelled);
  EXPECT_EQ(run(module, {}, endless(), {.stop = stop.get_token()}).kind, OutcomeKind::cancelled);
  RunLimits brief = endless();
  brief.wall_time = std::chrono::milliseconds{20};
  EXPECT_EQ(run(module, {}, brief).kind, OutcomeKind::timed_out);
}

}  // namespace gstd::wasm

// Isolation::process from outside: the same outcomes as in this process, and nothing left behind whatever ends a child.
#include <sys/socket.h>
#include <sys/wait.h>
#include <csignal>
#include <filesystem>
#include <thread>

#include "unit/wasm/module_bytes.hpp"
#include "unit/wasm/sandbox_fixture.hpp"
#include "wasm/process/child_process.hpp"
#include "wasm/process/messages.hpp"

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
      ASSERT_EQ(here.has_value(), there.has_value()) << (here ? there : here).error().message;
      if (!here) {
        EXPECT_EQ(here.error(), there.error());
        continue;
      }
      EXPECT_EQ(here->sha256(), there->sha256());
      EXPECT_EQ(here->convention(), there->convention());
      for (const BytesView given : {BytesView{}, BytesView{input}}) {
        RunLimits limits = small_limits();
        limits.memory_bytes_max = 8u << 20;
        limits.wall_time = std::chrono::milliseconds{200};  // for those guests that nothing else ends
        const auto a = local_->run(*here, given, limits);
        const auto b = sandbox_->run(*there, given, limits);
        ASSERT_TRUE(a);
        ASSERT_TRUE(b);
        EXPECT_EQ(to_string(a->kind), to_string(b->kind)) << b->message;
        if (!a->comparable()) continue;
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

// Goal:   a stop request ends a run, and time does, too; the kinds are those of the other mode.
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

// Goal:   compiling ends by its time and by a stop request, each with its error, and takes its child with it.
// Method: no time at all; a stop requested before.
TEST_F(ProcessSandbox, BoundsCompiling) {
  const Bytes bytes = module_slow_to_compile();
  const auto late = sandbox_->compile(bytes, GuestConvention::wasi, {.timeout = std::chrono::milliseconds{0}});
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::deadline_exceeded);
  EXPECT_EQ(late.error().reason, "compile_time");
  std::stop_source stop;
  stop.request_stop();
  const auto stopped = sandbox_->compile(bytes, GuestConvention::wasi, {.stop = stop.get_token()});
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, ErrorCode::cancelled);
  EXPECT_LE(children().size(), 1u);
  EXPECT_TRUE(sandbox_->compile(read_guest("echo")));
}

// Goal:   a spare child that was ended while it waited costs nothing but its replacement.
// Method: killed between two runs.
TEST_F(ProcessSandbox, ReplacesASpareThatDied) {
  const Module module = guest("echo");
  for (int i = 0; i < 3; ++i) {
    for (const pid_t pid : children()) {
      kill(pid, SIGKILL);
      siginfo_t info;
      waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT);
    }
    EXPECT_EQ(run(module, "x").kind, OutcomeKind::completed);
  }
}

// Goal:   a host that collects every child itself, by ignoring SIGCHLD, gets the same outcomes.
// Method: ignored during runs that end in every way; put back.
TEST_F(ProcessSandbox, BearsHostsThatCollectChildren) {
  const Module good = guest("echo");
  const Module bad = guest("loop_forever");
  struct sigaction ignore {};
  struct sigaction before {};
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGCHLD, &ignore, &before);
  RunLimits brief = endless();
  brief.wall_time = std::chrono::milliseconds{5};
  const Outcome completed = run(good, "x");
  const Outcome timed_out = run(bad, {}, brief);
  const Outcome again = run(good, "y");
  sigaction(SIGCHLD, &before, nullptr);
  EXPECT_EQ(completed.kind, OutcomeKind::completed);
  EXPECT_EQ(timed_out.kind, OutcomeKind::timed_out);
  EXPECT_EQ(as_text(again.output), "y");
}

// Goal:   an instance lives in one child from call to call; where that is killed, the call fails as the host's, and the next
//         instance works.
// Method: a guest that counts its calls in its memory; kill -9 of all children between two calls.
TEST_F(ProcessSandbox, KeepsAnInstanceInItsChild) {
  const auto module = sandbox_->compile(read_guest("reactor_moods"), GuestConvention::reactor);
  ASSERT_TRUE(module) << module.error().message;
  auto instance = sandbox_->open(*module, small_limits());
  ASSERT_TRUE(instance) << instance.error().message;
  for (std::uint8_t count = 1; count <= 3; ++count) {
    const auto outcome = instance->call(as_bytes("c"));
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->output, Bytes{count}) << outcome->message;
  }
  // All of them gone, so that the spare one, too, is seen to be: a kill takes its time.
  for (const pid_t pid : children()) {
    kill(pid, SIGKILL);
    siginfo_t info{};
    waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT);
  }
  const auto failed = instance->call(as_bytes("c"));
  ASSERT_TRUE(failed);
  EXPECT_EQ(failed->kind, OutcomeKind::host_failure);
  EXPECT_EQ(failed->engine, sandbox_->engine());
  auto next = sandbox_->open(*module, small_limits());
  ASSERT_TRUE(next) << next.error().message;
  EXPECT_EQ(next->call(as_bytes("c"))->output, Bytes{1});
}

// Goal:   a child whose owner is gone ends, also in the middle of a loop that reads nothing.
// Method: the child is started and given its jobs by hand; then the socket is shut down, as the kernel does for an owner that dies.
TEST_F(ProcessSandbox, ChildEndsWithItsOwner) {
  using namespace process;
  const std::string argument = to_argument({true, 1u << 20, 0});
  const auto greeted = [&] {
    auto child = ChildProcess::start(GSTD_TEST_RUNNER, argument);
    EXPECT_TRUE(child);
    Frame hello;
    EXPECT_EQ((Channel{child->socket(), -1}.receive(hello, kShortFrameBytesMax, Channel::kForever)), Wait::done);
    return *std::move(child);
  };
  const Bytes bytes = read_guest("loop_forever");
  const ChildProcess compiler = greeted();
  const Channel to_compiler{compiler.socket(), -1};
  ASSERT_EQ(send_compile(to_compiler, {GuestConvention::wasi, bytes}, Channel::kForever), Wait::done);
  Frame answer;
  ASSERT_EQ(to_compiler.receive(answer, kFrameBytesMax, Channel::kForever), Wait::done);
  const auto compiled = read_compiled(answer.payload);
  ASSERT_TRUE(compiled);

  ChildProcess runner = greeted();
  ASSERT_EQ(send_run(Channel{runner.socket(), -1}, FrameKind::run, {endless(), compiled->code, {}}, Channel::kForever), Wait::done);
  shutdown(runner.socket(), SHUT_RDWR);
  siginfo_t info;
  ASSERT_EQ(waitid(P_PID, static_cast<id_t>(runner.pid()), &info, WEXITED | WNOWAIT), 0);
  EXPECT_EQ(runner.explain_end(), "the runner's process exited with code 0");
}

// Goal:   more callers than slots are all served, with the answer to their own input.
// Method: eight threads share two slots and one module; inputs and outputs larger than a socket's buffer.
TEST_F(ProcessSandbox, ServesMoreCallersThanSlots) {
  const Module module = guest("echo");
  std::vector<std::jthread> callers;
  callers.reserve(8);
  for (int caller = 0; caller < 8; ++caller) {
    callers.emplace_back([&, caller] {
      const std::string input(100'000 + caller, static_cast<char>('a' + caller));
      RunLimits limits = small_limits();
      limits.output_bytes_max = 1u << 20;
      for (int i = 0; i < 10; ++i) EXPECT_EQ(as_text(run(module, input, limits).output), input);
    });
  }
}

}  // namespace gstd::wasm

// What a runner cannot do any more, tried; and what the kernel says of one that lives.
#include <sys/resource.h>
#include <unistd.h>
#include <filesystem>

#include "unit/wasm/sandbox_fixture.hpp"
#include "wasm/process/confine.hpp"
#include "wasm/process/messages.hpp"
#include "wasm/process/runners.hpp"

namespace gstd::wasm::process {
namespace {

// How a program ends that confines itself and then tries `name`.
std::string end_of(const std::string& name) {
  auto child = ChildProcess::start(GSTD_TEST_CONFINED_ATTEMPT, name);
  if (!child) return child.error().message;
  Frame frame;
  // Until the end of the socket; what it may have sent is no frame.
  const Channel channel{child->socket(), -1};
  while (channel.receive(frame, 0, Channel::kForever) != Wait::closed) {
  }
  return child->explain_end();
}

std::string read_text(const std::filesystem::path& path) {
  std::ifstream file{path};
  return {std::istreambuf_iterator<char>{file}, {}};
}

class ConfineDenies : public testing::TestWithParam<const char*> {};
class ConfineAllows : public testing::TestWithParam<const char*> {};

// Goal:   a system call outside of the list ends the process.
// Method: each tried by a program of the tests that confined itself with the same function.
TEST_P(ConfineDenies, ByTheSignalOfTheFilter) {
  EXPECT_NE(end_of(GetParam()).find("SIGSYS"), std::string::npos) << end_of(GetParam());
}

// Goal:   what the engine lives on still works.
// Method: the same program.
TEST_P(ConfineAllows, WhatTheEngineNeeds) { EXPECT_EQ(end_of(GetParam()), "the runner's process exited with code 0"); }

std::string name_of(const testing::TestParamInfo<const char*>& info) {
  std::string name = info.param;
  std::replace(name.begin(), name.end(), ':', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Calls, ConfineDenies,
                         testing::Values("openat", "dup", "fcntl", "ioctl", "unlink", "socket", "connect", "accept", "sendto",
                                         "fork", "thread", "execve", "kill", "kill_self", "tgkill_other", "tgkill_signal",
                                         "pidfd_open", "ptrace", "process_vm_readv", "setrlimit", "prctl", "seccomp", "sigaction",
                                         "setuid", "unshare", "mount", "bpf", "perf_event_open", "userfaultfd", "io_uring_setup",
                                         "keyctl", "mmap_file", "mmap_executable", "mmap_write_execute", "mprotect_write_execute",
                                         "other_thread:openat", "other_thread:socket"),
                         name_of);
INSTANTIATE_TEST_SUITE_P(Calls, ConfineAllows,
                         testing::Values("compute", "code", "send", "data_beyond_limit", "memfd_create_missing",
                                         "other_thread:compute"),
                         name_of);

// Goal:   a failure of the engine is told by its own signal, not as a forbidden call.
// Method: abort().
TEST(Confine, LetsAnAbortBeSeen) { EXPECT_NE(end_of("abort").find("SIGABRT"), std::string::npos) << end_of("abort"); }

// Goal:   the shipped program is confined, with all of its threads, before it has read anything.
// Method: started by hand; once it has said hello, the kernel is asked about it.
TEST(Confine, HoldsForALiveRunner) {
  constexpr std::uint64_t kDataBytes = 300u << 20;
  auto child = ChildProcess::start(GSTD_TEST_RUNNER, to_argument({true, 1u << 20, kDataBytes}));
  ASSERT_TRUE(child) << child.error().message;
  Frame frame;
  ASSERT_EQ((Channel{child->socket(), -1}.receive(frame, kShortFrameBytesMax, Channel::kForever)), Wait::done);
  ASSERT_EQ(frame.kind, FrameKind::hello);

  const std::filesystem::path process = "/proc/" + std::to_string(child->pid());
  std::size_t threads = 0;
  for (const auto& task : std::filesystem::directory_iterator(process / "task")) {
    const std::string status = read_text(task.path() / "status");
    EXPECT_NE(status.find("\nSeccomp:\t2\n"), std::string::npos) << status;
    EXPECT_NE(status.find("\nNoNewPrivs:\t1\n"), std::string::npos) << status;
    ++threads;
  }
  EXPECT_EQ(threads, 3u) << "the one that waits, the one that works, the timekeeper";

  const auto limit = [&](__rlimit_resource resource) {
    rlimit found{};
    EXPECT_EQ(prlimit(child->pid(), resource, nullptr, &found), 0);
    return found;
  };
  for (const auto resource : {RLIMIT_CORE, RLIMIT_FSIZE, RLIMIT_NPROC}) {
    EXPECT_EQ(limit(resource).rlim_cur, 0u) << resource;
    EXPECT_EQ(limit(resource).rlim_max, 0u) << resource;
  }
  EXPECT_LE(limit(RLIMIT_NOFILE).rlim_max, kDescriptorsMax);
  EXPECT_EQ(limit(RLIMIT_DATA).rlim_max, kDataBytes);
  EXPECT_EQ(limit(RLIMIT_CPU).rlim_cur, kCpuSecondsAtStart);
  child->allow_cpu(std::chrono::seconds{7});
  EXPECT_EQ(limit(RLIMIT_CPU).rlim_cur, 7u);

  EXPECT_TRUE(read_text(process / "environ").empty());
  // A process that is not dumpable belongs to root in /proc.
  if (geteuid() != 0) GTEST_SKIP() << "only root may look at its descriptors";
  std::vector<std::string> open;
  for (const auto& entry : std::filesystem::directory_iterator(process / "fd")) open.push_back(entry.path().filename());
  EXPECT_EQ(open, std::vector<std::string>{"0"});
  EXPECT_EQ(std::filesystem::read_symlink(process / "cwd"), "/");
}

}  // namespace
}  // namespace gstd::wasm::process

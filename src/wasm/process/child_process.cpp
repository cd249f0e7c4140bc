// The host may have many threads, and code of its own that collects every child (waitpid(-1), SIGCHLD ignored). Hence posix_spawn,
// which copies nothing of the host and runs none of its code in the child; and a pidfd beside the pid, so that a kill can never hit
// a stranger who got the number of a child that the host has collected.
//
// The child's end follows from its socket's: whoever dies first, the other reads the end of file. PR_SET_PDEATHSIG would be another
// way, but it follows the THREAD that started the child, and threads of the host come and go while a spare child waits.
#include "wasm/process/child_process.hpp"

#include <poll.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <cerrno>
#include <csignal>
#include <cstring>

namespace gstd::wasm::process {
namespace {

// How long a child whose socket is closed may take to be gone. A process that ends by itself closes its descriptors within its last
// microseconds; one that closed its socket to stay alive is killed then.
constexpr int kEndMs = 500;

Error no_process(const char* what, int error) {
  return {ErrorCode::resource_exhausted, std::string(what) + ": " + std::strerror(error) + "; retry later, or lower the slots",
          "process"};
}

// By number: the declarations of these two in glibc 2.36 are not usable from C++.
FileDescriptor open_handle(pid_t pid) noexcept { return FileDescriptor{static_cast<int>(syscall(SYS_pidfd_open, pid, 0))}; }
void kill_by_handle(const FileDescriptor& handle) noexcept { syscall(SYS_pidfd_send_signal, handle.get(), SIGKILL, nullptr, 0); }

// waitid(), by the handle where there is one. Nothing: the child was collected by somebody else.
std::optional<siginfo_t> collect(pid_t pid, const FileDescriptor& handle) noexcept {
  siginfo_t info{};
  int result = 0;
  do {
    result = handle ? waitid(P_PIDFD, static_cast<id_t>(handle.get()), &info, WEXITED)
                    : waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED);
  } while (result != 0 && errno == EINTR);
  if (result != 0) return std::nullopt;
  return info;
}

class SpawnSettings {
 public:
  SpawnSettings() : ready_(posix_spawn_file_actions_init(&actions_) == 0 && posix_spawnattr_init(&attributes_) == 0) {}
  ~SpawnSettings() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;

  bool set(int child_socket) {
    sigset_t all;
    sigset_t none;
    sigfillset(&all);
    sigemptyset(&none);
    // A session of its own: Ctrl-C at a terminal goes to the host, which ends its guests as it sees fit.
    constexpr short kFlags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSID;
    return ready_ && posix_spawn_file_actions_addchdir_np(&actions_, "/") == 0 &&
           posix_spawn_file_actions_adddup2(&actions_, child_socket, kChildSocket) == 0 &&
           posix_spawn_file_actions_addclosefrom_np(&actions_, kChildSocket + 1) == 0 &&
           posix_spawnattr_setsigdefault(&attributes_, &all) == 0 && posix_spawnattr_setsigmask(&attributes_, &none) == 0 &&
           posix_spawnattr_setflags(&attributes_, kFlags) == 0;
  }

  const posix_spawn_file_actions_t* actions() const { return &actions_; }
  const posix_spawnattr_t* attributes() const { return &attributes_; }

 private:
  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
  bool ready_;
};

std::string signal_text(int signal) {
  std::string text = "the runner's process was ended by signal " + std::to_string(signal);
  if (const char* name = sigabbrev_np(signal)) text.append(" (SIG").append(name).append(")");
  if (signal == SIGSYS) text += ": it tried what its filter of system calls forbids";
  if (signal == SIGXCPU) text += ": it used more processor time than it may";
  return text;
}

}  // namespace

Result<ChildProcess> ChildProcess::start(const std::string& program, const std::string& argument) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return no_process("no socket for a runner", errno);
  FileDescriptor ours{ends[0]};
  const FileDescriptor theirs{ends[1]};

  SpawnSettings settings;
  if (!settings.set(theirs.get())) return no_process("no memory to start a runner", ENOMEM);
  // The prototype is older than const; posix_spawn changes neither.
  char* const arguments[] = {const_cast<char*>(program.c_str()), const_cast<char*>(argument.c_str()), nullptr};
  char* const environment[] = {nullptr};
  pid_t pid = -1;
  const int failed = posix_spawn(&pid, program.c_str(), settings.actions(), settings.attributes(), arguments, environment);
  if (failed == ENOENT || failed == EACCES || failed == ENOEXEC)
    return Error{ErrorCode::failed_precondition, program + " cannot be executed: " + std::strerror(failed) + "; install it again",
                 "runner_missing"};
  if (failed != 0) return no_process("no process for a runner", failed);
  return ChildProcess{pid, open_handle(pid), std::move(ours)};
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), handle_(std::move(other.handle_)), socket_(std::move(other.socket_)) {}

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(handle_, other.handle_);
  std::swap(socket_, other.socket_);
  return *this;
}

void ChildProcess::allow_cpu(std::chrono::seconds total) const noexcept {
  rlimit limit{};
  if (pid_ < 0 || prlimit(pid_, RLIMIT_CPU, nullptr, &limit) != 0) return;
  limit.rlim_cur = std::min<rlim_t>(static_cast<rlim_t>(total.count()), limit.rlim_max);
  prlimit(pid_, RLIMIT_CPU, &limit, nullptr);
}

void ChildProcess::kill_now() const noexcept {
  if (handle_)
    kill_by_handle(handle_);
  else
    kill(pid_, SIGKILL);
}

std::string ChildProcess::explain_end() {
  if (pid_ < 0) return "the runner's process is gone";
  bool ended_by_itself = false;
  if (handle_) {
    pollfd ready{handle_.get(), POLLIN, 0};
    ended_by_itself = poll(&ready, 1, kEndMs) == 1;
  }
  kill_now();  // changes nothing about a process that has ended already
  const auto info = collect(pid_, handle_);
  pid_ = -1;
  if (!info) return "the runner's process ended; how is not known, since other code of this process collects its children";
  if (info->si_code == CLD_EXITED) return "the runner's process exited with code " + std::to_string(info->si_status);
  if (handle_ && !ended_by_itself) return "the runner's process closed its socket and was killed";
  return signal_text(info->si_status);
}

void ChildProcess::end() noexcept {
  socket_.reset();
  if (pid_ < 0) return;
  kill_now();
  collect(pid_, handle_);
  pid_ = -1;
}

}  // namespace gstd::wasm::process

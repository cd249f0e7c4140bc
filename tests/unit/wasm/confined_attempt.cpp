// Confines itself as gstd-runner does, by the same function, and then tries the one thing that its argument names. Exits with 0
// where that was possible. A program of its own, so that the runner needs no mode for tests.
#include <fcntl.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <thread>

#include "wasm/process/confine.hpp"

namespace {

constexpr std::uint64_t kDataBytesMax = 256u << 20;
constexpr std::size_t kPage = 4096;

void* anonymous(int protection) { return mmap(nullptr, kPage, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); }

struct Attempt {
  std::string_view name;
  bool (*possible)();
};

// By number where the C library would do something else first.
constexpr Attempt kAttempts[] = {
    // Denied: all that reaches beyond the process, makes another, or changes what was decided.
    {"openat", [] { return syscall(SYS_openat, AT_FDCWD, "/", O_RDONLY) >= 0; }},
    {"dup", [] { return dup(0) >= 0; }},
    {"fcntl", [] { return fcntl(0, F_GETFD) >= 0; }},
    {"ioctl", [] { return syscall(SYS_ioctl, 0, 0, 0) >= 0; }},
    {"unlink", [] { return syscall(SYS_unlinkat, AT_FDCWD, "/nowhere", 0) == 0; }},
    {"socket", [] { return socket(AF_INET, SOCK_STREAM, 0) >= 0; }},
    {"connect", [] { return connect(0, nullptr, 0) == 0; }},
    {"accept", [] { return accept(0, nullptr, nullptr) >= 0; }},
    {"sendto", [] { return sendto(0, "x", 1, 0, nullptr, 0) == 1; }},
    {"fork", [] { return fork() >= 0; }},
    {"thread",
     [] {
       pthread_t thread;
       return pthread_create(
                  &thread, nullptr, [](void*) -> void* { return nullptr; }, nullptr) == 0;
     }},
    {"execve", [] { return execl("/bin/true", "true", nullptr) == 0; }},
    {"kill", [] { return kill(getppid(), 0) == 0; }},
    {"kill_self", [] { return kill(getpid(), SIGTERM) == 0; }},
    {"tgkill_other", [] { return syscall(SYS_tgkill, getppid(), getppid(), SIGABRT) == 0; }},
    {"tgkill_signal", [] { return syscall(SYS_tgkill, getpid(), gettid(), SIGUSR1) == 0; }},
    {"pidfd_open", [] { return syscall(SYS_pidfd_open, getppid(), 0) >= 0; }},
    {"ptrace", [] { return ptrace(PTRACE_TRACEME, 0, 0, 0) == 0; }},
    {"process_vm_readv", [] { return syscall(SYS_process_vm_readv, getppid(), nullptr, 0, nullptr, 0, 0) == 0; }},
    {"setrlimit", [] { return syscall(SYS_prlimit64, 0, RLIMIT_DATA, nullptr, nullptr) == 0; }},
    {"prctl", [] { return prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0; }},
    {"seccomp", [] { return syscall(SYS_seccomp, SECCOMP_SET_MODE_STRICT, 0, nullptr) == 0; }},
    {"sigaction", [] { return std::signal(SIGXCPU, SIG_IGN) != SIG_ERR; }},
    {"setuid", [] { return setuid(getuid()) == 0; }},
    {"unshare", [] { return syscall(SYS_unshare, 0) == 0; }},
    {"mount", [] { return syscall(SYS_mount, "x", "/", "x", 0, nullptr) == 0; }},
    {"bpf", [] { return syscall(SYS_bpf, 0, nullptr, 0) >= 0; }},
    {"perf_event_open", [] { return syscall(SYS_perf_event_open, nullptr, 0, 0, 0, 0) >= 0; }},
    {"userfaultfd", [] { return syscall(SYS_userfaultfd, 0) >= 0; }},
    {"io_uring_setup", [] { return syscall(SYS_io_uring_setup, 1, nullptr) >= 0; }},
    {"keyctl", [] { return syscall(SYS_keyctl, 0, 0, 0, 0, 0) >= 0; }},
    {"mmap_file", [] { return mmap(nullptr, kPage, PROT_READ, MAP_PRIVATE, 0, 0) != MAP_FAILED; }},
    {"mmap_executable", [] { return anonymous(PROT_READ | PROT_EXEC) != MAP_FAILED; }},
    {"mmap_write_execute", [] { return anonymous(PROT_READ | PROT_WRITE | PROT_EXEC) != MAP_FAILED; }},
    {"mprotect_write_execute", [] { return mprotect(anonymous(PROT_READ), kPage, PROT_READ | PROT_WRITE | PROT_EXEC) == 0; }},
    // Allowed: what the engine lives on.
    {"compute",
     [] {
       void* first = std::malloc(1u << 20);
       void* larger = std::realloc(first, 64u << 20);
       if (!larger) return false;
       std::memset(larger, 1, 64u << 20);
       std::free(larger);
       return gstd::system_clock().steady().count() > 0;
     }},
    {"code",
     [] {
       void* page = anonymous(PROT_READ | PROT_WRITE);
       return page != MAP_FAILED && mprotect(page, kPage, PROT_READ | PROT_EXEC) == 0;
     }},
    {"send",
     [] {
       char byte = 'x';
       iovec part{&byte, 1};
       msghdr message{};
       message.msg_iov = &part;
       message.msg_iovlen = 1;
       return sendmsg(0, &message, MSG_NOSIGNAL) == 1;
     }},
    // Refused like a kernel that is older: the engine knows what to do then.
    {"memfd_create_missing", [] { return syscall(SYS_memfd_create, "x", 0) == -1 && errno == ENOSYS; }},
    {"data_beyond_limit", [] { return std::malloc(kDataBytesMax) == nullptr; }},
    {"abort", []() -> bool { std::abort(); }},
};

bool attempt(std::string_view name) {
  // A thread that was there before the filter is under it, too.
  constexpr std::string_view kOther = "other_thread:";
  if (name.starts_with(kOther)) name.remove_prefix(kOther.size());
  for (const auto& entry : kAttempts)
    if (entry.name == name) return entry.possible();
  return false;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) return 2;
  const std::string_view name = arguments[1];
  constexpr int kNotConfined = 3;
  std::atomic<bool> confined{false};
  std::atomic<int> result{-1};
  std::thread other;
  if (name.find(':') != std::string_view::npos) {
    other = std::thread{[&] {
      while (!confined) std::this_thread::yield();
      result = attempt(name) ? 0 : 1;
    }};
  }
  if (!gstd::wasm::process::confine(kDataBytesMax)) _exit(kNotConfined);
  confined = true;
  if (!other.joinable()) _exit(attempt(name) ? 0 : 1);
  while (result < 0) std::this_thread::yield();
  _exit(result);
}

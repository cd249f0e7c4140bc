#include "wasm/process/confine.hpp"

#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <memory>

namespace gstd::wasm::process {
namespace {

Error failure(std::string_view what, int error) {
  return {ErrorCode::failed_precondition,
          std::string(what) + ": " + std::strerror(error) + "; this system cannot confine a runner, use Isolation::thread",
          "confinement"};
}

Result<void> lower(int resource, std::uint64_t value, bool for_good, std::string_view name) {
  rlimit limit{};
  if (getrlimit(static_cast<__rlimit_resource>(resource), &limit) != 0) return failure(name, errno);
  limit.rlim_cur = std::min<rlim_t>(value, limit.rlim_max);
  if (for_good) limit.rlim_max = limit.rlim_cur;
  if (setrlimit(static_cast<__rlimit_resource>(resource), &limit) != 0) return failure(name, errno);
  return {};
}

Result<void> limit_resources(std::uint64_t data_bytes_max) {
  struct Limit {
    int resource;
    std::uint64_t value;
    bool for_good;
    std::string_view name;
  };
  const std::array limits{
      Limit{RLIMIT_CORE, 0, true, "RLIMIT_CORE"},
      Limit{RLIMIT_FSIZE, 0, true, "RLIMIT_FSIZE"},
      Limit{RLIMIT_NOFILE, kDescriptorsMax, true, "RLIMIT_NOFILE"},
      Limit{RLIMIT_NPROC, 0, true, "RLIMIT_NPROC"},
      Limit{RLIMIT_MEMLOCK, 0, true, "RLIMIT_MEMLOCK"},
      Limit{RLIMIT_MSGQUEUE, 0, true, "RLIMIT_MSGQUEUE"},
      // The owner raises the soft limit of an instance that lives long.
      Limit{RLIMIT_CPU, kCpuSecondsAtStart, false, "RLIMIT_CPU"},
  };
  for (const auto& entry : limits)
    if (auto set = lower(entry.resource, entry.value, entry.for_good, entry.name); !set) return set;
  if (data_bytes_max != 0) return lower(RLIMIT_DATA, data_bytes_max, true, "RLIMIT_DATA");
  return {};
}

struct FilterDeleter {
  void operator()(void* filter) const noexcept { seccomp_release(filter); }
};

// Calls that are allowed whatever their arguments: none of them reaches anything outside of the process but what is open already.
constexpr std::array kAlways{
    SCMP_SYS(write),
    SCMP_SYS(recvfrom),
    SCMP_SYS(sendmsg),
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    // Memory. brk and mremap make none executable that was not.
    SCMP_SYS(brk),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    // Threads that are there already: waiting, asking the time, ending.
    SCMP_SYS(futex),
    SCMP_SYS(sched_yield),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(getcpu),
    SCMP_SYS(gettid),
    SCMP_SYS(getpid),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(nanosleep),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    // One of them may still be on its way in, where the C library introduces it to the kernel.
    SCMP_SYS(set_robust_list),
    SCMP_SYS(rseq),
    // Traps by signal: entering and leaving a handler that was installed before.
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(sigaltstack),
    // Seeds of hash tables.
    SCMP_SYS(getrandom),
#ifdef __aarch64__
    // New code is made visible to the other cores by this call.
    SCMP_SYS(membarrier),
#endif
};

// `a` AND `mask` equals `value`, for argument number `a`.
scmp_arg_cmp masked(unsigned argument, std::uint64_t mask, std::uint64_t value) {
  return {argument, SCMP_CMP_MASKED_EQ, mask, value};
}
scmp_arg_cmp equals(unsigned argument, std::uint64_t value) { return {argument, SCMP_CMP_EQ, value, 0}; }

// Rules of one call are alternatives; the comparisons of one rule must all hold. 0 or a negative errno.
int allow_with(scmp_filter_ctx filter, int call, std::initializer_list<scmp_arg_cmp> when) {
  return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, call, static_cast<unsigned>(when.size()), when.begin());
}

int allow_all(scmp_filter_ctx filter) {
  int failed = 0;
  const auto add = [&](int call, std::initializer_list<scmp_arg_cmp> when) {
    if (failed == 0) failed = allow_with(filter, call, when);
  };
  for (const int call : kAlways) add(call, {});

  // Anonymous memory that is not executable. Compiled code is written first, then made executable and read-only.
  constexpr std::uint64_t kWriteOrExecute = PROT_WRITE | PROT_EXEC;
  add(SCMP_SYS(mmap), {masked(2, PROT_EXEC, 0), masked(3, MAP_ANONYMOUS, MAP_ANONYMOUS)});
  for (const std::uint64_t allowed : {0, PROT_WRITE, PROT_EXEC}) add(SCMP_SYS(mprotect), {masked(2, kWriteOrExecute, allowed)});
  // The engine would keep images of memories in such files, and does without where the kernel has none.
  if (failed == 0) failed = seccomp_rule_add_array(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(memfd_create), 0, nullptr);
  // abort(): a panic of the engine is told by its signal.
  add(SCMP_SYS(tgkill), {equals(0, static_cast<std::uint64_t>(getpid())), equals(2, SIGABRT)});
  return failed;
}

Result<void> filter_calls() {
  const std::unique_ptr<void, FilterDeleter> filter{seccomp_init(SCMP_ACT_KILL_PROCESS)};
  if (!filter) return failure("the filter of system calls", ENOMEM);
  // All threads at once: there are helpers beside the one that calls.
  if (const int failed = seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_TSYNC, 1); failed != 0)
    return failure("the filter of all threads' system calls", -failed);
  if (const int failed = allow_all(filter.get()); failed != 0) return failure("the filter of system calls", -failed);
  if (const int failed = seccomp_load(filter.get()); failed != 0) return failure("seccomp", -failed);
  return {};
}

}  // namespace

Result<void> confine(std::uint64_t data_bytes_max) {
  if (auto limited = limit_resources(data_bytes_max); !limited) return limited;
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return failure("PR_SET_NO_NEW_PRIVS", errno);
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return failure("PR_SET_DUMPABLE", errno);
  return filter_calls();
}

}  // namespace gstd::wasm::process

#include "wasm/stack_thread.hpp"

#include <csignal>
#include <memory>

namespace gstd::wasm {
namespace {

// Blocks on the calling thread what a new thread should inherit as blocked. Signals that a fault of the thread itself raises stay
// open: blocked, the kernel would end the process without the handler of the host program.
class BlockedSignals {
 public:
  BlockedSignals() {
    sigset_t set;
    sigfillset(&set);
    for (int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS}) sigdelset(&set, fault);
    pthread_sigmask(SIG_SETMASK, &set, &before_);
  }
  ~BlockedSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  BlockedSignals(const BlockedSignals&) = delete;
  BlockedSignals& operator=(const BlockedSignals&) = delete;

 private:
  sigset_t before_;
};

}  // namespace

void* StackThread::enter(void* body) {
  const std::unique_ptr<std::function<void()>> owned{static_cast<std::function<void()>*>(body)};
  (*owned)();
  return nullptr;
}

Result<std::unique_ptr<StackThread>> StackThread::start(std::size_t stack_bytes, std::function<void()> body) {
  std::unique_ptr<StackThread> thread{new StackThread};
  auto owned = std::make_unique<std::function<void()>>(std::move(body));
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) == 0) {
    BlockedSignals blocked;
    thread->started_ = pthread_attr_setstacksize(&attributes, stack_bytes) == 0 &&
                       pthread_create(&thread->thread_, &attributes, &StackThread::enter, owned.get()) == 0;
    pthread_attr_destroy(&attributes);
  }
  if (!thread->started_)
    return Error{ErrorCode::resource_exhausted, "the system gives no thread for a guest; retry later or lower the slots", "thread"};
  static_cast<void>(owned.release());  // the thread's now
  return thread;
}

StackThread::~StackThread() {
  if (started_) pthread_join(thread_, nullptr);
}

void StackThread::let_go() noexcept {
  if (std::exchange(started_, false)) pthread_detach(thread_);
}

bool has_stack_left(std::size_t bytes) noexcept {
  struct Stack {
    std::uintptr_t low = 0;
    std::uintptr_t high = 0;
  };
  // Asked once per thread: for a process's first thread the C library reads a file of the kernel's to answer.
  thread_local const Stack stack = [] {
    pthread_attr_t attributes;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0) return Stack{};
    void* low = nullptr;
    std::size_t size = 0;
    pthread_attr_getstack(&attributes, &low, &size);
    pthread_attr_destroy(&attributes);
    const auto start = reinterpret_cast<std::uintptr_t>(low);
    return Stack{start, start + size};
  }();
  const auto here = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
  return here > stack.low && here < stack.high && here - stack.low >= bytes;
}

}  // namespace gstd::wasm

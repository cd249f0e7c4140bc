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

void* StackThread::enter(void* self) {
  static_cast<StackThread*>(self)->body_();
  return nullptr;
}

Result<std::unique_ptr<StackThread>> StackThread::start(std::size_t stack_bytes, std::function<void()> body) {
  std::unique_ptr<StackThread> thread{new StackThread{std::move(body)}};
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) == 0) {
    BlockedSignals blocked;
    thread->started_ = pthread_attr_setstacksize(&attributes, stack_bytes) == 0 &&
                       pthread_create(&thread->thread_, &attributes, &StackThread::enter, thread.get()) == 0;
    pthread_attr_destroy(&attributes);
  }
  if (!thread->started_)
    return Error{ErrorCode::resource_exhausted, "the system gives no thread for a guest; retry later or lower the slots", "thread"};
  return thread;
}

StackThread::~StackThread() {
  if (started_) pthread_join(thread_, nullptr);
}

}  // namespace gstd::wasm

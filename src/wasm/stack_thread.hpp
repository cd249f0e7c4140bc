// A thread with a stack of known size, for guests and for the compiler.
#pragma once

#include <gstd/base.hpp>

#include <pthread.h>

namespace gstd::wasm {

/// Runs `body` on a thread of its own; the destructor waits for its end, unless it was let go. `body` must not throw.
/// Asynchronous signals are blocked there, so that handlers of the host program run on its own threads as before.
class StackThread {
 public:
  /// Errors: resource_exhausted, reason "thread": the system gives no more threads or memory for stacks.
  static Result<std::unique_ptr<StackThread>> start(std::size_t stack_bytes, std::function<void()> body);
  ~StackThread();
  /// Nobody waits for it any more; `body` must own all that it uses.
  void let_go() noexcept;
  StackThread(const StackThread&) = delete;
  StackThread& operator=(const StackThread&) = delete;

 private:
  StackThread() = default;
  static void* enter(void* body);

  pthread_t thread_{};
  bool started_ = false;
};

/// Whether the calling thread has at least that much of its own stack left. False also where that cannot be known, e.g. on a fiber.
bool has_stack_left(std::size_t bytes) noexcept;

}  // namespace gstd::wasm

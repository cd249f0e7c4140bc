// A thread with a stack of known size, for guests and for the compiler.
#pragma once

#include <gstd/base.hpp>

#include <pthread.h>

namespace gstd::wasm {

/// Runs `body` on a thread of its own; the destructor waits for its end. `body` must not throw.
/// Asynchronous signals are blocked there, so that handlers of the host program run on its own threads as before.
class StackThread {
 public:
  /// Errors: resource_exhausted, reason "thread": the system gives no more threads or memory for stacks.
  static Result<std::unique_ptr<StackThread>> start(std::size_t stack_bytes, std::function<void()> body);
  ~StackThread();
  StackThread(const StackThread&) = delete;
  StackThread& operator=(const StackThread&) = delete;

 private:
  explicit StackThread(std::function<void()> body) : body_(std::move(body)) {}
  static void* enter(void* self);

  std::function<void()> body_;
  pthread_t thread_{};
  bool started_ = false;
};

}  // namespace gstd::wasm

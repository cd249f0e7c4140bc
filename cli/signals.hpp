// SIGINT and SIGTERM as something that a command waits for.
#pragma once

#include <stop_token>
#include <thread>

namespace gstd::cli {

/// Blocks both signals in the thread that makes it, and in all threads started later. One per program, made before any thread.
class Signals {
 public:
  Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;
  ~Signals();

  /// Waits for the next SIGINT or SIGTERM.
  void wait();
  /// The same, but also returns once `stop` is requested. True: a signal came.
  bool wait(std::stop_token stop);

  /// A token that the first signal stops. Starts one thread, ended by the destructor; not together with wait().
  std::stop_token token();

 private:
  std::jthread watcher_;
  std::stop_source interrupted_;
};

}  // namespace gstd::cli

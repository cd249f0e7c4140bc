// A child that runs gstd-runner: how it is started, and how it ends whatever it does.
#pragma once

#include <gstd/base.hpp>

#include <sys/types.h>

#include "wasm/file_descriptor.hpp"

namespace gstd::wasm::process {

/// The one descriptor that a child has: its end of the socket.
inline constexpr int kChildSocket = 0;

/// Owner of one child: the destructor kills and reaps it. Used by one thread at a time.
class ChildProcess {
 public:
  /// Starts `program` with one argument more than its name, `argument`. It gets an empty environment, the folder / as its current
  /// one, default signal dispositions, no blocked signals, a session of its own, and no descriptor but its end of a socket.
  /// Errors: resource_exhausted, reason "process": the system gives no descriptor or no process. failed_precondition, reason
  ///         "runner_missing": the file cannot be executed.
  static Result<ChildProcess> start(const std::string& program, const std::string& argument);

  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&& other) noexcept;
  ~ChildProcess() { end(); }

  pid_t pid() const noexcept { return pid_; }
  int socket() const noexcept { return socket_.get(); }

  /// Sets how much processor time the child may use in all; the kernel ends it there. Only matters where this process dies, or
  /// hangs, and nobody is left to end the child.
  void allow_cpu(std::chrono::seconds total) const noexcept;

  /// For a child whose socket has closed: waits a moment for its end, kills it where that does not come, and says in words how it
  /// ended.
  std::string explain_end();

 private:
  ChildProcess(pid_t pid, FileDescriptor handle, FileDescriptor socket) noexcept
      : pid_(pid), handle_(std::move(handle)), socket_(std::move(socket)) {}

  void end() noexcept;
  void kill_now() const noexcept;

  pid_t pid_ = -1;         // -1: reaped, or moved from
  FileDescriptor handle_;  // names the process even after somebody else has reaped it; none where the kernel has no such thing
  FileDescriptor socket_;
};

}  // namespace gstd::wasm::process

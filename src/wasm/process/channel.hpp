// Frames over the socket between a process and its runner: a kind, a length, and that many bytes.
#pragma once

#include <gstd/base.hpp>

#include "wasm/file_descriptor.hpp"

namespace gstd::wasm::process {

enum class FrameKind : std::uint8_t {
  // To the runner.
  compile = 1,
  run = 2,
  open = 3,
  call = 4,
  // From the runner.
  hello = 16,
  compiled = 17,
  outcome = 18,
  refused = 19,
};

struct Frame {
  FrameKind kind{};
  Bytes payload;
};

/// Kind, and the length of the payload as u32.
inline constexpr std::size_t kFrameHeaderBytes = 5;

/// Longest payload of any frame: compiled code, see kCodeBytesMax in messages.hpp, with room for what stands beside it.
inline constexpr std::uint64_t kFrameBytesMax = (512ull << 20) + (16ull << 20);

/// How a wait on the other end came out.
enum class Wait : std::uint8_t {
  done,
  timed_out,
  stopped,
  closed,   ///< The other end is gone, or the socket failed.
  garbled,  ///< The frame is longer than it may be.
};

/// A descriptor that becomes readable with a stop request. Costs nothing where no stop can be requested.
class StopEvent {
 public:
  /// Errors: resource_exhausted, reason "process": no descriptor.
  static Result<std::unique_ptr<StopEvent>> watch(std::stop_token stop);
  int fd() const noexcept { return event_.get(); }  ///< -1: never.

 private:
  struct Signal {
    int fd;
    void operator()() const noexcept;
  };
  FileDescriptor event_;
  std::optional<std::stop_callback<Signal>> callback_;  // after the descriptor that it writes to: destroyed before it
};

/// One end of the socket. Neither raises SIGPIPE nor blocks beyond the deadline. Used by one thread at a time.
class Channel {
 public:
  using Nanoseconds = std::chrono::nanoseconds;  ///< A reading of system_clock().steady().
  static constexpr Nanoseconds kForever = Nanoseconds::max();

  /// Borrows both; `stop_fd` -1 for none.
  Channel(int socket, int stop_fd) noexcept : socket_(socket), stop_fd_(stop_fd) {}

  /// Sends one frame, its payload the parts one after the other.
  Wait send(FrameKind kind, std::initializer_list<BytesView> parts, Nanoseconds deadline) const;

  /// Receives one frame of at most `payload_bytes_max`. Memory is taken as bytes arrive, not as the other end announces them.
  Wait receive(Frame& frame, std::uint64_t payload_bytes_max, Nanoseconds deadline) const;

 private:
  Wait wait_for(short events, Nanoseconds deadline) const;
  Wait receive_exactly(std::span<std::uint8_t> into, Nanoseconds deadline) const;

  int socket_;
  int stop_fd_;
};

}  // namespace gstd::wasm::process

#include "wasm/process/channel.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <algorithm>
#include <cerrno>
#include <cstring>

namespace gstd::wasm::process {
namespace {

// What is read at once at most, so that a length that was announced and never sent takes no memory.
constexpr std::size_t kChunkBytes = 1u << 20;

// Parts of one frame: its header and what the messages are made of.
constexpr std::size_t kPartsMax = 8;

bool would_block() { return errno == EAGAIN || errno == EWOULDBLOCK; }

}  // namespace

void StopEvent::Signal::operator()() const noexcept {
  const std::uint64_t one = 1;
  // Cannot fail: nobody else adds to the counter.
  [[maybe_unused]] const auto written = write(fd, &one, sizeof one);
}

Result<std::unique_ptr<StopEvent>> StopEvent::watch(std::stop_token stop) {
  auto event = std::make_unique<StopEvent>();
  if (!stop.stop_possible()) return event;
  event->event_ = FileDescriptor{eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
  if (!event->event_)
    return Error{ErrorCode::resource_exhausted, std::string("no descriptor to wait with: ") + std::strerror(errno), "process"};
  event->callback_.emplace(std::move(stop), Signal{event->event_.get()});
  return event;
}

Wait Channel::wait_for(short events, Nanoseconds deadline) const {
  for (;;) {
    int timeout_ms = -1;
    if (deadline != kForever) {
      const auto left = deadline - system_clock().steady();
      if (left <= left.zero()) return Wait::timed_out;
      // Rounded up, so that the last part of a millisecond is slept and not spun through.
      constexpr std::int64_t kPollMsMax = 60'000;
      timeout_ms = static_cast<int>(std::min(std::chrono::ceil<std::chrono::milliseconds>(left).count(), kPollMsMax));
    }
    std::array<pollfd, 2> ready{pollfd{socket_, events, 0}, pollfd{stop_fd_, POLLIN, 0}};  // poll() skips a descriptor of -1
    if (poll(ready.data(), ready.size(), timeout_ms) < 0 && errno != EINTR) return Wait::closed;
    if (ready[1].revents != 0) return Wait::stopped;
    if (ready[0].revents != 0) return Wait::done;
  }
}

Wait Channel::send(FrameKind kind, std::initializer_list<BytesView> parts, Nanoseconds deadline) const {
  std::array<std::uint8_t, kFrameHeaderBytes> header{static_cast<std::uint8_t>(kind)};
  std::array<BytesView, kPartsMax> left;
  GSTD_ASSERT(parts.size() < kPartsMax);
  std::size_t count = 1;
  std::uint64_t size = 0;
  for (const BytesView part : parts) {
    left[count++] = part;
    size += part.size();
  }
  if (size > kFrameBytesMax) return Wait::garbled;
  for (std::size_t i = 0; i < 4; ++i) header[1 + i] = static_cast<std::uint8_t>(size >> (8 * i));
  left[0] = header;

  bool looked = true;  // at deadline and stop request; again after each step, so that a slow reader cannot hold us beyond them
  for (std::size_t first = 0; first < count;) {
    if (!std::exchange(looked, false))
      if (const Wait wait = wait_for(POLLOUT, deadline); wait != Wait::done) return wait;
    std::array<iovec, kPartsMax> vectors{};
    for (std::size_t i = first; i < count; ++i) {
      // sendmsg() only reads; its type serves both directions.
      vectors[i - first] = {const_cast<std::uint8_t*>(left[i].data()), left[i].size()};
    }
    msghdr message{};
    message.msg_iov = vectors.data();
    message.msg_iovlen = count - first;
    const auto sent = sendmsg(socket_, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0) {
      if (errno != EINTR && !would_block()) return Wait::closed;
      continue;
    }
    auto taken = static_cast<std::size_t>(sent);
    while (first < count && taken >= left[first].size()) taken -= left[first++].size();
    if (first < count) left[first] = left[first].subspan(taken);
  }
  return Wait::done;
}

Wait Channel::receive_exactly(std::span<std::uint8_t> into, Nanoseconds deadline) const {
  bool looked = true;  // as in send()
  while (!into.empty()) {
    if (!std::exchange(looked, false))
      if (const Wait wait = wait_for(POLLIN, deadline); wait != Wait::done) return wait;
    const auto got = recv(socket_, into.data(), into.size(), MSG_DONTWAIT);
    if (got == 0) return Wait::closed;
    if (got > 0)
      into = into.subspan(static_cast<std::size_t>(got));
    else if (errno != EINTR && !would_block())
      return Wait::closed;
  }
  return Wait::done;
}

Wait Channel::receive(Frame& frame, std::uint64_t payload_bytes_max, Nanoseconds deadline) const {
  std::array<std::uint8_t, kFrameHeaderBytes> header{};
  if (const Wait wait = receive_exactly(header, deadline); wait != Wait::done) return wait;
  frame.kind = static_cast<FrameKind>(header[0]);
  std::uint64_t size = 0;
  for (std::size_t i = 0; i < 4; ++i) size |= static_cast<std::uint64_t>(header[1 + i]) << (8 * i);
  if (size > payload_bytes_max) return Wait::garbled;
  frame.payload.clear();
  while (frame.payload.size() < size) {
    const std::size_t before = frame.payload.size();
    frame.payload.resize(before + static_cast<std::size_t>(std::min<std::uint64_t>(size - before, kChunkBytes)));
    if (const Wait wait = receive_exactly(std::span{frame.payload}.subspan(before), deadline); wait != Wait::done) return wait;
  }
  return Wait::done;
}

}  // namespace gstd::wasm::process

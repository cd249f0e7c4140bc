// Goal:   whatever a child that an enemy has taken over sends, the host reads it within bounds, and takes no outcome that no honest
//         child gives.
// Method: the input is a stream of bytes on a socket, read as the host does: one frame, then the message of its kind. What is
// accepted
//         must be within the limits, and must come back the same after it was sent again.
#include <sys/socket.h>
#include <unistd.h>

#include "check.hpp"
#include "wasm/process/messages.hpp"

namespace {

using namespace gstd;
using namespace gstd::wasm::process;

// Larger inputs than a socket's buffer holds would need a second thread.
constexpr std::size_t kInputBytesMax = 64u << 10;

struct Pair {
  Pair() { fuzz::require(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0); }
  ~Pair() { close(ends[0]), close(ends[1]); }
  int ends[2];
};

void require_sound(const wasm::Outcome& outcome, const RunLimits& limits) {
  fuzz::require(outcome.output.size() <= limits.output_bytes_max && outcome.log.size() <= limits.log_bytes_max);
  fuzz::require(outcome.fuel_used <= limits.fuel && outcome.memory_bytes_peak <= limits.memory_bytes_max);
  fuzz::require(parse_outcome_kind(to_string(outcome.kind)) == outcome.kind);
  const Pair pair;
  Frame frame;
  fuzz::require(send_outcome(Channel{pair.ends[0], -1}, outcome) == Wait::done);
  fuzz::require((Channel{pair.ends[1], -1}.receive(frame, outcome_bytes_max(limits), Channel::kForever)) == Wait::done);
  const auto again = read_outcome(frame.payload, limits);
  fuzz::require(again && again->output == outcome.output && again->log == outcome.log && again->trap == outcome.trap);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > kInputBytesMax) return 0;
  const Pair pair;
  if (size > 0 && write(pair.ends[0], data, size) != static_cast<ssize_t>(size)) return 0;
  shutdown(pair.ends[0], SHUT_WR);
  RunLimits limits;
  limits.output_bytes_max = 1000;
  limits.log_bytes_max = 100;
  const Channel channel{pair.ends[1], -1};
  for (Frame frame; channel.receive(frame, 1u << 20, Channel::kForever) == Wait::done;) {
    fuzz::require(frame.payload.size() <= size);
    switch (frame.kind) {
      case FrameKind::hello:
        if (const auto hello = read_hello(frame.payload)) fuzz::require(hello->engine.size() <= size);
        break;
      case FrameKind::compiled:
        if (const auto compiled = read_compiled(frame.payload)) fuzz::require(!compiled->code.empty());
        break;
      case FrameKind::refused:
        if (const auto error = read_refused(frame.payload)) fuzz::require(!error->message.empty());
        break;
      case FrameKind::outcome:
        if (const auto outcome = read_outcome(frame.payload, limits)) require_sound(*outcome, limits);
        break;
      default:
        break;
    }
  }
  return 0;
}

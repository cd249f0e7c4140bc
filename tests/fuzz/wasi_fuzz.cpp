// Goal:   whatever a guest hands to the host, the host touches nothing but the guest's memory and keeps to the limits of the run;
//         and the same calls have the same answers.
// Method: the input is a memory, an input for the guest, and a list of calls with arbitrary arguments, which are made in two worlds
//         side by side. The memory is an allocation of exactly its size, for AddressSanitizer to watch.
#include <algorithm>

#include "check.hpp"
#include "wasm/wasi.hpp"

namespace {

using namespace gstd;
using namespace gstd::wasm;

constexpr std::size_t kGuestBytesMax = 4096;
constexpr std::size_t kCallsMax = 64;
constexpr std::uint32_t kErrnoMax = static_cast<std::uint32_t>(Errno::notcapable);

// Takes the fuzzer's bytes from the front; zeros where there are none left.
class Source {
 public:
  explicit Source(BytesView bytes) : bytes_(bytes) {}

  template <class T>
  T take() {
    T value{};
    const BytesView part = bytes_.first(std::min(sizeof value, bytes_.size()));
    std::copy(part.begin(), part.end(), reinterpret_cast<std::uint8_t*>(&value));
    bytes_ = bytes_.subspan(part.size());
    return value;
  }
  BytesView take(std::size_t size) {
    const BytesView part = bytes_.first(std::min(size, bytes_.size()));
    bytes_ = bytes_.subspan(part.size());
    return part;
  }
  bool is_empty() const { return bytes_.empty(); }

 private:
  BytesView bytes_;
};

// An argument: small, near an end of the memory, or anything.
std::uint64_t argument(Source& source, char letter, std::size_t memory_size) {
  const auto form = source.take<std::uint8_t>();
  std::uint64_t value = 0;
  switch (form % 4) {
    case 0:
      value = form / 4;
      break;
    case 1:
      value = source.take<std::uint16_t>() % (memory_size + 1);
      break;
    case 2:
      value = memory_size - form / 4;
      break;
    default:
      value = source.take<std::uint64_t>();
  }
  return letter == 'i' ? static_cast<std::uint32_t>(value) : value;
}

struct Run {
  Run(BytesView first_memory, BytesView input, const RunLimits& limits)
      : memory(first_memory.begin(), first_memory.end()), world(module, limits, interruption) {
    memory.shrink_to_fit();
    world.input = input;
    world.memory.bytes = memory;
  }

  Digest module{};
  Interruption interruption;
  Bytes memory;
  World world;
};

void require_within_limits(const World& world, const HostFunction& function, const Answer& answer) {
  fuzz::require(world.output.size() <= world.limits.output_bytes_max);
  fuzz::require(world.log.size() <= world.limits.log_bytes_max);
  fuzz::require(world.input_read <= world.input.size());
  fuzz::require(!world.host_failed);
  if (answer.ends_run) {
    fuzz::require(world.exit_code.has_value() || world.output_overflowed);
  } else if (function.result != 0) {
    fuzz::require(answer.value <= kErrnoMax);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Source source{{data, size}};
  RunLimits limits;
  limits.output_bytes_max = 1 + source.take<std::uint16_t>();
  limits.log_bytes_max = source.take<std::uint16_t>();
  const BytesView input = source.take(source.take<std::uint8_t>());
  Bytes memory(source.take<std::uint16_t>() % kGuestBytesMax);
  const BytesView content = source.take(source.take<std::uint8_t>());
  std::copy_n(content.begin(), std::min(content.size(), memory.size()), memory.begin());

  Run run{memory, input, limits};
  Run twin{memory, input, limits};
  const auto functions = wasi_functions();
  for (std::size_t calls = 0; calls < kCallsMax && !source.is_empty(); ++calls) {
    const HostFunction& function = functions[source.take<std::uint8_t>() % functions.size()];
    std::array<std::uint64_t, kHostParametersMax> arguments{};
    for (std::size_t i = 0; i < function.parameters.size(); ++i)
      arguments[i] = argument(source, function.parameters[i], memory.size());
    const Answer answer = function.call(run.world, arguments.data());
    require_within_limits(run.world, function, answer);

    const Answer again = function.call(twin.world, arguments.data());
    fuzz::require(answer.value == again.value && answer.ends_run == again.ends_run);
    if (answer.ends_run) break;
  }
  fuzz::require(run.memory == twin.memory);
  fuzz::require(run.world.output == twin.world.output);
  fuzz::require(run.world.log == twin.world.log);
  fuzz::require(run.world.exit_code == twin.world.exit_code);
  fuzz::require(run.world.clock_ns == twin.world.clock_ns);
  return 0;
}

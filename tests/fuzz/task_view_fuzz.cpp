// Goal:   whatever a strange coordinator answers, a client gets a message or one clear error.
// Method: the input as the longest message, there and back, and as the body of a refusal.
#include <gstd/protocol.hpp>

#include "check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gstd;
  const auto text = as_text({data, size});
  fuzz::require_round_trip<protocol::TaskView>(
      text, [](std::string_view json) { return protocol::read<protocol::TaskView>(json); },
      [](const protocol::TaskView& message) { return protocol::write(message); });
  fuzz::require(!protocol::read_error(500, text).message.empty());
  if (const auto told = protocol::read_retry_after(text)) fuzz::require(told->count() >= 0);
  return 0;
}

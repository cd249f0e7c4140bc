// Goal:   a requester's own words, with raw payload and nested limits, are a task or one clear refusal, and a task keeps what it
// says. Method: the input is read; what was accepted is written and read again.
#include <gstd/protocol.hpp>

#include "check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gstd;
  fuzz::require_round_trip<protocol::CreateTask>(
      as_text({data, size}), [](std::string_view text) { return protocol::read<protocol::CreateTask>(text); },
      [](const protocol::CreateTask& message) { return protocol::write(message); });
  return 0;
}

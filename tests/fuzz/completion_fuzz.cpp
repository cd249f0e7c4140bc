// Goal:   a worker's own words are a result or one clear refusal, and a result keeps what it says.
// Method: the input is read; what was accepted is written and read again.
#include <gstd/protocol.hpp>

#include "check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gstd;
  fuzz::require_round_trip<protocol::Completion>(
      as_text({data, size}), [](std::string_view text) { return protocol::read<protocol::Completion>(text); },
      [](const protocol::Completion& message) { return protocol::write(message); });
  return 0;
}

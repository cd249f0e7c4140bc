// Goal:   what registers a device or exchanges its key is read as it was written, or refused clearly.
// Method: the three messages; one that is accepted must come back as it went out.
#include <gstd/protocol.hpp>

#include "check.hpp"

namespace {

template <class M>
void try_as(std::string_view text) {
  using namespace gstd;
  fuzz::require_round_trip<M>(
      text, [](std::string_view json) { return protocol::read<M>(json); },
      [](const M& message) { return protocol::write(message); });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  try_as<gstd::protocol::RegisterDevice>(text);
  try_as<gstd::protocol::RotateDeviceKey>(text);
  try_as<gstd::protocol::DevicePage>(text);
  return 0;
}

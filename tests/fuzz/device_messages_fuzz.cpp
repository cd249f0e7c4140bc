// Goal:   what registers a device or exchanges its key is read as it was written, or refused clearly.
// Method: the three messages; one that is accepted must come back as it went out.
#include "messages.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  gstd::fuzz::require_message<gstd::protocol::RegisterDevice>(text);
  gstd::fuzz::require_message<gstd::protocol::RotateDeviceKey>(text);
  gstd::fuzz::require_message<gstd::protocol::DevicePage>(text);
  return 0;
}

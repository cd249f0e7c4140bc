#include "protocol/signature_base.hpp"

namespace gstd::protocol {

std::string signature_base(std::span<const Component> components, std::string_view signature_params) {
  std::string base;
  for (const auto& component : components) {
    base += '"';
    base += component.name;
    base += "\": ";
    base += component.value;
    base += '\n';
  }
  base += "\"@signature-params\": ";
  base += signature_params;
  return base;
}

}  // namespace gstd::protocol

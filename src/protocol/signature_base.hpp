// What is signed of a request, as text. Source: RFC 9421 section 2.5.
#pragma once

#include <gstd/base.hpp>

namespace gstd::protocol {

struct Component {
  std::string_view name;  ///< Without quotes, e.g. "@method".
  std::string_view value;
};

/// One line per component, then the parameters as they stand in Signature-Input. The caller makes sure that no value has a line
/// break: it could pass for another component.
std::string signature_base(std::span<const Component> components, std::string_view signature_params);

}  // namespace gstd::protocol

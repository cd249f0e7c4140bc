// What fuzz targets of the wire's messages share.
#pragma once

#include <gstd/protocol.hpp>

#include "check.hpp"

namespace gstd::fuzz {

/// Reads the text as a message of type M: refused clearly, or it comes back as it went out.
template <class M>
void require_message(std::string_view text) {
  require_round_trip<M>(
      text, [](std::string_view json) { return protocol::read<M>(json); },
      [](const M& message) { return protocol::write(message); });
}

}  // namespace gstd::fuzz

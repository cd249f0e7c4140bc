// The one error of whatever does not open.
#pragma once

#include <gstd/base.hpp>

namespace gstd {

inline Error not_opened() {
  return {ErrorCode::data_loss, "this was not sealed for this key and purpose, or was changed since; ask its sender for it again",
          "sealed"};
}

inline Error sealing_refused(std::string message) { return {ErrorCode::invalid_argument, std::move(message), "sealing"}; }

}  // namespace gstd

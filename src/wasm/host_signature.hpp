// The form of a host function, as a module declares it.
#pragma once

#include <string_view>

namespace gstd::wasm {

/// One character per value: `i` i32, `I` i64, `f` f32, `F` f64.
struct HostSignature {
  std::string_view parameters;
  std::string_view results;
  bool operator==(const HostSignature&) const = default;
};

}  // namespace gstd::wasm

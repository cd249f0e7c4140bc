// Numbers as JavaScript prints them.
#pragma once

#include <string>

namespace gstd::wasm {

/// What String(value) gives.
std::string number_text(double value);

/// What JSON.stringify(value) gives: `null` for what is not finite.
std::string json_number(double value);

}  // namespace gstd::wasm

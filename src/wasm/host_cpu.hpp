// What compiled code demands of the machine that runs it.
#pragma once

#include <string>

namespace gstd::wasm {

/// The kind of processor and its features, as text: equal on two machines only where code compiled on the one runs on the other.
std::string host_cpu();

}  // namespace gstd::wasm

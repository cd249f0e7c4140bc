// SHA-256, for the names of modules and for the guest's generator. (The room `crypto` is of the same layer, hence not used here.)
#pragma once

#include <gstd/base.hpp>

#include <initializer_list>

namespace gstd::wasm {

/// Of the parts, one after the other. Errors: internal: the crypto library failed.
Result<Digest> sha256(std::initializer_list<BytesView> parts);

}  // namespace gstd::wasm

// What each convention wants of a module's imports and exports.
#pragma once

#include <gstd/base.hpp>

#include "wasm/binary/layout.hpp"

namespace gstd::wasm::binary {

/// The first import that the host does not offer; of a module that could be read in part, too.
std::optional<Fault> check_imports(const Layout& layout, GuestConvention convention);

/// What does not fit in imports and exports, nearest to the beginning of the module.
std::optional<Fault> check_convention(const Layout& layout, GuestConvention convention);

/// The convention that a module seems to be made for, whether it fits or not.
GuestConvention guess_convention(const Layout& layout) noexcept;

}  // namespace gstd::wasm::binary

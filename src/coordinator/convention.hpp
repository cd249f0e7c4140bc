// Whether a module can be what a task wants it to be.
#pragma once

#include <gstd/store.hpp>

namespace gstd::coordinator {

/// Looks for the exports by which a convention calls a module; the worker's sandbox looks at everything else. A module of which no
/// exports are known (no engine in this coordinator) passes.
/// Errors: invalid_argument, reason "convention_mismatch": one is missing.
Result<void> check_fits(const store::ModuleRecord& module, GuestConvention convention);

}  // namespace gstd::coordinator

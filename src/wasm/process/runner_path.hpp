// Where the program gstd-runner is.
#pragma once

#include <gstd/base.hpp>

namespace gstd::wasm::process {

/// The absolute path of the runner: `wanted` where it is not empty; else what the environment variable GSTD_RUNNER names; else
/// gstd-runner beside the file that holds this library's code, or in libexec/gstd of the prefix that this file is installed in;
/// else where this build would have installed it. Errors: failed_precondition, reason "runner_missing": none of these is an
/// executable file; where a path was named, that one.
Result<std::string> find_runner(const std::string& wanted);

}  // namespace gstd::wasm::process

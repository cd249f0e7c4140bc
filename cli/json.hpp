// JSON for scripts, as ordinary readers and people expect it.
#pragma once

#include <boost/json.hpp>

namespace gstd::cli {

/// Prints one line of JSON on stdout and flushes it, so that a reader of the pipe has it at once.
void print_json(const boost::json::value& value);

}  // namespace gstd::cli

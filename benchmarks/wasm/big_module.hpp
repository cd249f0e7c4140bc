// A large module of code, the same bytes wherever it is made.
#pragma once

#include <gstd/base.hpp>

namespace gstd::bench {

/// A `wasi` program of at least `bytes` bytes: functions of a loop each, that computes and loads from memory.
Bytes make_big_module(std::size_t bytes);

}  // namespace gstd::bench

// The runner's side of the conversation.
#pragma once

#include "wasm/engine.hpp"
#include "wasm/process/channel.hpp"
#include "wasm/timekeeper.hpp"

namespace gstd::wasm::process {

/// Says hello, then does what the other end asks for: one compilation, one run, or one instance and its calls. Returns when that is
/// done, when the other end is gone, or when it said what no honest one says.
/// Everything happens on the calling thread, which needs a stack of kThreadStackBytes.
void serve(const std::shared_ptr<const Engine>& engine, Timekeeper& keeper, std::uint64_t memory_bytes_max, const Channel& channel);

}  // namespace gstd::wasm::process

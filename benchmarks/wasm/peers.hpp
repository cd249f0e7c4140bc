#pragma once

namespace gstd::bench {

/// Runs the other programs, which takes some seconds, and registers what they printed.
void register_peers();

}  // namespace gstd::bench

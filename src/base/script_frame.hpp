// A script and its input as one task's input: what docs/protocol.md, "Scripts", lays down for requesters, coordinators and the
// engine.
#pragma once

#include <gstd/base.hpp>

namespace gstd {

inline constexpr std::string_view kScriptMagic = "GSTDJS1\n";
/// The magic, and the script's length as a little-endian u32.
inline constexpr std::size_t kScriptFrameBytes = kScriptMagic.size() + sizeof(std::uint32_t);

/// `script` is shorter than 4 GiB.
Bytes frame_script(std::string_view script, std::string_view input_json);

}  // namespace gstd

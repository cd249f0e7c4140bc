// Base64 as the platform reads it. For its signatures alone: everything of ours has one spelling, see decode_base64().
#pragma once

#include <gstd/base.hpp>

namespace gstd::platform {

/// The 64 bytes that `text` stands for, or nothing. Standard alphabet and padding; carriage returns and line feeds are passed over
/// wherever they stand, and the four bits of the last digit that no byte takes may be anything.
/// Source: Go's encoding/base64, StdEncoding without Strict, which the platform decodes with.
std::optional<Signature> read_base64_signature(std::string_view text);

}  // namespace gstd::platform

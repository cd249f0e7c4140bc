// JSON as text: numbers by their grammar, strings with their escapes. No parser in here, and no number goes through binary
// floating point unless its field is one.
#pragma once

#include <gstd/base.hpp>

namespace gstd::protocol {

/// Whether `token` is a number by RFC 8259 section 6, nothing before or after it.
bool is_json_number(std::string_view token) noexcept;

/// Appends `text` as a JSON string. What is not UTF-8 becomes U+FFFD, so that the output always is.
void append_json_string(std::string& out, std::string_view text);

/// Appends the shortest decimal that reads back as `value`; 0 for what JSON has no word for (infinities, NaN).
void append_json_double(std::string& out, double value);

}  // namespace gstd::protocol

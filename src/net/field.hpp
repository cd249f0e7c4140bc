// What HTTP allows in a header field, for both ends.
#pragma once

#include <string_view>

namespace gstd::net {

/// Whether it may be a method or a field name. Source: RFC 9110 section 5.6.2.
bool is_token(std::string_view text) noexcept;

/// Whether it may be a field value: no control character but the tab, so that no value can start a line of its own.
/// Source: RFC 9110 section 5.5.
bool is_field_value(std::string_view text) noexcept;

/// ASCII only, as field names are.
bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept;

/// Without the spaces and tabs at both ends.
std::string_view trim(std::string_view text) noexcept;

}  // namespace gstd::net

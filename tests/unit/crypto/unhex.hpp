// Vectors are written in hexadecimal.
#pragma once

#include <gstd/base.hpp>

namespace gstd::test {

/// Bytes of a vector; a spelling mistake in one throws and so fails its test.
inline Bytes unhex(std::string_view text) {
  auto bytes = decode_hex(text);
  if (!bytes) throw std::invalid_argument(bytes.error().message);
  return *std::move(bytes);
}

template <class Fixed>
Fixed unhex_as(std::string_view text) {
  auto fixed = Fixed::parse_hex(text);
  if (!fixed) throw std::invalid_argument(fixed.error().message);
  return *fixed;
}

}  // namespace gstd::test

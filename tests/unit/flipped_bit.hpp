// For properties of evidence: the same with one bit of it the other way, wherever RapidCheck says.
#pragma once

#include <gstd/base.hpp>

#include <rapidcheck.h>

namespace gstd::test {

/// A number below `end`, each as likely as the next: inRange() alone keeps to small ones while its tests are young.
inline std::size_t any_below(std::size_t end) { return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange<std::size_t>(0, end)); }

/// Of bytes or of a text; not of an empty one.
template <class Container>
Container with_flipped_bit(Container bytes) {
  const std::size_t bit = any_below(8 * bytes.size());
  auto& byte = bytes[bit / 8];
  using Byte = std::remove_reference_t<decltype(byte)>;
  byte = static_cast<Byte>(static_cast<unsigned char>(byte) ^ (1u << bit % 8));
  return bytes;
}

template <std::size_t N, class Tag>
FixedBytes<N, Tag> with_flipped_bit(FixedBytes<N, Tag> value) {
  value.bytes = with_flipped_bit(value.bytes);
  return value;
}

}  // namespace gstd::test

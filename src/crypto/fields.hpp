// How names are put into one string of bytes without doubt about where each ends.
#pragma once

#include <gstd/base.hpp>

namespace gstd {

/// Integers are four bytes, big-endian; a text or a string of bytes follows its length.
class Fields {
 public:
  explicit Fields(std::string_view domain_tag) {
    out_.reserve(kUsualBytes);
    text(domain_tag);
  }

  Fields& number(std::uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) out_.push_back(static_cast<std::uint8_t>(value >> shift));
    return *this;
  }
  template <class Enum>
  requires std::is_enum_v<Enum> Fields& number(Enum value) { return number(static_cast<std::uint32_t>(value)); }
  Fields& text(std::string_view text) { return number(static_cast<std::uint32_t>(text.size())).fixed(as_bytes(text)); }
  /// Bytes whose number is the same in every message of this domain.
  Fields& fixed(BytesView bytes) {
    out_.insert(out_.end(), bytes.begin(), bytes.end());
    return *this;
  }
  Bytes take() { return std::move(out_); }

 private:
  // A tag, an id of the usual length and a few keys; what is longer grows.
  static constexpr std::size_t kUsualBytes = 256;

  Bytes out_;
};

}  // namespace gstd

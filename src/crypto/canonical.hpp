// The one way in which what is signed, sealed or derived from becomes bytes: a domain tag, then fields without gaps; integers
// big-endian with fixed width, texts with a 4-byte length, times as milliseconds since 1970.
#pragma once

#include <gstd/base.hpp>

#include <algorithm>

namespace gstd::canonical {

/// The last millisecond of the year 9999, the last that RFC 3339 can write.
inline constexpr std::uint64_t kMillisecondsMax = 253'402'300'799'999;

class Writer {
 public:
  Writer(std::string_view domain_tag, std::size_t bytes_max) {
    out_.reserve(bytes_max);
    bytes(as_bytes(domain_tag));
  }

  Writer& number(std::uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) out_.push_back(static_cast<std::uint8_t>(value >> shift));
    return *this;
  }
  Writer& number(std::int32_t value) { return number(static_cast<std::uint32_t>(value)); }  // two's complement
  Writer& number(std::uint64_t value) {
    return number(static_cast<std::uint32_t>(value >> 32)).number(static_cast<std::uint32_t>(value));
  }
  template <class Enum>
  Writer& enumerator(Enum value) {
    return number(static_cast<std::int32_t>(value));
  }
  Writer& text(std::string_view text) { return number(static_cast<std::uint32_t>(text.size())).bytes(as_bytes(text)); }
  template <std::size_t N, class Tag>
  Writer& fixed(const FixedBytes<N, Tag>& value) {
    return bytes(value.view());
  }
  /// Bytes whose number is the same in every message of the domain, or that are the last.
  Writer& bytes(BytesView bytes) {
    out_.insert(out_.end(), bytes.begin(), bytes.end());
    return *this;
  }
  Writer& time(Timestamp time) { return number(static_cast<std::uint64_t>(time.time_since_epoch().count())); }
  Bytes take() { return std::move(out_); }

 private:
  Bytes out_;
};

/// The form of everything about sealing: the tag, too, has its length before it.
inline Writer labelled(std::string_view domain_tag) {
  // A tag, an id of the usual length and a few keys; what is longer grows.
  constexpr std::size_t kUsualBytes = 256;
  Writer out{{}, kUsualBytes};
  out.text(domain_tag);
  return out;
}

/// Once a read fails all later ones give zeros and ok() stays false, so that the caller asks once, at the end.
class Reader {
 public:
  explicit Reader(BytesView in) : in_(in) {}

  bool ok() const noexcept { return ok_; }
  bool at_end() const noexcept { return in_.empty(); }
  void fail() noexcept { ok_ = false; }

  BytesView take(std::size_t size) {
    if (!ok_ || size > in_.size()) {
      ok_ = false;
      return {};
    }
    const BytesView taken = in_.first(size);
    in_ = in_.subspan(size);
    return taken;
  }
  std::uint32_t u32() {
    std::uint32_t value = 0;
    for (const std::uint8_t byte : take(4)) value = value << 8 | byte;
    return value;
  }
  std::uint64_t u64() {
    const std::uint64_t high = u32();
    return high << 32 | u32();
  }
  template <class Enum>
  Enum enumerator() {
    return static_cast<Enum>(u32());
  }
  std::string_view text(std::size_t chars_max) {
    const std::uint32_t size = u32();
    if (size > chars_max) fail();
    return as_text(take(size));
  }
  template <class IdType>
  IdType id() {
    auto parsed = IdType::parse(text(kIdCharsMax));
    if (parsed) return *std::move(parsed);
    fail();
    return {};
  }
  template <class Fixed>
  Fixed fixed() {
    Fixed value;
    std::ranges::copy(take(Fixed::kSize), value.bytes.begin());
    return value;
  }
  Timestamp time() {
    const std::uint64_t milliseconds = u64();
    if (milliseconds > kMillisecondsMax) fail();
    return ok_ ? Timestamp{std::chrono::milliseconds{static_cast<std::int64_t>(milliseconds)}} : Timestamp{};
  }

 private:
  BytesView in_;
  bool ok_ = true;
};

}  // namespace gstd::canonical

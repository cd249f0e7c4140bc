// Messages to test with: filled from their own descriptions with random values inside the described bounds.
#pragma once

#include "protocol/messages.hpp"

namespace gstd::protocol::samples {

/// Draws from a seeded generator; the same seed gives the same message.
class Draw {
 public:
  explicit Draw(std::uint64_t seed) : random_(seed) {}

  std::uint64_t bits() {
    std::array<std::uint8_t, 8> bytes{};
    random_.fill(bytes);
    std::uint64_t value = 0;
    for (const auto byte : bytes) value = value << 8 | byte;
    return value;
  }
  /// From `low` to `high`, the ends more often than chance would have it.
  std::uint64_t between(std::uint64_t low, std::uint64_t high) {
    if (bits() % 8 == 0) return bits() % 2 ? low : high;
    const std::uint64_t width = high - low + 1;
    return width == 0 ? bits() : low + bits() % width;
  }
  bool coin() { return bits() % 2 != 0; }
  Bytes bytes(std::size_t length) {
    Bytes out(length);
    random_.fill(out);
    return out;
  }
  /// `length` bytes of UTF-8 with characters that JSON escapes and others of two to four bytes.
  std::string text(std::size_t length) {
    static constexpr std::array<std::string_view, 12> kPieces{"a", "Z", "\"", "\\", "/", "\n", "\x01", "<", "\x7f", "é", "☃", "𝄞"};
    std::string out;
    while (out.size() < length) {
      const auto piece = kPieces[bits() % kPieces.size()];
      out += out.size() + piece.size() <= length ? piece : "x";
    }
    return out;
  }

 private:
  SeededRandom random_;
};

/// The visitor that fills a message.
class Filler {
 public:
  static constexpr bool kReads = true;
  explicit Filler(Draw& draw) : draw_(draw) {}

  void about(std::string_view) {}
  void neutral(std::string_view, std::string_view, std::string_view) {}
  void at_most_one(std::string_view, std::string_view) {}

  template <class T>
  void field(std::string_view name, T& member, Presence presence, std::string_view text) {
    field(name, member, presence, text, default_kind<unwrapped_t<T>>());
  }
  template <class T, class Kind>
  void field(std::string_view, T& member, Presence, std::string_view, const Kind& kind) {
    if constexpr (is_optional_v<T>) {
      member.reset();
      if (draw_.coin()) fill(member.emplace(), kind);
    } else {
      fill(member, kind);
    }
  }
  template <class Fields>
  void group(std::string_view, std::string_view, Fields&& fields) {
    fields(*this);
  }

 private:
  // Lists and blobs stay short; their bounds have tests of their own.
  static constexpr std::size_t kLengthMax = 60;

  template <class T, class Kind>
  void fill(T& out, const Kind& kind) {
    if constexpr (std::same_as<Kind, Text> || std::same_as<Kind, LooseText>)
      out = draw_.text(draw_.between(kind.bytes_min, std::min(kind.bytes_max, kLengthMax)));
    else if constexpr (std::same_as<Kind, Base64>)
      out = draw_.bytes(draw_.between(0, std::min(kind.bytes_max, kLengthMax)));
    else if constexpr (std::same_as<Kind, RawObject>)
      out.clear();  // excluded by the input that stands beside it
    else if constexpr (std::same_as<Kind, UnixSeconds>)
      out = Timestamp{std::chrono::seconds{draw_.between(0, 253'402'300'799)}};
    else if constexpr (std::same_as<T, std::chrono::milliseconds>)
      out = T{draw_.between(static_cast<std::uint64_t>(kind.min), kind.max)};
    else if constexpr (std::same_as<T, bool>)
      out = draw_.coin();
    else if constexpr (Integer<T>)
      out = static_cast<T>(draw_.between(static_cast<std::uint64_t>(kind.min), kind.max));
    else if constexpr (std::same_as<T, double>)
      out = static_cast<double>(draw_.bits()) / 977;
    else if constexpr (std::same_as<T, Amount>)
      out = Amount{static_cast<std::int64_t>(draw_.between(1, static_cast<std::uint64_t>(kAmountMax.nano)))};
    else if constexpr (std::same_as<T, Timestamp>)
      out = Timestamp{std::chrono::milliseconds{draw_.between(0, 253'402'300'799'999)}};
    else if constexpr (std::same_as<T, SessionToken>)
      out = *T::parse(encode_hex(draw_.bytes(T::kChars / 2)));
    else if constexpr (std::is_enum_v<T>)
      out = enum_values<T>().at(draw_.bits() % enum_values<T>().size());
    else if constexpr (requires { T::kSize; })
      out = *T::from_bytes(draw_.bytes(T::kSize));
    else if constexpr (requires { out.str(); })
      out = *T::parse("id:" + encode_hex(draw_.bytes(draw_.between(1, 60))));
    else if constexpr (requires {
                         out.emplace_back();
                         fill(out.emplace_back(), kind.item);
                       }) {
      out.clear();
      for (auto left = draw_.between(0, 4); left != 0; --left) fill(out.emplace_back(), kind.item);
    } else {
      describe(*this, out);
    }
  }

  Draw& draw_;
};

template <class M>
M sample(std::uint64_t seed) {
  Draw draw(seed);
  Filler filler(draw);
  M message;
  describe(filler, message);
  return message;
}

}  // namespace gstd::protocol::samples

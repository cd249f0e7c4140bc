// Reads described messages with simdjson's on-demand parser, in one pass over the text. The parser validates lazily, so
// everything in a document is walked here, unknown fields too: what is not JSON is refused wherever it stands.
#pragma once

#include <simdjson.h>

#include <charconv>

#include "protocol/json_text.hpp"
#include "protocol/messages.hpp"

namespace gstd::protocol {

/// Most fields that one described object may have, known and unknown together; bounds the search for duplicates.
inline constexpr std::size_t kJsonFieldsMax = 128;

namespace reading {

namespace ondemand = simdjson::ondemand;

/// Where in a document a value stands.
struct Path {
  const Path* parent = nullptr;
  std::string_view name;             // of a field
  std::optional<std::size_t> index;  // of a list's item
  std::string str() const;
};

/// A value that is being read.
struct Place {
  ondemand::value& value;
  const Path& path;
  std::size_t depth;
};

Error json_error(std::string_view what);
Error json_error(simdjson::error_code error);
Error field_error(const Path& path, std::string_view expected);
/// As field_error(), unless the value is not JSON at all.
Error type_error(const Place& at, std::string_view expected);

/// The text of a scalar, without the white space after it.
std::string_view scalar_text(ondemand::value& value) noexcept;
bool is_type(ondemand::value& value, ondemand::json_type type) noexcept;
/// Errors: reason "json" for any word that starts like null but is not.
Result<bool> is_null(ondemand::value& value);

/// Walks over a value and everything in it; the fields variant over an object's. `depth` is that of what holds the value, or of
/// the object.
Result<void> skip(ondemand::value& value, std::size_t depth);
Result<void> skip_fields(ondemand::object& object, std::size_t depth);

Result<void> read_text(const Place& at, std::string& out, Text bounds);
Result<void> read_loose_text(const Place& at, std::string& out, LooseText bounds);
Result<void> read_loose_integer(const Place& at, std::int64_t& out, LooseInteger range);
Result<void> read_bool(const Place& at, bool& out);
Result<void> read_double(const Place& at, double& out);
Result<void> read_amount(const Place& at, Amount& out, bool positive);
Result<void> read_time(const Place& at, Timestamp& out);
Result<void> read_base64(const Place& at, Bytes& out, Base64 bounds);
Result<void> read_raw_object(const Place& at, std::string& out);
Result<void> read_token(const Place& at, SessionToken& out);
/// A string's content; the view lives as long as the document.
Result<std::string_view> read_string(const Place& at, std::string_view expected);
/// The digits of an integer, by its grammar.
Result<std::string_view> read_integer_text(const Place& at, std::string_view expected);

/// Calls `visit(key, value)` for every field, until one of them answers with an Error. `visit` must read or skip the value.
template <class Visit>
Result<void> for_each_field(ondemand::object& object, Visit&& visit) {
  for (auto entry : object) {
    ondemand::field field;
    if (auto error = std::move(entry).get(field)) return json_error(error);
    std::string_view key;
    if (auto error = field.unescaped_key().get(key)) return json_error(error);
    if (auto done = visit(key, field.value()); !done) return done;
  }
  return {};
}

/// Wipes what a document was copied to. One with a secret is short, and wiping megabytes would cost time for nothing.
struct WipedCopy {
  static constexpr std::size_t kBytesMax = 64u << 10;
  simdjson::padded_string& copy;
  explicit WipedCopy(simdjson::padded_string& of) : copy(of) {}
  WipedCopy(const WipedCopy&) = delete;
  WipedCopy& operator=(const WipedCopy&) = delete;
  ~WipedCopy() {
    if (copy.size() <= kBytesMax) wipe({reinterpret_cast<std::uint8_t*>(copy.data()), copy.size()});
  }
};

/// Calls `parse` on a document's root object and makes sure that nothing follows it.
template <class Parse>
Result<void> read_document(std::string_view json, Parse&& parse) {
  if (json.size() > kBodyBytesMax) return json_error("is longer than " + std::to_string(kBodyBytesMax) + " bytes");
  simdjson::padded_string padded(json);
  const WipedCopy wiped{padded};
  ondemand::parser parser;
  ondemand::document document;
  if (auto error = parser.iterate(padded).get(document)) return json_error(error);
  ondemand::object root;
  if (auto error = document.get_object().get(root)) return json_error(error);
  if (auto done = parse(root); !done) return done;
  const char* rest = nullptr;
  if (document.current_location().get(rest) != simdjson::OUT_OF_BOUNDS) return json_error("goes on after its end");
  return {};
}

template <class T>
Result<void> read_integer(const Place& at, T& out, Range range) {
  const std::string expected = "must be an integer from " + std::to_string(range.min) + " to " + std::to_string(range.max);
  auto text = read_integer_text(at, expected);
  if (!text) return std::move(text).error();
  T number{};
  const auto [end, failed] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (failed != std::errc{} || end != text->data() + text->size() || std::cmp_less(number, range.min) ||
      std::cmp_greater(number, range.max))
    return field_error(at.path, expected);
  out = number;
  return {};
}

template <class T>
Result<void> read_parsed(const Place& at, T& out, std::string_view expected, auto&& parse) {
  auto text = read_string(at, expected);
  if (!text) return std::move(text).error();
  auto parsed = parse(*text);
  if (!parsed) return field_error(at.path, expected);
  out = std::move(*parsed);
  return {};
}

template <class Describe>
Result<void> read_fields(ondemand::object& object, const Path& path, std::size_t depth, Describe&& describe_fields);

template <class M>
Result<void> read_message(ondemand::object& object, const Path& path, std::size_t depth, M& out) {
  return read_fields(object, path, depth, [&out](auto& visitor) { describe(visitor, out); });
}

template <class T>
inline constexpr bool is_id_v = false;
template <class Tag>
inline constexpr bool is_id_v<Id<Tag>> = true;
template <class T>
inline constexpr bool is_fixed_bytes_v = false;
template <std::size_t N, class Tag>
inline constexpr bool is_fixed_bytes_v<FixedBytes<N, Tag>> = true;

template <class T>
Result<void> read_value(const Place& at, T& out, Plain) {
  if constexpr (std::same_as<T, bool>) {
    return read_bool(at, out);
  } else if constexpr (std::same_as<T, double>) {
    return read_double(at, out);
  } else if constexpr (std::same_as<T, Amount>) {
    return read_amount(at, out, false);
  } else if constexpr (std::same_as<T, Timestamp>) {
    return read_time(at, out);
  } else if constexpr (std::same_as<T, SessionToken>) {
    return read_token(at, out);
  } else if constexpr (is_id_v<T>) {
    static const std::string expected =
        "must be a string of 1 to " + std::to_string(kIdCharsMax) + " characters out of letters, digits and ._:@+=/-";
    return read_parsed(at, out, expected, [](std::string_view text) { return T::parse(text); });
  } else if constexpr (is_fixed_bytes_v<T>) {
    static const std::string expected = "must be a string of " + std::to_string(2 * T::kSize) + " hexadecimal digits";
    return read_parsed(at, out, expected, [](std::string_view text) { return T::parse_hex(text); });
  } else if constexpr (std::is_enum_v<T>) {
    static const std::string expected = [] {
      std::string names;
      for (const T value : enum_values<T>()) names += (names.empty() ? "" : ", ") + std::string(to_string(value));
      return "must be one of " + names;
    }();
    return read_parsed(at, out, expected, [](std::string_view text) { return parse_enum<T>(text); });
  } else {
    ondemand::object object;
    if (!is_type(at.value, ondemand::json_type::object)) return type_error(at, "must be an object");
    if (auto error = at.value.get_object().get(object)) return json_error(error);
    return read_message(object, at.path, at.depth + 1, out);
  }
}

template <Integer T>
Result<void> read_value(const Place& at, T& out, Range range) {
  return read_integer(at, out, range);
}

inline Result<void> read_value(const Place& at, std::chrono::milliseconds& out, Range range) {
  std::int64_t count = 0;
  auto done = read_integer(at, count, range);
  if (done) out = std::chrono::milliseconds{count};
  return done;
}

inline Result<void> read_value(const Place& at, Timestamp& out, UnixSeconds) {
  // Years 1970 to 9999, as far as RFC 3339 reaches.
  constexpr Range kUnixSeconds{0, 253'402'300'799};
  std::int64_t seconds = 0;
  auto done = read_integer(at, seconds, kUnixSeconds);
  if (done) out = Timestamp{std::chrono::seconds{seconds}};
  return done;
}

inline Result<void> read_value(const Place& at, std::string& out, Text bounds) { return read_text(at, out, bounds); }
inline Result<void> read_value(const Place& at, std::string& out, LooseText bounds) { return read_loose_text(at, out, bounds); }
inline Result<void> read_value(const Place& at, std::int64_t& out, LooseInteger range) {
  return read_loose_integer(at, out, range);
}
inline Result<void> read_value(const Place& at, std::string& out, RawObject) { return read_raw_object(at, out); }
inline Result<void> read_value(const Place& at, Bytes& out, Base64 bounds) { return read_base64(at, out, bounds); }
inline Result<void> read_value(const Place& at, Amount& out, PositiveAmount) { return read_amount(at, out, true); }

template <class T, class Kind>
Result<void> read_value(const Place& at, std::vector<T>& out, List<Kind> list) {
  const std::string expected = "must be a list of at most " + std::to_string(list.items_max) + " items";
  if (!is_type(at.value, ondemand::json_type::array)) return type_error(at, expected);
  if (at.depth + 1 > kJsonDepthMax) return json_error("is nested too deeply");
  ondemand::array array;
  if (auto error = at.value.get_array().get(array)) return json_error(error);
  out.clear();
  for (auto item : array) {
    ondemand::value value;
    if (auto error = item.get(value)) return json_error(error);
    if (out.size() == list.items_max) return field_error(at.path, expected);
    const Path path{&at.path, {}, out.size()};
    if (auto done = read_value(Place{value, path, at.depth + 1}, out.emplace_back(), list.item); !done) return done;
  }
  return {};
}

/// Reads the one field that the parser stands at, if the description has it.
class FieldReader {
 public:
  static constexpr bool kReads = true;
  FieldReader(std::string_view key, Place at) : key_(key), at_(at) {}

  void about(std::string_view) {}
  void neutral(std::string_view, std::string_view, std::string_view) {}
  void at_most_one(std::string_view, std::string_view) {}

  template <class T>
  void field(std::string_view name, T& member, Presence presence, std::string_view text) {
    field(name, member, presence, text, default_kind<unwrapped_t<T>>());
  }

  template <class T, class Kind>
  void field(std::string_view name, T& member, Presence presence, std::string_view, Kind kind) {
    if (name != key_) return;
    matched_ = true;
    const auto null = is_null(at_.value);
    if (!null) {
      done_ = null.error();
    } else if (*null) {
      // Where a field may be left out, null does the same.
      if (presence == required) done_ = field_error(at_.path, "must not be null");
    } else if constexpr (is_optional_v<T>) {
      done_ = read_value(at_, member.emplace(), kind);
    } else {
      done_ = read_value(at_, member, kind);
    }
  }

  template <class Fields>
  void group(std::string_view name, std::string_view, Fields&& fields) {
    if (name != key_) return;
    matched_ = true;
    ondemand::object object;
    if (!is_type(at_.value, ondemand::json_type::object))
      done_ = type_error(at_, "must be an object");
    else if (auto error = at_.value.get_object().get(object))
      done_ = json_error(error);
    else
      done_ = read_fields(object, at_.path, at_.depth + 1, fields);
  }

  bool matched() const noexcept { return matched_; }
  Result<void> take_result() { return std::move(done_); }

 private:
  std::string_view key_;
  Place at_;
  bool matched_ = false;
  Result<void> done_;
};

/// Checks, once an object is read, that what it needs was there.
class PresenceChecker {
 public:
  static constexpr bool kReads = true;
  PresenceChecker(std::span<const std::string_view> seen, const Path& path) : seen_(seen), path_(path) {}

  void about(std::string_view) {}
  void neutral(std::string_view, std::string_view, std::string_view) {}

  template <class T, class... Kind>
  void field(std::string_view name, T&, Presence presence, std::string_view, const Kind&...) {
    if (presence == required) require(name);
  }

  template <class Fields>
  void group(std::string_view name, std::string_view, Fields&&) {
    require(name);
  }

  void at_most_one(std::string_view a, std::string_view b) {
    if (done_ && has(a) && has(b)) done_ = field_error(Path{&path_, b, {}}, "must not stand beside " + std::string(a));
  }

  Result<void> take_result() { return std::move(done_); }

 private:
  bool has(std::string_view name) const noexcept {
    for (const auto& key : seen_)
      if (key == name) return true;
    return false;
  }
  void require(std::string_view name) {
    if (done_ && !has(name)) done_ = field_error(Path{&path_, name, {}}, "is missing");
  }

  std::span<const std::string_view> seen_;
  const Path& path_;
  Result<void> done_;
};

template <class Describe>
Result<void> read_fields(ondemand::object& object, const Path& path, std::size_t depth, Describe&& describe_fields) {
  if (depth > kJsonDepthMax) return json_error("is nested too deeply");
  std::vector<std::string_view> seen;
  auto done = for_each_field(object, [&](std::string_view key, ondemand::value& value) -> Result<void> {
    for (const auto& other : seen)
      if (other == key) return json_error("names the key " + std::string(key.substr(0, kIdCharsMax)) + " twice");
    if (seen.size() == kJsonFieldsMax)
      return json_error("has an object of more than " + std::to_string(kJsonFieldsMax) + " fields");
    seen.push_back(key);
    const Path field_path{&path, key, {}};
    FieldReader reader(key, Place{value, field_path, depth});
    describe_fields(reader);
    return reader.matched() ? reader.take_result() : skip(value, depth);
  });
  if (!done) return done;
  PresenceChecker checker(seen, path);
  describe_fields(checker);
  return checker.take_result();
}

}  // namespace reading
}  // namespace gstd::protocol

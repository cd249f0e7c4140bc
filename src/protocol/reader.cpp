#include "protocol/reader.hpp"

#include <cmath>

namespace gstd::protocol::reading {
namespace {

// Recursion through these two ends at kJsonDepthMax.
Result<void> skip_object(ondemand::value& value, std::size_t depth) {
  ondemand::object object;
  if (auto error = value.get_object().get(object)) return json_error(error);
  return skip_fields(object, depth);
}

Result<void> skip_array(ondemand::value& value, std::size_t depth) {
  ondemand::array array;
  if (auto error = value.get_array().get(array)) return json_error(error);
  for (auto item : array) {
    ondemand::value element;
    if (auto error = item.get(element)) return json_error(error);
    if (auto done = skip(element, depth); !done) return done;
  }
  return {};
}

// A token reaches to the next one, so white space belongs to it.
std::string_view without_trailing_space(std::string_view text) noexcept {
  const auto last = text.find_last_not_of(" \t\n\r");
  return text.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

Error bad_literal() { return json_error("has a word that is not true, false, null or a number"); }

}  // namespace

std::string Path::str() const {
  std::string text = parent ? parent->str() : std::string();
  if (index) return text + "[" + std::to_string(*index) + "]";
  if (!text.empty()) text += '.';
  return text + std::string(name);
}

Error json_error(std::string_view what) { return {ErrorCode::invalid_argument, "the JSON text " + std::string(what), "json"}; }

Error json_error(simdjson::error_code error) {
  switch (error) {
    case simdjson::EMPTY:
      return json_error("is empty");
    case simdjson::INCORRECT_TYPE:
    case simdjson::SCALAR_DOCUMENT_AS_VALUE:
      return json_error("is not an object");
    case simdjson::UTF8_ERROR:
      return json_error("is not UTF-8");
    case simdjson::MEMALLOC:
      return {ErrorCode::resource_exhausted, "out of memory while reading JSON", {}};
    case simdjson::INCOMPLETE_ARRAY_OR_OBJECT:
    case simdjson::UNCLOSED_STRING:
      return json_error("ends too early, or an object, list or string in it is not closed");
    case simdjson::STRING_ERROR:
    case simdjson::UNESCAPED_CHARS:
      return json_error("has a string with a bad escape or a control character");
    default:
      return json_error("is malformed");
  }
}

Error field_error(const Path& path, std::string_view expected) {
  return {ErrorCode::invalid_argument, "field " + path.str() + " " + std::string(expected), "field"};
}

Error type_error(const Place& at, std::string_view expected) {
  auto walked = skip(at.value, at.depth);
  return walked ? field_error(at.path, expected) : std::move(walked).error();
}

std::string_view scalar_text(ondemand::value& value) noexcept { return without_trailing_space(value.raw_json_token()); }

bool is_type(ondemand::value& value, ondemand::json_type type) noexcept {
  ondemand::json_type actual{};
  return !value.type().get(actual) && actual == type;
}

Result<bool> is_null(ondemand::value& value) {
  if (!is_type(value, ondemand::json_type::null)) return false;
  if (scalar_text(value) != "null") return bad_literal();
  return true;
}

Result<void> skip(ondemand::value& value, std::size_t depth) {
  ondemand::json_type type{};
  if (auto error = value.type().get(type)) return json_error(error);
  switch (type) {
    case ondemand::json_type::object:
    case ondemand::json_type::array:
      if (depth + 1 > kJsonDepthMax) return json_error("is nested too deeply");
      return type == ondemand::json_type::object ? skip_object(value, depth + 1) : skip_array(value, depth + 1);
    case ondemand::json_type::string: {
      std::string_view text;
      if (auto error = value.get_string().get(text)) return json_error(error);
      return {};
    }
    case ondemand::json_type::number:
      if (!is_json_number(scalar_text(value))) return bad_literal();
      return {};
    default: {
      const std::string_view word = scalar_text(value);
      if (word != "true" && word != "false" && word != "null") return bad_literal();
      return {};
    }
  }
}

Result<void> skip_fields(ondemand::object& object, std::size_t depth) {
  return for_each_field(object, [depth](std::string_view, ondemand::value& value) { return skip(value, depth); });
}

Result<std::string_view> read_string(const Place& at, std::string_view expected) {
  if (!is_type(at.value, ondemand::json_type::string)) return type_error(at, expected);
  std::string_view text;
  if (auto error = at.value.get_string().get(text)) return json_error(error);
  return text;
}

Result<std::string_view> read_integer_text(const Place& at, std::string_view expected) {
  if (!is_type(at.value, ondemand::json_type::number)) return type_error(at, expected);
  const std::string_view text = scalar_text(at.value);
  if (!is_json_number(text)) return bad_literal();
  return text;
}

Result<void> read_text(const Place& at, std::string& out, Text bounds) {
  const std::string expected =
      "must be a string of " + std::to_string(bounds.bytes_min) + " to " + std::to_string(bounds.bytes_max) + " bytes";
  auto text = read_string(at, expected);
  if (!text) return std::move(text).error();
  if (text->size() < bounds.bytes_min || text->size() > bounds.bytes_max) return field_error(at.path, expected);
  out = *text;
  return {};
}

Result<void> read_loose_text(const Place& at, std::string& out, LooseText bounds) {
  const Text text{bounds.bytes_min, bounds.bytes_max};
  if (!is_type(at.value, ondemand::json_type::object)) return read_text(at, out, text);
  if (at.depth + 1 > kJsonDepthMax) return json_error("is nested too deeply");
  ondemand::object object;
  if (auto error = at.value.get_object().get(object)) return json_error(error);
  const Path inner{&at.path, at.path.name, {}};
  bool is_there = false;
  auto done = for_each_field(object, [&](std::string_view key, ondemand::value& value) -> Result<void> {
    if (key != at.path.name) return skip(value, at.depth + 1);
    if (is_there) return json_error("names a key twice");
    is_there = true;
    return read_text(Place{value, inner, at.depth + 1}, out, text);
  });
  if (done && !is_there) return field_error(inner, "is missing");
  return done;
}

Result<void> read_loose_integer(const Place& at, std::int64_t& out, LooseInteger range) {
  const Range bounds{range.min, range.max};
  if (!is_type(at.value, ondemand::json_type::string)) return read_integer(at, out, bounds);
  const std::string expected = "must be an integer from " + std::to_string(range.min) + " to " + std::to_string(range.max);
  auto text = read_string(at, expected);
  if (!text) return std::move(text).error();
  std::int64_t number = 0;
  const auto [end, failed] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (failed != std::errc{} || end != text->data() + text->size() || std::cmp_less(number, range.min) ||
      std::cmp_greater(number, range.max))
    return field_error(at.path, expected);
  out = number;
  return {};
}

Result<void> read_bool(const Place& at, bool& out) {
  if (!is_type(at.value, ondemand::json_type::boolean)) return type_error(at, "must be true or false");
  const std::string_view word = scalar_text(at.value);
  if (word != "true" && word != "false") return bad_literal();
  out = word == "true";
  return {};
}

Result<void> read_double(const Place& at, double& out) {
  constexpr std::string_view kExpected = "must be a number within the range of a double";
  auto text = read_integer_text(at, kExpected);
  if (!text) return std::move(text).error();
  double number = 0;
  const auto [end, failed] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (failed != std::errc{} || !std::isfinite(number)) return field_error(at.path, kExpected);
  out = number;
  return {};
}

Result<void> read_amount(const Place& at, Amount& out, bool positive) {
  const std::string_view expected = positive
                                        ? "must be a number of GSTD above zero, at most ten million, with at most nine decimals"
                                        : "must be a number of GSTD from zero to ten million with at most nine decimals";
  auto text = read_integer_text(at, expected);
  if (!text) return std::move(text).error();
  const auto amount = parse_amount(*text);
  if (!amount || (positive && amount->nano == 0)) return field_error(at.path, expected);
  out = *amount;
  return {};
}

Result<void> read_time(const Place& at, Timestamp& out) {
  return read_parsed(at, out, "must be a time by RFC 3339", [](std::string_view text) { return parse_rfc3339(text); });
}

Result<void> read_base64(const Place& at, Bytes& out, Base64 bounds) {
  const std::string expected = "must be base64 of at most " + std::to_string(bounds.bytes_max) + " bytes";
  auto text = read_string(at, expected);
  if (!text) return std::move(text).error();
  if (text->size() > (bounds.bytes_max + 2) / 3 * 4) return field_error(at.path, expected);
  auto bytes = decode_base64(*text);
  if (!bytes || bytes->size() > bounds.bytes_max) return field_error(at.path, expected);
  out = std::move(*bytes);
  return {};
}

// From the text as it stands: the parser would put what is in it, read, into memory of its own. That a token has no escapes is why
// this serves.
Result<void> read_token(const Place& at, SessionToken& out) {
  constexpr std::string_view kExpected = "must be a session's token";
  if (!is_type(at.value, ondemand::json_type::string)) return type_error(at, kExpected);
  const std::string_view quoted = scalar_text(at.value);
  if (quoted.size() < 2 || quoted.back() != '"') return type_error(at, kExpected);
  auto token = SessionToken::parse(quoted.substr(1, quoted.size() - 2));
  if (!token) return type_error(at, kExpected);
  out = *std::move(token);
  return {};
}

Result<void> read_raw_object(const Place& at, std::string& out) {
  if (!is_type(at.value, ondemand::json_type::object)) return type_error(at, "must be an object");
  ondemand::object object;
  if (auto error = at.value.get_object().get(object)) return json_error(error);
  std::string_view raw;
  if (auto error = object.raw_json().get(raw)) return json_error(error);
  // raw_json() only counts brackets, and the parser cannot go back: what is inside is walked as a document of its own.
  out = without_trailing_space(raw);
  return read_document(out, [&at](ondemand::object& root) { return skip_fields(root, at.depth + 1); });
}

}  // namespace gstd::protocol::reading

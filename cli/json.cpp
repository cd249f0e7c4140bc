#include "json.hpp"

#include <gstd/protocol.hpp>

#include <array>
#include <charconv>
#include <cstdio>
#include <string>

namespace gstd::cli {
namespace {

// Boost.JSON writes 1.27 as 1.27E0, which people take for a different number, and passes bytes through that are not UTF-8, which
// file names and what guests write may hold. So it writes only what it writes well.
void append(std::string& out, const boost::json::value& value);

void append_double(std::string& out, double number) {
  std::array<char, 400> digits;  // fixed notation needs at most 309 digits before the point or 341 after it
  const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), number, std::chars_format::fixed);
  out.append(digits.data(), written.ptr);
}

void append_string(std::string& out, std::string_view text) {
  // The library's writer is the one that replaces what is not UTF-8.
  const std::string repaired = protocol::write(protocol::Message{std::string{text}});
  out += boost::json::serialize(boost::json::parse(repaired).at("message"));
}

template <class Range, class AppendElement>
void append_list(std::string& out, char open, const Range& range, char close, AppendElement append_element) {
  out += open;
  bool first = true;
  for (const auto& element : range) {
    if (!first) out += ',';
    first = false;
    append_element(element);
  }
  out += close;
}

void append(std::string& out, const boost::json::value& value) {
  if (const auto* object = value.if_object())
    append_list(out, '{', *object, '}', [&](const boost::json::key_value_pair& member) {
      append_string(out, member.key());
      out += ':';
      append(out, member.value());
    });
  else if (const auto* array = value.if_array())
    append_list(out, '[', *array, ']', [&](const boost::json::value& element) { append(out, element); });
  else if (const auto* text = value.if_string())
    append_string(out, *text);
  else if (const auto* number = value.if_double())
    append_double(out, *number);
  else
    out += boost::json::serialize(value);
}

}  // namespace

void print_json(const boost::json::value& value) {
  std::string line;
  append(line, value);
  line += '\n';
  std::fputs(line.c_str(), stdout);
  std::fflush(stdout);
}

}  // namespace gstd::cli

// Writes described messages as JSON text. Not through boost::json::value: it keeps numbers as doubles, and an amount has more
// digits than these hold; Boost.JSON writes the strings.
#pragma once

#include "protocol/json_text.hpp"
#include "protocol/messages.hpp"

namespace gstd::protocol::writing {

inline void append_quoted(std::string& out, std::string_view plain) {
  out += '"';
  out += plain;
  out += '"';
}

template <class T, class Kind>
void append_value(std::string& out, const T& value, const Kind& kind);

/// Writes one object, field by field.
class ObjectWriter {
 public:
  static constexpr bool kReads = false;
  explicit ObjectWriter(std::string& out) : out_(out) { out_ += '{'; }
  void finish() { out_ += '}'; }

  void about(std::string_view) {}
  void at_most_one(std::string_view, std::string_view) {}

  template <class T>
  void field(std::string_view name, const T& member, Presence presence, std::string_view text) {
    field(name, member, presence, text, default_kind<unwrapped_t<T>>());
  }

  template <class T, class Kind>
  void field(std::string_view name, const T& member, Presence presence, std::string_view, const Kind& kind) {
    if constexpr (is_optional_v<T>) {
      if (member) {
        append_key(name);
        append_value(out_, *member, kind);
      } else if (presence == nullable) {
        append_key(name);
        out_ += "null";
      }
    } else {
      // Of two inputs that exclude each other only the one that is used may be written.
      if constexpr (std::same_as<Kind, Base64> || std::same_as<Kind, RawObject>)
        if (presence == optional && member.empty()) return;
      append_key(name);
      append_value(out_, member, kind);
    }
  }

  template <class Fields>
  void group(std::string_view name, std::string_view, Fields&& fields) {
    append_key(name);
    ObjectWriter inner(out_);
    fields(inner);
    inner.finish();
  }

  void neutral(std::string_view name, std::string_view, std::string_view json) {
    append_key(name);
    out_ += json;
  }

 private:
  void append_key(std::string_view name) {
    if (!first_) out_ += ',';
    first_ = false;
    append_quoted(out_, name);
    out_ += ':';
  }

  std::string& out_;
  bool first_ = true;
};

template <class M>
void append_message(std::string& out, const M& message) {
  ObjectWriter writer(out);
  describe(writer, message);
  writer.finish();
}

template <class T, class Kind>
void append_items(std::string& out, const std::vector<T>& items, const List<Kind>& list) {
  out += '[';
  for (const T& item : items) {
    if (&item != items.data()) out += ',';
    append_value(out, item, list.item);
  }
  out += ']';
}

template <class T, class Kind>
void append_value(std::string& out, const T& value, const Kind& kind) {
  if constexpr (std::same_as<Kind, Text> || std::same_as<Kind, LooseText>)
    append_json_string(out, value);
  else if constexpr (std::same_as<Kind, RawObject>)
    out += value;
  else if constexpr (std::same_as<Kind, Base64>)
    append_quoted(out, encode_base64(value));
  else if constexpr (std::same_as<Kind, UnixSeconds>)
    out += std::to_string(std::chrono::floor<std::chrono::seconds>(value).time_since_epoch().count());
  else if constexpr (std::same_as<T, std::chrono::milliseconds>)
    out += std::to_string(value.count());
  else if constexpr (std::same_as<T, bool>)
    out += value ? "true" : "false";
  else if constexpr (Integer<T>)
    out += std::to_string(value);
  else if constexpr (std::same_as<T, double>)
    append_json_double(out, value);
  else if constexpr (std::same_as<T, Amount>)
    out += format_amount(value);
  else if constexpr (std::same_as<T, Timestamp>)
    append_quoted(out, format_rfc3339(value));
  else if constexpr (std::is_enum_v<T>)
    append_quoted(out, to_string(value));
  else if constexpr (std::same_as<T, SessionToken>)
    append_quoted(out, value.reveal());
  else if constexpr (requires { value.hex(); })
    append_quoted(out, value.hex());
  else if constexpr (requires { value.str(); })
    append_quoted(out, value.str());  // an id's characters need no escape
  else if constexpr (requires { append_items(out, value, kind); })
    append_items(out, value, kind);
  else
    append_message(out, value);
}

}  // namespace gstd::protocol::writing

// Turns described messages into JSON Schema (2020-12, as OpenAPI 3.1 takes it).
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include "protocol/messages.hpp"

namespace gstd::protocol::schema {

namespace json = boost::json;

template <class T, class Kind>
json::object of_value(const T& value, const Kind& kind);

class ObjectSchema {
 public:
  static constexpr bool kReads = false;

  void about(std::string_view text) { about_ = text; }

  template <class T>
  void field(std::string_view name, const T& member, Presence presence, std::string_view text) {
    field(name, member, presence, text, default_kind<unwrapped_t<T>>());
  }

  template <class T, class Kind>
  void field(std::string_view name, const T&, Presence presence, std::string_view text, const Kind& kind) {
    json::object property = of_value(unwrapped_t<T>{}, kind);
    if (presence == nullable) property["type"] = json::array{property["type"], "null"};
    property["description"] = text;
    add(name, std::move(property), presence == required);
  }

  template <class Fields>
  void group(std::string_view name, std::string_view text, Fields&& fields) {
    ObjectSchema inner;
    inner.about(text);
    fields(inner);
    add(name, inner.finish(), true);
  }

  void neutral(std::string_view name, std::string_view type, std::string_view value) {
    add(name,
        {{"type", type}, {"const", json::parse(value)}, {"description", "Written for the platform's clients; means nothing here."}},
        false);
  }

  void at_most_one(std::string_view a, std::string_view b) { excluded_ = {{"required", json::array{a, b}}}; }

  json::object finish() {
    json::object schema{{"type", "object"}, {"description", about_}, {"properties", std::move(properties_)}};
    if (!required_.empty()) schema["required"] = std::move(required_);
    if (!excluded_.empty()) schema["not"] = std::move(excluded_);
    return schema;
  }

 private:
  void add(std::string_view name, json::object property, bool is_required) {
    properties_[name] = std::move(property);
    if (is_required) required_.emplace_back(name);
  }

  std::string about_;
  json::object properties_;
  json::array required_;
  json::object excluded_;
};

template <class M>
json::object of_message() {
  ObjectSchema schema;
  const M message{};
  describe(schema, message);
  return schema.finish();
}

template <class T, class Kind>
json::object of_items(const std::vector<T>&, const List<Kind>& list) {
  return {{"type", "array"}, {"maxItems", list.items_max}, {"items", of_value(T{}, list.item)}};
}

template <class T, class Kind>
json::object of_value(const T& value, const Kind& kind) {
  if constexpr (std::same_as<Kind, Text>)
    return {{"type", "string"}, {"minLength", kind.bytes_min == 0 ? 0 : 1}, {"maxLength", kind.bytes_max}};
  else if constexpr (std::same_as<Kind, LooseText>)
    return {{"type", json::array{"string", "object"}}};
  else if constexpr (std::same_as<Kind, LooseInteger>)
    return {{"type", json::array{"integer", "string"}}};
  else if constexpr (std::same_as<Kind, RawObject>)
    return {{"type", "object"}};
  else if constexpr (std::same_as<Kind, Base64>)
    return {{"type", "string"}, {"contentEncoding", "base64"}, {"maxLength", (kind.bytes_max + 2) / 3 * 4}};
  else if constexpr (std::same_as<Kind, UnixSeconds>)
    return {{"type", "integer"}, {"minimum", 0}};
  else if constexpr (std::same_as<Kind, Range>)
    return {{"type", "integer"}, {"minimum", kind.min}, {"maximum", kind.max}};
  else if constexpr (std::same_as<T, bool>)
    return {{"type", "boolean"}};
  else if constexpr (std::same_as<T, double>)
    return {{"type", "number"}};
  else if constexpr (std::same_as<Kind, PositiveAmount>)
    return {{"type", "number"}, {"exclusiveMinimum", 0}, {"maximum", kAmountMax.nano / kNanoPerGstd}};
  else if constexpr (std::same_as<T, Amount>)
    return {{"type", "number"}, {"minimum", 0}, {"maximum", kAmountMax.nano / kNanoPerGstd}};
  else if constexpr (std::same_as<T, Timestamp>)
    return {{"type", "string"}, {"format", "date-time"}};
  else if constexpr (std::same_as<T, SessionToken>)
    return {{"type", "string"}, {"pattern", "^[0-9a-f]{" + std::to_string(SessionToken::kChars) + "}$"}};
  else if constexpr (std::is_enum_v<T>) {
    json::array names;
    for (const T each : enum_values<T>()) names.emplace_back(to_string(each));
    return {{"type", "string"}, {"enum", std::move(names)}};
  } else if constexpr (requires { T::kSize; }) {
    return {{"type", "string"}, {"pattern", "^[0-9a-fA-F]{" + std::to_string(2 * T::kSize) + "}$"}};
  } else if constexpr (requires { value.str(); }) {
    return {{"type", "string"}, {"minLength", 1}, {"maxLength", kIdCharsMax}, {"pattern", "^[A-Za-z0-9._:@+=/-]+$"}};
  } else if constexpr (requires { of_items(value, kind); }) {
    return of_items(value, kind);
  } else {
    return of_message<T>();
  }
}

}  // namespace gstd::protocol::schema

#include "coordinator/target.hpp"

#include <algorithm>
#include <charconv>

namespace gstd::coordinator {
namespace {

Error bad_target(std::string message) { return {ErrorCode::invalid_argument, std::move(message), "target"}; }

// Takes the part up to `separator` off the front of `rest`.
std::string_view take_part(std::string_view& rest, char separator) {
  const std::size_t end = std::min(rest.find(separator), rest.size());
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

Result<void> parse_query(std::string_view query, Target& target) {
  while (!query.empty()) {
    std::string_view value = take_part(query, '&');
    if (value.empty()) continue;
    auto name = percent_decode(take_part(value, '='));
    if (!name) return std::move(name).error();
    auto decoded = percent_decode(value);
    if (!decoded) return std::move(decoded).error();
    if (target.parameter(*name)) return bad_target("the query parameter " + *name + " comes twice; give it once");
    if (target.query.size() == kQueryParametersMax)
      return bad_target("the query has more than " + std::to_string(kQueryParametersMax) + " parameters");
    target.query.emplace_back(*std::move(name), *std::move(decoded));
  }
  return {};
}

}  // namespace

Result<std::string> percent_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    auto byte = decode_hex(text.substr(i + 1, 2));
    if (!byte || byte->size() != 1) return bad_target("the request target has a broken percent escape");
    out += static_cast<char>(byte->front());
    i += 2;
  }
  return out;
}

const std::string* Target::parameter(std::string_view name) const noexcept {
  const auto found = std::find_if(query.begin(), query.end(), [name](const auto& entry) { return entry.first == name; });
  return found == query.end() ? nullptr : &found->second;
}

Result<Target> parse_target(std::string_view text) {
  if (text.size() > kTargetCharsMax)
    return bad_target("the request target is longer than " + std::to_string(kTargetCharsMax) + " characters");
  Target target;
  std::string_view query = text;
  const std::string_view path = take_part(query, '?');
  if (!path.starts_with('/')) return bad_target("the request target does not start with a slash");
  target.path = path;
  if (auto parsed = parse_query(query, target); !parsed) return std::move(parsed).error();
  return target;
}

Result<std::uint64_t> number_parameter(const Target& target, std::string_view name, std::uint64_t fallback) {
  const std::string* text = target.parameter(name);
  if (!text) return fallback;
  std::uint64_t value = 0;
  const char* const end = text->data() + text->size();
  const auto [stopped, error] = std::from_chars(text->data(), end, value);
  if (error != std::errc{} || stopped != end)
    return Error{ErrorCode::invalid_argument, "the query parameter " + std::string(name) + " is not a whole number", "field"};
  return value;
}

}  // namespace gstd::coordinator

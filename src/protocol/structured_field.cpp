#include "protocol/structured_field.hpp"

namespace gstd::protocol {
namespace {

constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kKeyCharacters = "abcdefghijklmnopqrstuvwxyz0123456789_-.*";
constexpr std::size_t kIntegerDigitsMax = 15;  // RFC 8941 section 3.3.1
constexpr std::size_t kItemsMax = 16;          // items of the list, and its parameters

/// Takes pieces off the front of a text; every member says whether it did.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool at_end() const noexcept { return rest_.empty(); }
  bool starts_with(char c) const noexcept { return rest_.starts_with(c); }
  std::string_view rest() const noexcept { return rest_; }

  bool take(std::string_view literal) {
    if (!rest_.starts_with(literal)) return false;
    rest_.remove_prefix(literal.size());
    return true;
  }

  /// The longest run of these characters, at least one.
  std::optional<std::string_view> take_run(std::string_view characters) {
    const auto end = std::min(rest_.find_first_not_of(characters), rest_.size());
    if (end == 0) return std::nullopt;
    const auto run = rest_.substr(0, end);
    rest_.remove_prefix(end);
    return run;
  }

  /// A string of printable ASCII without escapes; nothing that is signed here needs one.
  std::optional<std::string_view> take_string() {
    if (!take("\"")) return std::nullopt;
    std::size_t end = 0;
    while (end < rest_.size() && rest_[end] != '"') {
      if (rest_[end] < ' ' || rest_[end] > '~' || rest_[end] == '\\') return std::nullopt;
      ++end;
    }
    if (end == rest_.size()) return std::nullopt;
    const auto content = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return content;
  }

 private:
  std::string_view rest_;
};

std::optional<FieldParameter> take_parameter(Scanner& scanner) {
  FieldParameter parameter;
  const auto name = scanner.take_run(kKeyCharacters);
  if (!name || !scanner.take("=")) return std::nullopt;
  parameter.name = *name;
  parameter.is_string = scanner.starts_with('"');
  const auto value = parameter.is_string ? scanner.take_string() : scanner.take_run(kDigits);
  if (!value || (!parameter.is_string && value->size() > kIntegerDigitsMax)) return std::nullopt;
  parameter.value = *value;
  return parameter;
}

}  // namespace

std::optional<InnerList> parse_inner_list(std::string_view field, std::string_view label) {
  if (field.size() > kSignatureFieldBytesMax) return std::nullopt;
  Scanner scanner(field);
  if (!scanner.take(label) || !scanner.take("=")) return std::nullopt;
  InnerList list;
  list.text = scanner.rest();
  if (!scanner.take("(")) return std::nullopt;
  while (!scanner.take(")")) {
    if (!list.items.empty() && !scanner.take(" ")) return std::nullopt;
    const auto item = scanner.take_string();
    if (!item || list.items.size() == kItemsMax) return std::nullopt;
    list.items.push_back(*item);
  }
  while (scanner.take(";")) {
    const auto parameter = take_parameter(scanner);
    if (!parameter || list.parameters.size() == kItemsMax) return std::nullopt;
    list.parameters.push_back(*parameter);
  }
  if (!scanner.at_end()) return std::nullopt;
  return list;
}

std::optional<Bytes> parse_byte_sequence(std::string_view field, std::string_view label) {
  if (field.size() > kSignatureFieldBytesMax) return std::nullopt;
  Scanner scanner(field);
  if (!scanner.take(label) || !scanner.take("=:") || !scanner.rest().ends_with(':')) return std::nullopt;
  auto bytes = decode_base64(scanner.rest().substr(0, scanner.rest().size() - 1));
  if (!bytes) return std::nullopt;
  return std::move(*bytes);
}

}  // namespace gstd::protocol

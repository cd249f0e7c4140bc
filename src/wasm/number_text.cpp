#include "wasm/number_text.hpp"

#include <charconv>
#include <cmath>

namespace gstd::wasm {

// Source: ECMA-262, Number::toString. There, n is the position of the decimal point relative to the first digit.
std::string number_text(double value) {
  if (std::isnan(value)) return "NaN";
  if (value == 0) return "0";
  if (value < 0) return "-" + number_text(-value);
  if (std::isinf(value)) return "Infinity";

  // Shortest digits that read back as the same number: "d.ddde-xx"; 17 digits and a short exponent at most.
  char buffer[32];
  const auto written = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific);
  const std::string_view text{buffer, static_cast<std::size_t>(written.ptr - buffer)};
  const std::size_t mark = text.find('e');
  std::string digits{text.substr(0, 1)};
  if (mark > 1) digits += text.substr(2, mark - 2);
  int exponent = 0;
  const std::size_t start = mark + (text[mark + 1] == '+' ? 2 : 1);
  std::from_chars(text.data() + start, text.data() + text.size(), exponent);

  const int count = static_cast<int>(digits.size());
  const int point = exponent + 1;
  if (count <= point && point <= 21) return digits.append(static_cast<std::size_t>(point - count), '0');
  if (0 < point && point <= 21) return digits.insert(static_cast<std::size_t>(point), 1, '.');
  if (-6 < point && point <= 0) return "0." + std::string(static_cast<std::size_t>(-point), '0') + digits;
  if (count > 1) digits.insert(1, 1, '.');
  return digits + (exponent < 0 ? "e-" : "e+") + std::to_string(std::abs(exponent));
}

std::string json_number(double value) { return std::isfinite(value) ? number_text(value) : "null"; }

}  // namespace gstd::wasm

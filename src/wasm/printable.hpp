// Names in messages come from a stranger: bounded, and printable.
#pragma once

#include <string>
#include <string_view>

namespace gstd::wasm {

inline std::string quoted(std::string_view name) {
  constexpr std::size_t kNameCharsMax = 80;
  std::string out = "`";
  for (char c : name.substr(0, kNameCharsMax)) out += c >= ' ' && c <= '~' ? c : '?';
  return out + (name.size() > kNameCharsMax ? "...`" : "`");
}

}  // namespace gstd::wasm

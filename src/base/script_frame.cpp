#include "base/script_frame.hpp"

#include <algorithm>

namespace gstd {

Bytes frame_script(std::string_view script, std::string_view input_json) {
  Bytes framed(kScriptFrameBytes + script.size() + input_json.size());
  auto to = std::copy(kScriptMagic.begin(), kScriptMagic.end(), framed.begin());
  for (unsigned shift = 0; shift < 32; shift += 8) *to++ = static_cast<std::uint8_t>(script.size() >> shift);
  to = std::copy(script.begin(), script.end(), to);
  std::copy(input_json.begin(), input_json.end(), to);
  return framed;
}

}  // namespace gstd

#include "base/script_frame.hpp"

namespace gstd {

Bytes frame_script(std::string_view script, std::string_view input_json) {
  Bytes framed;
  framed.reserve(kScriptFrameBytes + script.size() + input_json.size());
  const auto append = [&](std::string_view text) { framed.insert(framed.end(), text.begin(), text.end()); };
  append(kScriptMagic);
  for (unsigned shift = 0; shift < 32; shift += 8) framed.push_back(static_cast<std::uint8_t>(script.size() >> shift));
  append(script);
  append(input_json);
  return framed;
}

}  // namespace gstd

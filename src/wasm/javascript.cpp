// The frame that third_party/quickjs/driver.c reads, and the module that it is compiled into.
#include <gstd/wasm.hpp>

#include "base/script_frame.hpp"

namespace gstd::wasm {

#ifdef GSTD_JAVASCRIPT_MODULE

// The assembler reads the file, in a moment and without memory, where a C array of a megabyte would cost the compiler seconds.
asm(R"(
  .pushsection .rodata, "a", %progbits
  .balign 16
  .hidden gstd_javascript_module
  .hidden gstd_javascript_module_end
  .global gstd_javascript_module
  .global gstd_javascript_module_end
gstd_javascript_module:
  .incbin ")" GSTD_JAVASCRIPT_MODULE R"("
gstd_javascript_module_end:
  .popsection
)");

extern "C" {
extern const std::uint8_t gstd_javascript_module[];
extern const std::uint8_t gstd_javascript_module_end[];
}

BytesView javascript_engine() noexcept { return {gstd_javascript_module, gstd_javascript_module_end}; }

#else

BytesView javascript_engine() noexcept { return {}; }

#endif

Result<Bytes> javascript_input(std::string_view script, std::string_view input_json) {
  if (javascript_engine().empty())
    return Error{ErrorCode::unimplemented, "libgstd was built without JavaScript; build it with GSTD_WITH_JAVASCRIPT=ON", {}};
  if (script.size() > kJavascriptBytesMax)
    return Error{ErrorCode::invalid_argument,
                 "the script has " + std::to_string(script.size()) + " bytes and may have " + std::to_string(kJavascriptBytesMax) +
                     "; data belongs into the input",
                 "script_too_large"};
  const std::size_t room = kJavascriptInputBytesMax - kScriptFrameBytes - script.size();
  if (input_json.size() > room)
    return Error{ErrorCode::invalid_argument,
                 "the input has " + std::to_string(input_json.size()) + " bytes and may have " + std::to_string(room) +
                     " beside this script; split the task",
                 "input_too_large"};
  return frame_script(script, input_json);
}

}  // namespace gstd::wasm

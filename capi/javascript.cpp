#include "handles.hpp"

using namespace gstd::capi;

extern "C" {

const uint8_t* gstd_javascript_engine(size_t* size) {
  const gstd::BytesView engine = gstd::wasm::javascript_engine();
  if (size != nullptr) *size = engine.size();
  return engine.empty() ? nullptr : engine.data();
}

gstd_status gstd_javascript_input(const char* script, size_t script_size, const char* input_json, size_t input_size,
                                  gstd_text** framed, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if ((script == nullptr && script_size > 0) || (input_json == nullptr && input_size > 0) || framed == nullptr)
      return missing("script, input_json (where its size is not 0) and framed");
    auto input = gstd::wasm::javascript_input({script, script_size}, {input_json, input_size});
    if (!input) return std::move(input).error();
    *framed = new gstd_text{std::string{gstd::as_text(*input)}};
    return {};
  });
}

}  // extern "C"

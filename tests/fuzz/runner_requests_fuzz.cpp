// Goal:   a runner reads what it is asked within bounds: no request is read from bytes that are not exactly one.
// Method: the input as the payload of each request, and as the program's argument; what is read must lie inside the input, and
// limits
//         must be such as the library accepts.
#include "check.hpp"
#include "wasm/process/messages.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gstd;
  using namespace gstd::wasm::process;
  const BytesView payload{data, size};
  const auto inside = [&](BytesView part) {
    return part.empty() || (part.data() >= data && part.data() + part.size() <= data + size);
  };
  if (const auto request = read_compile(payload)) {
    fuzz::require(inside(request->module) && request->module.size() <= wasm::kModuleBytesMax);
    fuzz::require(parse_guest_convention(to_string(request->convention)) == request->convention);
  }
  if (const auto request = read_run(payload)) {
    fuzz::require(inside(request->code) && inside(request->input) && !request->code.empty());
    fuzz::require(check_limits(request->limits).has_value());
  }
  if (const auto settings = parse_argument(as_text(payload))) {
    const auto again = parse_argument(to_argument(*settings));
    fuzz::require(again && again->slot_memory_bytes_max == settings->slot_memory_bytes_max &&
                  again->data_bytes_max == settings->data_bytes_max && again->optimize == settings->optimize);
  }
  return 0;
}

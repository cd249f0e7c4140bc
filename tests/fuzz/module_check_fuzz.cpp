// Goal:   no bytes bring down what reads modules before any engine does: a module is refused with its fault's place, or accepted;
//         and what is accepted can be instrumented, into something that can be read again, or is refused then.
// Method: the input as a module, under every convention; twice, for the same answer.
#include "check.hpp"
#include "wasm/binary/check.hpp"
#include "wasm/binary/instrument.hpp"

namespace {

using namespace gstd;
using namespace gstd::wasm;

void require_refusal_of_the_module(const Error& error) {
  fuzz::require(error.code == ErrorCode::invalid_argument);
  fuzz::require(error.reason == "module_invalid");
  fuzz::require(!error.message.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const BytesView module{data, size};
  const auto info = read_module(module);
  if (!info) require_refusal_of_the_module(info.error());
  bool is_accepted = false;
  for (const auto convention : {GuestConvention::wasi, GuestConvention::env, GuestConvention::reactor}) {
    const auto checked = check_module(module, convention);
    const auto again = check_module(module, convention);
    fuzz::require(checked.has_value() == again.has_value());
    if (!checked) {
      require_refusal_of_the_module(checked.error());
      fuzz::require(checked.error().message == again.error().message);
      fuzz::require(checked.error().message.find("at byte ") != std::string::npos);
      continue;
    }
    fuzz::require(info.has_value());
    is_accepted = true;
  }
  if (!is_accepted) return 0;
  // Valid types are the engine's to check, so that the instrumentation sees modules here that it never sees in the sandbox.
  const auto instrumented = instrument(module);
  if (!instrumented) return require_refusal_of_the_module(instrumented.error()), 0;
  const auto reread = read_module(*instrumented);
  fuzz::require(reread.has_value());
  fuzz::require(reread->imports == info->imports);
  fuzz::require(reread->memory_pages_min == info->memory_pages_min);
  return 0;
}

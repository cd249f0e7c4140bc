// Goal:   no bytes bring down what reads modules before any engine does: a module is refused with its fault's place, or accepted,
//         and what is accepted can be described.
// Method: the input as a module, under every convention; twice, for the same answer.
#include "check.hpp"
#include "wasm/binary/check.hpp"

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
  }
  return 0;
}

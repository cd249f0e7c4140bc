// Goal:   no bytes bring the module check down, and what it accepts and the engine finds valid stays valid when it is instrumented.
// Method: the input is checked under every convention and described; a module that is accepted and valid is instrumented and
//         validated again. The same is done with modules made of the input, since random sizes rarely fit: its sections with sizes
//         that do, and a program whose function it is.
#include <gstd/wasm.hpp>

#include "check.hpp"
#include "wasm/binary/check.hpp"
#include "wasm/binary/instrument.hpp"
#ifdef GSTD_FUZZ_WITH_ENGINE
#include "wasm/engine.hpp"
#endif

namespace gstd::wasm {
namespace {

#ifdef GSTD_FUZZ_WITH_ENGINE
bool is_valid(BytesView module) {
  static const auto engine = [] {
    auto made = Engine::create({.slots = 1, .slot_memory_bytes_max = 1u << 20});
    fuzz::require(made.has_value());
    return *std::move(made);
  }();
  const ErrorHandle error{wasmtime_module_validate(engine->handle.get(), module.data(), module.size())};
  return !error;
}
#else
bool is_valid(BytesView) { return false; }
#endif

void require_refusal_of_the_module(const Error& error) {
  fuzz::require(error.code == ErrorCode::invalid_argument);
  fuzz::require(error.reason == "module_invalid");
  fuzz::require(error.message.find("at byte ") != std::string::npos);
}

void require_sound(BytesView module) {
  const auto info = read_module(module);
  if (!info) require_refusal_of_the_module(info.error());
  bool accepted = false;
  for (const auto convention : {GuestConvention::wasi, GuestConvention::env, GuestConvention::reactor}) {
    const auto checked = check_module(module, convention);
    if (!checked) {
      require_refusal_of_the_module(checked.error());
      fuzz::require(checked.error().message == check_module(module, convention).error().message);
    }
    fuzz::require(info.has_value() || !checked);
    if (info && info->convention == convention && !info->refusal) fuzz::require(checked.has_value());
    accepted = accepted || checked.has_value();
  }
  // The instrumentation need not notice that types are wrong, which is the engine's to say, but must survive it.
  const bool valid = is_valid(module);
  const auto changed = instrument(module);
  if (!changed) {
    require_refusal_of_the_module(changed.error());
    fuzz::require(!accepted || !valid);
    return;
  }
  const auto reread = read_module(*changed);
  fuzz::require(reread.has_value() && reread->imports == info->imports);
  if (valid) fuzz::require(is_valid(*changed));
}

// Sections whose sizes fit their contents, as far as the input goes.
Bytes with_sizes(BytesView input) {
  Bytes module{0, 'a', 's', 'm', 1, 0, 0, 0};
  while (input.size() >= 2) {
    const std::uint8_t id = input[0];
    const std::size_t size = std::min<std::size_t>(input[1], input.size() - 2);
    module.push_back(id);
    if (size >= 0x80) module.push_back(static_cast<std::uint8_t>(size | 0x80));
    module.push_back(static_cast<std::uint8_t>(size >= 0x80 ? size >> 7 : size));
    module.insert(module.end(), input.begin() + 2, input.begin() + 2 + static_cast<std::ptrdiff_t>(size));
    input = input.subspan(2 + size);
  }
  return module;
}

// A program whose only function is the input.
Bytes as_function(BytesView input) {
  constexpr std::size_t kInputBytesMax = 4000;  // so that two bytes hold each size
  const BytesView code = input.first(std::min(input.size(), kInputBytesMax));
  Bytes module{0, 'a', 's', 'm',  1,   0,   0,    0,                   //
               1, 9,   2,   0x60, 0,   0,   0x60, 2,   0x7f, 0x7e, 0,  // types
               3, 3,   2,   0,    1,                                   // functions
               4, 4,   1,   0x70, 0,   10,                             // table
               5, 3,   1,   0,    1,                                   // memory
               7, 19,  2,   6,    'm', 'e', 'm',  'o', 'r',  'y',  2, 0, 6, '_', 's', 't', 'a', 'r', 't', 0, 0};
  const auto two_bytes = [&module](std::size_t value) {
    module.push_back(static_cast<std::uint8_t>((value & 0x7f) | 0x80));
    module.push_back(static_cast<std::uint8_t>(value >> 7));
  };
  const std::size_t body = 1 + code.size() + 1;
  module.push_back(10);
  two_bytes(1 + 3 + 2 + body);
  module.insert(module.end(), {2, 2, 0, 0x0b});
  two_bytes(body);
  module.push_back(0);
  module.insert(module.end(), code.begin(), code.end());
  module.push_back(0x0b);
  return module;
}

}  // namespace
}  // namespace gstd::wasm

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gstd;
  const BytesView input{data, size};
  wasm::require_sound(input);
  wasm::require_sound(wasm::with_sizes(input));
  wasm::require_sound(wasm::as_function(input));
  return 0;
}

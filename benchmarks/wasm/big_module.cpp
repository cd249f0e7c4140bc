#include "wasm/big_module.hpp"

#include <array>
#include <string_view>

namespace gstd::bench {
namespace {

// Opcodes and types of the WebAssembly core specification, sections 5.3 and 5.4.
enum : std::uint8_t {
  kLoop = 0x03,
  kEnd = 0x0b,
  kBrIf = 0x0d,
  kCall = 0x10,
  kDrop = 0x1a,
  kLocalGet = 0x20,
  kLocalSet = 0x21,
  kLocalTee = 0x22,
  kI32Load = 0x28,
  kI32Const = 0x41,
  kI32LtU = 0x49,
  kI32Add = 0x6a,
  kI32And = 0x71,
  kEmptyBlock = 0x40,
  kI32 = 0x7f,
  kFunctionType = 0x60,
};
constexpr std::array<std::uint8_t, 7> kOperators{0x6a, 0x6b, 0x6c, 0x72, 0x73, 0x77, 0x78};  // add sub mul or xor rotl rotr
constexpr unsigned kStepsPerFunction = 100;
constexpr std::uint32_t kAddressMask = 0x7ffc;  // within the only page

void put_unsigned(Bytes& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<std::uint8_t>(value | 0x80));
  out.push_back(static_cast<std::uint8_t>(value));
}

void put_signed(Bytes& out, std::int64_t value) {
  for (; value < -64 || value > 63; value >>= 7) out.push_back(static_cast<std::uint8_t>((value & 0x7f) | 0x80));
  out.push_back(static_cast<std::uint8_t>(value & 0x7f));
}

void put(Bytes& out, std::initializer_list<int> bytes) {
  for (const int byte : bytes) out.push_back(static_cast<std::uint8_t>(byte));
}

void put_constant(Bytes& out, std::int32_t value) {
  out.push_back(kI32Const);
  put_signed(out, value);
}

void put_sized(Bytes& out, const Bytes& content) {
  put_unsigned(out, content.size());
  out.insert(out.end(), content.begin(), content.end());
}

void put_name(Bytes& out, std::string_view name) {
  put_unsigned(out, name.size());
  out.insert(out.end(), name.begin(), name.end());
}

void put_section(Bytes& out, std::uint8_t id, const Bytes& content) {
  out.push_back(id);
  put_sized(out, content);
}

std::uint64_t draw(Random& random) {
  std::uint8_t bytes[8];
  random.fill(bytes);
  std::uint64_t value = 0;
  for (const std::uint8_t byte : bytes) value = value << 8 | byte;
  return value;
}

// Parameter 0 goes round the loop in local 2; local 1 counts.
Bytes make_function(Random& random) {
  Bytes body;
  put(body, {1, 2, kI32, kLocalGet, 0, kLocalSet, 2, kLoop, kEmptyBlock, kLocalGet, 2});
  for (unsigned step = 0; step < kStepsPerFunction; ++step) {
    const std::uint64_t drawn = draw(random);
    if (drawn % 4 == 0) {
      put_constant(body, kAddressMask);
      put(body, {kI32And, kI32Load, 2});
      put_unsigned(body, drawn >> 8 & kAddressMask);
    } else {
      if (drawn % 4 == 1)
        put(body, {kLocalGet, 0});
      else
        put_constant(body, static_cast<std::int32_t>(drawn >> 32));
      body.push_back(kOperators[drawn / 4 % kOperators.size()]);
    }
  }
  put(body,
      {kLocalSet, 2, kLocalGet, 1, kI32Const, 1, kI32Add, kLocalTee, 1, kI32Const, 4, kI32LtU, kBrIf, 0, kEnd, kLocalGet, 2, kEnd});
  return body;
}

}  // namespace

Bytes make_big_module(std::size_t bytes) {
  SeededRandom random{1};
  Bytes bodies;
  std::uint32_t functions = 0;
  for (; bodies.size() < bytes; ++functions) put_sized(bodies, make_function(random));
  Bytes start;
  put(start, {0, kI32Const, 7, kCall, 0, kDrop, kEnd});
  put_sized(bodies, start);

  Bytes types, declared, memory, exports, code;
  put(types, {2, kFunctionType, 1, kI32, 1, kI32, kFunctionType, 0, 0});
  put_unsigned(declared, functions + 1);
  declared.resize(declared.size() + functions, 0);
  declared.push_back(1);
  put(memory, {1, 0, 1});
  exports.push_back(2);
  put_name(exports, "memory");
  put(exports, {2, 0});
  put_name(exports, "_start");
  exports.push_back(0);
  put_unsigned(exports, functions);
  put_unsigned(code, functions + 1);
  code.insert(code.end(), bodies.begin(), bodies.end());

  Bytes module;
  put(module, {0x00, 'a', 's', 'm', 1, 0, 0, 0});
  put_section(module, 1, types);
  put_section(module, 3, declared);
  put_section(module, 5, memory);
  put_section(module, 7, exports);
  put_section(module, 10, code);
  return module;
}

}  // namespace gstd::bench

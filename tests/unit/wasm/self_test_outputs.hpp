// What the cases of tests/guests/self_test.wat put out, computed without WebAssembly.
#pragma once

#include <gstd/base.hpp>

#include <bit>
#include <cmath>
#include <cstring>

#include "wasm/digest.hpp"

namespace gstd::wasm {

template <class T>
void append(Bytes& out, T value) {
  const std::size_t at = out.size();
  out.resize(at + sizeof value);
  std::memcpy(out.data() + at, &value, sizeof value);  // both sides are little-endian
}

inline Bytes self_test_integers() {
  std::uint64_t a = 0x243f6a8885a308d3u, sum = 0;
  for (std::uint32_t i = 0; i < 1000; ++i) {
    a = a * 6364136223846793005u + 1442695040888963407u;
    const auto b = static_cast<std::uint64_t>(static_cast<std::int64_t>(a) >> 17) | 1;
    const std::uint64_t c = std::rotl(a, static_cast<int>(b & 63));
    const auto b_signed = static_cast<std::int64_t>(b), c_signed = static_cast<std::int64_t>(c);
    const auto remainder = static_cast<std::uint64_t>(c_signed % b_signed);
    const auto quotient = static_cast<std::uint64_t>(static_cast<std::int64_t>(c >> 1) / b_signed);
    sum = std::rotr(sum, 59) ^ (c / b + (remainder - quotient));
    sum += static_cast<std::uint64_t>(std::countl_zero(c)) * static_cast<std::uint64_t>(std::countr_zero(a) + std::popcount(b));
    const auto x = static_cast<std::uint32_t>(a >> 32);
    const std::uint32_t y = std::rotl(x * 0x9e3779b1u, static_cast<int>(i & 31));
    const auto low8 = static_cast<std::uint32_t>(static_cast<std::int8_t>(x));
    const auto low16 = static_cast<std::uint32_t>(static_cast<std::int16_t>(y));
    const auto shifted = static_cast<std::uint32_t>(static_cast<std::int32_t>(x) >> 7);
    const auto z = static_cast<std::int32_t>((y % (i | 1)) ^ (low8 + (low16 - shifted)));
    sum += static_cast<std::int32_t>(x) < z ? static_cast<std::uint64_t>(static_cast<std::int64_t>(z)) : x;
  }
  Bytes out;
  append(out, sum);
  return out;
}

inline std::uint64_t saturated(double value) {
  if (!(value > 0)) return 0;
  return value >= 0x1p64 ? UINT64_MAX : static_cast<std::uint64_t>(value);
}

// One operation per statement, since a compiler may fuse those of one expression.
inline Bytes self_test_floats() {
  double x = 1.5;
  float y = 0.75f;
  std::uint64_t sum = 0;
  for (std::uint32_t i = 0; i < 1000; ++i) {
    double square = x * x;
    square += static_cast<double>(i);
    double scale = x * 0.001;
    scale += 1.0625;
    x = std::sqrt(square) / scale;
    const float part = static_cast<float>(x) * 0.3f;
    const float rest = y / 7.0f;
    y = part - rest;
    sum = std::rotl(sum, 5) + (std::bit_cast<std::uint64_t>(x) ^ std::bit_cast<std::uint32_t>(y));
    const double thousands = std::floor(static_cast<double>(y)) * 1000;
    const double rounded = std::nearbyint(x) + thousands;
    sum += static_cast<std::uint64_t>(static_cast<std::int64_t>(rounded));
    const double highest = std::fmax(std::ceil(x), std::trunc(x));
    sum ^= saturated(highest * std::copysign(1e18, static_cast<double>(y)));
  }
  Bytes out;
  append(out, sum);
  append(out, 0x1p-1060 * 0x1.8p-10);
  append(out, 0x1p-126f / 3);
  return out;
}

// Canonical where an operation makes or passes on a NaN; as it stands where its bits are only moved or its sign is changed.
inline Bytes self_test_nans() {
  constexpr std::uint64_t kNan64 = 0x7ff8000000000000u;
  constexpr std::uint32_t kNan32 = 0x7fc00000u;
  Bytes out;
  for (int i = 0; i < 6; ++i) append(out, kNan64);
  append(out, kNan32);
  append(out, kNan32);
  append(out, 0xffa12345u ^ 0x80000000u);
  append(out, kNan32);
  append(out, 0.5f);
  append(out, -2.0f);
  append(out, kNan32);
  append(out, kNan64);
  append(out, 1.5);
  return out;
}

template <class T>
using Lanes = std::array<T, 16 / sizeof(T)>;

inline Bytes self_test_vectors() {
  Lanes<std::uint32_t> v{0x01234567, 0x89abcdef, 0xdeadbeef, 0x31415926}, w{0x9e3779b9, 0x7f4a7c15, 0xf39cc060, 0x5cedc834}, sum{};
  constexpr Lanes<std::uint8_t> kFrom{13, 2, 7, 24, 1, 30, 11, 20, 5, 18, 9, 28, 3, 22, 15, 16};
  for (std::uint32_t i = 0; i < 300; ++i) {
    for (std::size_t k = 0; k < 4; ++k) v[k] = v[k] * w[k] + i;
    const auto v8 = std::bit_cast<Lanes<std::uint8_t>>(v), before = std::bit_cast<Lanes<std::uint8_t>>(w);
    Lanes<std::uint8_t> w8, saturating;
    for (std::size_t k = 0; k < 16; ++k) w8[k] = kFrom[k] < 16 ? v8[kFrom[k]] : before[kFrom[k] - 16u];
    w = std::bit_cast<Lanes<std::uint32_t>>(w8);
    std::uint32_t signs = 0;
    for (std::size_t k = 0; k < 16; ++k) {
      saturating[k] = static_cast<std::uint8_t>(std::min(255, v8[k] + w8[k]));
      signs |= static_cast<std::uint32_t>(w8[k] >> 7) << k;
    }
    auto sum64 = std::bit_cast<Lanes<std::uint64_t>>(sum);
    const auto mixed = std::bit_cast<Lanes<std::uint64_t>>(saturating);
    for (std::size_t k = 0; k < 2; ++k) sum64[k] = (sum64[k] << 3) ^ mixed[k];
    sum = std::bit_cast<Lanes<std::uint32_t>>(sum64);
    const auto v16 = std::bit_cast<Lanes<std::int16_t>>(v), w16 = std::bit_cast<Lanes<std::int16_t>>(w);
    for (std::size_t k = 0; k < 4; ++k) {
      const std::int64_t dot = std::int64_t{v16[2 * k]} * w16[2 * k] + std::int64_t{v16[2 * k + 1]} * w16[2 * k + 1];
      sum[k] += static_cast<std::uint32_t>(dot) - signs;
    }
    auto counts = std::bit_cast<Lanes<std::uint8_t>>(sum);
    for (auto& byte : counts) byte = static_cast<std::uint8_t>(std::popcount(byte));
    for (std::size_t k = 0; k < 4; ++k)
      if (static_cast<std::int32_t>(v[k]) <= static_cast<std::int32_t>(w[k]))
        sum[k] = std::bit_cast<Lanes<std::uint32_t>>(counts)[k];
  }
  Bytes out;
  for (const auto lane : sum) append(out, lane);
  return out;
}

inline Bytes self_test_memory() {
  Bytes out;
  for (const std::int32_t value : {1, 1, -1, 3, 0}) append(out, value);
  append(out, 0xabcd0000u);
  out.resize(64, 0x5a);
  std::memcpy(out.data() + 26, "passive", 7);
  std::memmove(out.data() + 29, out.data() + 26, 30);
  const std::int64_t widened = static_cast<std::int32_t>(0xabcd0000u);
  std::memcpy(out.data() + 56, &widened, sizeof widened);
  return out;
}

// The clock starts at 0 and advances by a millisecond with each reading; the random bytes are those of wasi_random.cpp's formula.
inline Bytes self_test_host(const Digest& module, std::uint8_t selector) {
  Bytes out;
  append(out, std::uint64_t{0});
  for (const std::uint64_t ns : {0u, 1'000'000u, 2'000'000u}) append(out, ns);
  append(out, std::uint32_t{0});
  const auto digest = [](std::initializer_list<BytesView> parts) { return *sha256(parts); };
  const Digest seed = digest({as_bytes("gstd wasm random v1"), module.view(), digest({BytesView{&selector, 1}}).view()});
  for (std::uint64_t block = 0; block < 2; ++block) {
    Bytes counter;
    append(counter, block);
    const Digest drawn = digest({seed.view(), counter});
    out.insert(out.end(), drawn.bytes.begin(), block == 0 ? drawn.bytes.end() : drawn.bytes.begin() + 4);
  }
  return out;
}

}  // namespace gstd::wasm

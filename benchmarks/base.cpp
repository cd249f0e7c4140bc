// Text forms of bytes, which every message passes through. Peers: OpenSSL's and libsodium's own.
#include <gstd/base.hpp>

#include <benchmark/benchmark.h>
#include <openssl/evp.h>
#include <sodium.h>

namespace {

// The size of a compiled guest in a task message, and not a multiple of three.
constexpr std::size_t kBytes = 64 * 1024 + 1;

const gstd::Bytes& plain() {
  static const gstd::Bytes bytes = [] {
    gstd::Bytes out(kBytes);
    gstd::SeededRandom{1}.fill(out);
    return out;
  }();
  return bytes;
}

void count_bytes(benchmark::State& state) { state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(kBytes)); }

void base64_encode(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(gstd::encode_base64(plain()));
  count_bytes(state);
}
BENCHMARK(base64_encode);

void base64_encode_openssl(benchmark::State& state) {
  for (auto _ : state) {
    std::string out((kBytes + 2) / 3 * 4 + 1, '\0');
    EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), plain().data(), static_cast<int>(kBytes));
    benchmark::DoNotOptimize(out);
  }
  count_bytes(state);
}
BENCHMARK(base64_encode_openssl);

void base64_decode(benchmark::State& state) {
  const std::string text = gstd::encode_base64(plain());
  for (auto _ : state) benchmark::DoNotOptimize(gstd::decode_base64(text));
  count_bytes(state);
}
BENCHMARK(base64_decode);

void base64_decode_openssl(benchmark::State& state) {
  const std::string text = gstd::encode_base64(plain());
  for (auto _ : state) {
    gstd::Bytes out(text.size() / 4 * 3);
    EVP_DecodeBlock(out.data(), reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
    benchmark::DoNotOptimize(out);
  }
  count_bytes(state);
}
BENCHMARK(base64_decode_openssl);

void hex_encode(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(gstd::encode_hex(plain()));
  count_bytes(state);
}
BENCHMARK(hex_encode);

void hex_encode_libsodium(benchmark::State& state) {
  for (auto _ : state) {
    std::string out(2 * kBytes + 1, '\0');
    sodium_bin2hex(out.data(), out.size(), plain().data(), plain().size());
    benchmark::DoNotOptimize(out);
  }
  count_bytes(state);
}
BENCHMARK(hex_encode_libsodium);

}  // namespace

// An embedder's program: the smallest that needs every library which gstd::gstd brings along.
#include <gstd/crypto.hpp>
#include <gstd/version.hpp>
#include <gstd/wasm.hpp>

#include <cstdio>

int main() {
  const auto seed = gstd::SigningKey::from_seed(gstd::as_bytes("too short"));
  const auto sandbox = gstd::wasm::Sandbox::create({.slots = 0});
  if (seed || sandbox) return 1;
  std::printf("gstd %s\n", GSTD_VERSION_STRING);
}

#include <gstd/sealing.hpp>

#include "crypto/canonical.hpp"

namespace gstd {

std::string_view to_string(SealingSuite suite) noexcept {
  switch (suite) {
    case SealingSuite::compat:
      return "compat";
    case SealingSuite::x25519_aes256gcm:
      return "x25519-aes256gcm";
  }
  return "unknown";
}

std::optional<SealingSuite> parse_sealing_suite(std::string_view name) noexcept {
  for (const auto suite : {SealingSuite::compat, SealingSuite::x25519_aes256gcm})
    if (to_string(suite) == name) return suite;
  return std::nullopt;
}

Bytes encode_sealing_context(const SealingContext& context) {
  return canonical::labelled("gstd-sealed-stream-v1")
      .enumerator(context.suite)
      .text(context.task.str())
      .number(context.attempt)
      .enumerator(context.direction)
      .fixed(context.sender)
      .take();
}

Bytes encode_wrap_context(const WrapContext& context) {
  return canonical::labelled("gstd-key-wrap-v1")
      .enumerator(SealingSuite::x25519_aes256gcm)
      .text(context.task.str())
      .number(context.attempt)
      .enumerator(context.direction)
      .fixed(context.sender)
      .fixed(context.recipient)
      .take();
}

}  // namespace gstd

#include <gstd/sealing.hpp>

#include "crypto/fields.hpp"

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
  return Fields{"gstd-sealed-stream-v1"}
      .number(context.suite)
      .text(context.task.str())
      .number(context.attempt)
      .number(context.direction)
      .fixed(context.sender.view())
      .take();
}

Bytes encode_wrap_context(const WrapContext& context) {
  return Fields{"gstd-key-wrap-v1"}
      .number(SealingSuite::x25519_aes256gcm)
      .text(context.task.str())
      .number(context.attempt)
      .number(context.direction)
      .fixed(context.sender.view())
      .fixed(context.recipient.view())
      .take();
}

}  // namespace gstd

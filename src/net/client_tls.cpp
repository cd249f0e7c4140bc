#include "net/client_tls.hpp"

#include <algorithm>
#include <array>

#include "net/tls_files.hpp"

namespace gstd::net {
namespace {

constexpr std::string_view kPinPrefix = "sha256//";
constexpr std::size_t kSha256Bytes = 32;

// Keys in use and their successors, not a list of authorities; keeps the joined text far below what libcurl takes.
constexpr std::size_t kPinsMax = 64;

bool is_pin(std::string_view text) {
  if (!text.starts_with(kPinPrefix)) return false;
  const auto digest = decode_base64(text.substr(kPinPrefix.size()));
  return digest && digest->size() == kSha256Bytes;
}

}  // namespace

Result<void> check_client_tls(const HttpClientOptions& options) {
  const auto invalid = [](std::string message, std::string reason) {
    return Error{ErrorCode::invalid_argument, std::move(message), std::move(reason)};
  };
  const auto& pins = options.pinned_public_keys;
  if (pins.size() > kPinsMax) return invalid("there are more than 64 pinned_public_keys; pin fewer", "pinned_public_keys");
  if (!std::all_of(pins.begin(), pins.end(), is_pin))
    return invalid(
        "pinned_public_keys holds something other than \"sha256//\" and the base64 of a SHA-256 digest; see "
        "HttpClientOptions for how to make one",
        "pinned_public_keys");
  if (options.client_certificate_file.empty() && options.client_key_file.empty()) return {};
  if (options.client_certificate_file.empty() || options.client_key_file.empty())
    return invalid("client_certificate_file and client_key_file go together; name both",
                   options.client_key_file.empty() ? "client_key_file" : "client_certificate_file");
  return check_key_pair(options.client_certificate_file, "client_certificate_file", options.client_key_file, "client_key_file");
}

std::string joined_pins(const HttpClientOptions& options) {
  std::string joined;
  for (const std::string& pin : options.pinned_public_keys) joined += (joined.empty() ? "" : ";") + pin;
  return joined;
}

bool is_about_client_certificate(std::string_view detail) noexcept {
  constexpr std::string_view kAlert = " alert ";
  constexpr std::array<std::string_view, 3> kAbout{"certificate", "unknown ca", "access denied"};
  const auto alert = detail.find(kAlert);
  if (alert == std::string_view::npos) return false;
  const std::string_view name = detail.substr(alert + kAlert.size());
  return std::any_of(kAbout.begin(), kAbout.end(),
                     [&](std::string_view word) { return name.find(word) != std::string_view::npos; });
}

}  // namespace gstd::net

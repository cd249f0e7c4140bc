#include "coordinator/sessions.hpp"

#include <gstd/crypto.hpp>

#include <algorithm>

namespace gstd::coordinator {
namespace {

constexpr std::string_view kBearer = "Bearer ";

Error session_invalid() {
  return {ErrorCode::unauthenticated, "there is no such session, or it has ended; log in again with POST /users/login",
          "session_invalid"};
}

bool is_named(const net::Headers::Field& field, std::string_view lower_case) {
  return std::equal(field.name.begin(), field.name.end(), lower_case.begin(), lower_case.end(),
                    [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; });
}

// All that a request offers, borrowed from it. Other kinds of Authorization are a proxy's business.
std::vector<std::string_view> tokens_of(const net::Request& request) {
  std::vector<std::string_view> tokens;
  for (const auto& field : request.headers) {
    if (is_named(field, "x-session-token"))
      tokens.push_back(field.value);
    else if (is_named(field, "authorization") && field.value.starts_with(kBearer))
      tokens.push_back(std::string_view(field.value).substr(kBearer.size()));
  }
  return tokens;
}

}  // namespace

bool has_session_token(const net::Request& request) { return !tokens_of(request).empty(); }

Result<store::Session> session_of(const Services& services, const net::Request& request) {
  const auto tokens = tokens_of(request);
  if (tokens.empty())
    return Error{ErrorCode::unauthenticated,
                 "this call wants a session; log in with POST /users/login and send its token as X-Session-Token",
                 "session_missing"};
  if (tokens.size() != 1 || tokens[0].size() != SessionToken::kChars) return session_invalid();
  const Digest digest = digest_of_token(tokens[0]);
  std::optional<store::Session> session;
  auto read = services.read([&](store::Transaction& records) -> Result<void> {
    auto live = live_session(records, digest, services.clock().now());
    if (!live) return std::move(live).error();
    session = *std::move(live);
    return {};
  });
  if (!read) return std::move(read).error();
  return *std::move(session);
}

Result<store::Session> live_session(store::Transaction& records, const Digest& token_sha256, Timestamp now) {
  auto session = records.session(token_sha256);
  if (session && now < session->expires_at) return session;
  if (session || session.error().code == ErrorCode::not_found) return session_invalid();
  return session;
}

Digest digest_of_token(std::string_view token) { return sha256(as_bytes(token)); }

Timestamp renewable_until(const LoginOptions& options, const store::Session& session) {
  return session.created_at + options.session_age_max;
}

Timestamp session_end(const LoginOptions& options, const store::Session& session, Timestamp now) {
  return std::min(now + options.session_time, renewable_until(options, session));
}

}  // namespace gstd::coordinator

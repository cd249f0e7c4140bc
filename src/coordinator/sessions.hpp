// Sessions: what a wallet may do for a while after it has proven itself. A token is looked up by its SHA-256 alone, so that nothing
// compares secrets, and whoever reads the store cannot act as anybody.
//
// Tokens travel in header fields that no browser adds by itself, never in cookies, so that another site's page cannot make a
// browser send one.
#pragma once

#include <gstd/net.hpp>
#include <gstd/store.hpp>

#include "coordinator/services.hpp"

namespace gstd::coordinator {

/// A wallet's owner has a few browsers and programs; more than this are forgotten ones.
inline constexpr std::uint64_t kSessionsPerWalletMax = 32;
/// Some 200 MB of database. A session costs its owner a signature and, as long as a day, nothing else.
inline constexpr std::uint64_t kSessionsMax = 1'000'000;

/// Whether a request has a token at all, good or bad.
bool has_session_token(const net::Request& request);

/// The session whose token a request carries, as X-Session-Token or Authorization: Bearer, once.
/// Errors: unauthenticated, reason "session_missing": there is no token; reason "session_invalid": there is more than one, or none
/// of a live session. What was never issued, is over, and was ended is not told apart.
Result<store::Session> session_of(const Services& services, const net::Request& request);

/// Errors: unauthenticated, reason "session_invalid", as above.
Result<store::Session> live_session(store::Transaction& records, const Digest& token_sha256, Timestamp now);

/// The digest under which a token's session is kept.
Digest digest_of_token(std::string_view token);

/// The last moment to which a session can be extended, and its end if it is extended now.
Timestamp renewable_until(const LoginOptions& options, const store::Session& session);
Timestamp session_end(const LoginOptions& options, const store::Session& session, Timestamp now);

}  // namespace gstd::coordinator

// What a login has to prove, in either of its forms.
#pragma once

#include <gstd/ton.hpp>

#include "coordinator/call.hpp"

namespace gstd::coordinator {

/// Errors: invalid_argument, reason "options".
Result<void> check_login_options(const LoginOptions& options);

/// For which domains proofs are taken here.
std::vector<std::string> login_domains(Services& services);

/// Somebody who has proven to hold a wallet, or the reason why not; and what a transaction has to use up first, lest the same proof
/// counts twice.
struct LoginAttempt {
  Result<ton::ProvenWallet> wallet;
  std::string payload{};                      ///< One of ours, for use_login_payload().
  std::optional<protocol::SignedBy> nonce{};  ///< Of the platform's form: the client's own, with the time of its login.
};

/// Reads and judges the body of POST /users/login.
/// Errors: invalid_argument: it is not a login. failed_precondition, reason "compat_off": it is the platform's, which is not taken
///         here. unauthenticated, reason "login_payload": the payload is not open.
Result<LoginAttempt> judge_login(Call& call);

/// The payload was not issued here, or is used, or too old.
Error login_payload_not_open();

}  // namespace gstd::coordinator

#include "coordinator/call.hpp"

#include "coordinator/sessions.hpp"

namespace gstd::coordinator {

Result<void> Call::write(const std::function<Result<void>(Mutation&)>& work) {
  auto written = services_.write([&](Mutation& mutation) -> Result<void> {
    if (identity && identity->signed_by)
      if (auto used = use_nonce(mutation.records(), *identity->signed_by, mutation.now()); !used) return used;
    // It may have been ended while the request waited for its turn.
    if (identity && identity->session)
      if (auto live = live_session(mutation.records(), identity->session->token_sha256, mutation.now()); !live)
        return std::move(live).error();
    return work(mutation);
  });
  if (written) nonce_spent_ = true;
  return written;
}

Result<void> Call::spend_nonce() {
  if (nonce_spent_ || !identity || !identity->signed_by) return {};
  return write([](Mutation&) -> Result<void> { return {}; });
}

}  // namespace gstd::coordinator

#include "coordinator/call.hpp"

namespace gstd::coordinator {

Result<void> Call::write(const std::function<Result<void>(Mutation&)>& work) {
  auto written = services_.write([&](Mutation& mutation) -> Result<void> {
    if (identity)
      if (auto used = use_nonce(mutation.records(), identity->signed_by, mutation.now()); !used) return used;
    return work(mutation);
  });
  if (written) nonce_spent_ = true;
  return written;
}

Result<void> Call::spend_nonce() {
  if (nonce_spent_) return {};
  return write([](Mutation&) -> Result<void> { return {}; });
}

}  // namespace gstd::coordinator

#include "coordinator/granting.hpp"

#include <algorithm>

namespace gstd::coordinator {

bool Granting::arrive(const WalletId& wallet, std::chrono::milliseconds waiting) {
  std::lock_guard lock(mutex_);
  const auto now = clock_.steady();
  std::erase_if(until_, [now](const auto& entry) { return entry.second <= now; });
  const auto until = now + waiting + kPresence;
  const auto found = until_.find(wallet);
  if (found != until_.end()) {
    found->second = std::max(found->second, until);
    return false;
  }
  if (until_.size() >= kRequestersMax) return false;
  until_.emplace(wallet, until);
  return true;
}

void Granting::leave(const WalletId& wallet) {
  std::lock_guard lock(mutex_);
  until_.erase(wallet);
}

std::set<WalletId> Granting::there() const {
  std::lock_guard lock(mutex_);
  const auto now = clock_.steady();
  std::set<WalletId> wallets;
  for (const auto& [wallet, until] : until_)
    if (until > now) wallets.insert(wallet);
  return wallets;
}

}  // namespace gstd::coordinator

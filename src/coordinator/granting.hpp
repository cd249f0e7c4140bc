// Which requesters are there to grant keys. An encrypted task whose requester is away is shown to nobody: its workers would pay for
// claims and then wait for a key in vain.
#pragma once

#include <gstd/base.hpp>

#include <map>
#include <mutex>
#include <set>

namespace gstd::coordinator {

/// Kept in memory alone: who is there asks again within kPresence. May be shared between threads.
class Granting {
 public:
  /// How long a requester counts as there after it has asked which keys are wanted, or has stopped to wait for the answer. Twice
  /// and a bit what a client waits for events in between.
  static constexpr std::chrono::seconds kPresence{45};
  /// Who is there and has not granted a key after so long counts as away.
  static constexpr std::chrono::seconds kGrantTime{10};
  /// Requesters that are known at once, each part of every question for work; who comes beyond is not known, and its tasks wait.
  static constexpr std::size_t kRequestersMax = 4'096;

  explicit Granting(const Clock& clock) : clock_(clock) {}

  /// `wallet` is there, for so long as it waits and for kPresence. True: it was not before.
  bool arrive(const WalletId& wallet, std::chrono::milliseconds waiting);
  /// It did not grant in time: until it asks again it is not there.
  void leave(const WalletId& wallet);
  std::set<WalletId> there() const;

 private:
  const Clock& clock_;
  mutable std::mutex mutex_;
  std::map<WalletId, std::chrono::nanoseconds> until_;  // guarded by mutex_
};

}  // namespace gstd::coordinator

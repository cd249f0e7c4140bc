// One write transaction with its moment and what it changed, so that whoever waits can be woken after the commit.
#pragma once

#include <gstd/store.hpp>

namespace gstd::coordinator {

/// Lives as long as one run of a store's work; a run that is repeated gets a new one. Not shared between threads.
class Mutation {
 public:
  Mutation(store::Transaction& records, Timestamp now) : records_(records), now_(now) {}

  store::Transaction& records() noexcept { return records_; }
  Timestamp now() const noexcept { return now_; }

  /// Stores what `before` becomes. Errors: those of `change` and of Transaction::apply().
  Result<Task> apply(const Task& before, Result<Change> change);

  /// Keys or sessions of that wallet are not what they were: whoever is connected in its name is looked at again.
  void note_identity_change(const WalletId& wallet) { identity_changes_.push_back(wallet); }

  const std::vector<store::Event>& events() const noexcept { return events_; }
  /// When the earliest task that was put off by this transaction becomes claimable.
  std::optional<Timestamp> due() const noexcept { return due_; }
  const std::vector<WalletId>& identity_changes() const noexcept { return identity_changes_; }

 private:
  store::Transaction& records_;
  Timestamp now_;
  std::vector<store::Event> events_;
  std::optional<Timestamp> due_;
  std::vector<WalletId> identity_changes_;
};

}  // namespace gstd::coordinator

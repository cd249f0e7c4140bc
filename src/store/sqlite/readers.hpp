#pragma once

#include "store/sqlite/database.hpp"

#include <gstd/store.hpp>

#include <condition_variable>

namespace gstd::store::sqlite {

/// Connections for questions. Threads: any may call run(); more callers than connections wait for one.
class Readers {
 public:
  explicit Readers(std::vector<Database> connections) : free_(std::move(connections)) {}

  /// Runs `work` on the snapshot that its first question finds.
  Result<void> run(const Store::Work& work);

 private:
  class Borrowed;

  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<Database> free_;  // guarded by mutex_
};

}  // namespace gstd::store::sqlite

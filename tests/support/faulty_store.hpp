// A store whose storage fails on command, as a full disk, a file that became read-only or a damaged one would.
#pragma once

#include <gstd/store.hpp>

#include <atomic>

#include "store/read_only.hpp"

namespace gstd::test {

class FaultyStore final : public store::Store {
 public:
  explicit FaultyStore(std::shared_ptr<store::Store> inner) : inner_(std::move(inner)) {}

  std::atomic<bool> writes_fail{false};
  std::atomic<bool> reads_fail{false};
  std::atomic<bool> blob_reads_fail{false};  ///< Only the reads of contents do: of modules, inputs and outputs.
  std::atomic<bool> is_damaged{false};       ///< What fails fails for damage.

  /// The work is done and then undone: a commit that fails comes after everything else.
  Result<void> write(const Work& work) override {
    return inner_->write([&](store::Transaction& records) -> Result<void> {
      if (auto done = work(records); !done) return done;
      return writes_fail ? failure() : Result<void>{};
    });
  }
  Result<void> read(const Work& work) override {
    if (reads_fail) return failure();
    if (!blob_reads_fail) return inner_->read(work);
    return inner_->read([&](store::Transaction& records) {
      WithoutBlobs rest(records);
      return work(rest);
    });
  }

 private:
  static Error full() { return {ErrorCode::unavailable, "database or disk is full", "storage"}; }

  class WithoutBlobs final : public store::ReadOnly {
   public:
    using ReadOnly::ReadOnly;
    Result<Bytes> blob(const Digest&) override { return full(); }
  };

  Result<void> failure() const {
    if (is_damaged) return Error{ErrorCode::data_loss, "database disk image is malformed", "database_damaged"};
    return full();
  }

  std::shared_ptr<store::Store> inner_;
};

}  // namespace gstd::test

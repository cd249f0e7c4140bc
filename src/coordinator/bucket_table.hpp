// A bounded number of token buckets, one for each name that was seen of late.
#pragma once

#include <gstd/base.hpp>

#include <mutex>
#include <unordered_map>

#include "coordinator/token_bucket.hpp"

namespace gstd::coordinator {

/// Names are hashed with a key that is random and this table's own, so that nobody can pick names that fall together.
///
/// What is dropped to make room is full, and so no different from a new one: nobody gains by having others, or many names of one's
/// own, push a bucket out. Where nothing is full, names without a bucket share some, again by their hash, until there is room.
/// May be shared between threads.
class BucketTable {
 public:
  /// Buckets of their own. 64 bytes each, so that a full table takes some 5 MiB.
  static constexpr std::size_t kBucketsMax = 65'536;

  /// `terms` have been checked.
  BucketTable(const RateLimit& terms, Random& random, std::size_t buckets_max = kBucketsMax);

  /// Nothing: taken. Else how long until the tokens are there.
  std::optional<std::chrono::nanoseconds> take(BytesView name, std::uint32_t tokens, std::chrono::nanoseconds now);
  /// Tokens that were taken and turned out not to be the name's to pay.
  void give_back(BytesView name, std::uint32_t tokens);

  /// How many buckets of their own there are.
  std::size_t size() const;

 private:
  // A lock for each: the threads of one server seldom meet.
  static constexpr std::size_t kShards = 16;
  static constexpr std::size_t kSharedPerShard = 64;
  // Looking for full buckets costs a look at each; those who flood a table with names must not have that done for every one.
  static constexpr std::chrono::milliseconds kSweepPause{100};

  using Name = std::array<std::uint64_t, 2>;
  struct HashName {
    std::size_t operator()(const Name& name) const noexcept { return static_cast<std::size_t>(name[0]); }
  };
  struct Shard {
    mutable std::mutex mutex;  // guards all below
    std::unordered_map<Name, TokenBucket, HashName> buckets;
    std::vector<TokenBucket> shared;
    std::chrono::nanoseconds swept_at{std::chrono::nanoseconds::min()};
  };

  Name hash(BytesView name) const;
  TokenBucket& find(Shard& shard, const Name& name, std::chrono::nanoseconds now);

  const RateLimit terms_;
  const std::size_t per_shard_max_;
  std::array<std::uint8_t, 32> key_{};
  std::array<Shard, kShards> shards_;
};

}  // namespace gstd::coordinator

#include "coordinator/bucket_table.hpp"

#include <gstd/crypto.hpp>

#include <cstring>

namespace gstd::coordinator {

BucketTable::BucketTable(const RateLimit& terms, Random& random, std::size_t buckets_max)
    : terms_(terms), per_shard_max_(std::max<std::size_t>(buckets_max / kShards, 1)) {
  random.fill(key_);
}

// Names are short and from outside; the key comes first, and has a fixed length.
BucketTable::Name BucketTable::hash(BytesView name) const {
  Bytes keyed(key_.begin(), key_.end());
  keyed.insert(keyed.end(), name.begin(), name.end());
  const Digest digest = sha256(keyed);
  Name hashed{};
  static_assert(sizeof hashed <= Digest::kSize);
  std::memcpy(hashed.data(), digest.bytes.data(), sizeof hashed);
  return hashed;
}

// The shard's lock is held.
TokenBucket& BucketTable::find(Shard& shard, const Name& name, std::chrono::nanoseconds now) {
  auto& buckets = shard.buckets;
  if (const auto found = buckets.find(name); found != buckets.end()) return found->second;
  const bool may_sweep = shard.swept_at == std::chrono::nanoseconds::min() || now - shard.swept_at >= kSweepPause;
  if (buckets.size() >= per_shard_max_ && may_sweep) {
    shard.swept_at = now;
    std::erase_if(buckets, [&](const auto& entry) { return entry.second.is_full(terms_, now); });
  }
  if (buckets.size() < per_shard_max_) return buckets.try_emplace(name, terms_, now).first->second;
  if (shard.shared.empty()) shard.shared.assign(kSharedPerShard, TokenBucket(terms_, now));
  return shard.shared[name[1] % kSharedPerShard];
}

std::optional<std::chrono::nanoseconds> BucketTable::take(BytesView name, std::uint32_t tokens, std::chrono::nanoseconds now) {
  if (terms_.per_second == 0) return std::nullopt;
  const Name hashed = hash(name);
  Shard& shard = shards_[hashed[1] / kSharedPerShard % kShards];
  const std::lock_guard lock{shard.mutex};
  return find(shard, hashed, now).take(terms_, tokens, now);
}

void BucketTable::give_back(BytesView name, std::uint32_t tokens) {
  if (terms_.per_second == 0) return;
  const Name hashed = hash(name);
  Shard& shard = shards_[hashed[1] / kSharedPerShard % kShards];
  const std::lock_guard lock{shard.mutex};
  // Only where they may have been taken: a bucket that was dropped since was full.
  if (const auto found = shard.buckets.find(hashed); found != shard.buckets.end()) found->second.give_back(terms_, tokens);
}

std::size_t BucketTable::size() const {
  std::size_t size = 0;
  for (const Shard& shard : shards_) {
    const std::lock_guard lock{shard.mutex};
    size += shard.buckets.size();
  }
  return size;
}

}  // namespace gstd::coordinator

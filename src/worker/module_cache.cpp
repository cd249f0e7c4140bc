#include "worker/module_cache.hpp"

namespace gstd::worker {

// That a module is being loaded, for as long as this lives: the load may throw. Ends with the lock taken, whoever left it how.
class ModuleCache::Loading {
 public:
  Loading(ModuleCache& cache, std::unique_lock<std::mutex>& lock, const Key& key)
      : cache_(cache), lock_(lock), at_(cache.loading_.insert(key).first) {}
  Loading(const Loading&) = delete;
  Loading& operator=(const Loading&) = delete;
  ~Loading() {
    if (!lock_.owns_lock()) lock_.lock();
    cache_.loading_.erase(at_);
    cache_.loaded_.notify_all();
  }

 private:
  ModuleCache& cache_;
  std::unique_lock<std::mutex>& lock_;
  const std::set<Key>::iterator at_;
};

Result<Compiled> ModuleCache::get(const Key& key, const Load& load, std::stop_token stop) {
  std::unique_lock lock{mutex_};
  for (;;) {
    if (auto found = find_locked(key)) return std::move(*found);
    if (!loading_.contains(key)) break;
    if (!loaded_.wait(lock, stop, [&] { return !loading_.contains(key); }))
      return Error{ErrorCode::cancelled, "stopped while another slot compiled the module", {}};
  }
  const Loading mark{*this, lock, key};
  lock.unlock();
  auto compiled = load();
  lock.lock();
  if (compiled) keep_locked(key, *compiled);
  return compiled;
}

std::size_t ModuleCache::size() const {
  const std::lock_guard lock{mutex_};
  return entries_.size();
}

std::optional<Compiled> ModuleCache::find_locked(const Key& key) {
  const auto at = index_.find(key);
  if (at == index_.end()) return std::nullopt;
  entries_.splice(entries_.begin(), entries_, at->second);
  return entries_.front().compiled;
}

void ModuleCache::keep_locked(const Key& key, const Compiled& compiled) {
  if (compiled.bytes > limits_.bytes_max || limits_.modules_max == 0) return;
  entries_.push_front({key, compiled});
  try {
    index_[key] = entries_.begin();
  } catch (...) {
    entries_.pop_front();
    throw;
  }
  bytes_ += compiled.bytes;
  while (entries_.size() > limits_.modules_max || bytes_ > limits_.bytes_max) {
    bytes_ -= entries_.back().compiled.bytes;
    index_.erase(entries_.back().key);
    entries_.pop_back();
  }
}

}  // namespace gstd::worker

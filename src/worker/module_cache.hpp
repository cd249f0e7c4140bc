// Compiled modules, shared by the slots of a worker: the same few modules are asked for by many tasks.
#pragma once

#include <gstd/wasm.hpp>

#include <condition_variable>
#include <functional>
#include <list>
#include <map>
#include <set>

namespace gstd::worker {

/// What came of compiling a module. That the sandbox refuses it is a verdict on the module and is kept like any other.
struct Compiled {
  std::optional<wasm::Module> module;  ///< Nothing: refused.
  std::string refusal;                 ///< Why, for people.
  std::uint64_t bytes = 0;             ///< Of the module as it was downloaded.
};

/// Keeps what was used last, within two bounds. May be shared between threads.
class ModuleCache {
 public:
  struct Limits {
    std::size_t modules_max = 64;
    std::uint64_t bytes_max = 256u << 20;  ///< Of sources; compiled code is a small multiple of them.
  };
  /// One module is compiled anew for each convention that tasks ask of it: each has a profile of its own.
  struct Key {
    Digest sha256;
    GuestConvention convention = GuestConvention::wasi;
    auto operator<=>(const Key&) const = default;
  };
  using Load = std::function<Result<Compiled>()>;

  ModuleCache() = default;
  explicit ModuleCache(Limits limits) : limits_(limits) {}

  /// The module of that key, from here or by `load`. Two callers that want the same one load it once: the second waits; when
  /// the load fails it is the second's turn to try.
  /// Errors: those of `load`, which are not kept. cancelled: `stop` while waiting.
  Result<Compiled> get(const Key& key, const Load& load, std::stop_token stop);

  std::size_t size() const;

 private:
  class Loading;
  struct Entry {
    Key key;
    Compiled compiled;
  };

  std::optional<Compiled> find_locked(const Key& key);
  void keep_locked(const Key& key, const Compiled& compiled);

  const Limits limits_{};
  mutable std::mutex mutex_;
  std::condition_variable_any loaded_;
  // All below are guarded by mutex_.
  std::list<Entry> entries_;  // most recently used first
  std::map<Key, std::list<Entry>::iterator> index_;
  std::set<Key> loading_;
  std::uint64_t bytes_ = 0;
};

}  // namespace gstd::worker

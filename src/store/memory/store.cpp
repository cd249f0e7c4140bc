#include "store/memory/transaction.hpp"
#include "store/read_only.hpp"

#include <mutex>
#include <shared_mutex>

namespace gstd::store {
namespace {

class MemoryStore final : public Store {
 public:
  Result<void> write(const Work& work) override {
    const std::lock_guard turn{turnstile_};
    const std::lock_guard lock{mutex_};
    memory::Undo undo;
    memory::MemoryTransaction transaction{state_, undo};
    Result<void> result;
    try {
      result = work(transaction);
    } catch (...) {
      undo.roll_back();
      throw;
    }
    if (!result) undo.roll_back();
    return result;
  }

  Result<void> read(const Work& work) override {
    // Readers pass the turnstile one by one, so that a writer that waits there is next; shared_mutex alone may let a stream of
    // readers keep it out for ever.
    std::unique_lock turn{turnstile_};
    const std::shared_lock lock{mutex_};
    turn.unlock();
    memory::Undo nothing;
    memory::MemoryTransaction transaction{state_, nothing};
    ReadOnly read_only{transaction};
    return work(read_only);
  }

 private:
  std::mutex turnstile_;
  std::shared_mutex mutex_;
  memory::State state_;  // guarded by mutex_
};

}  // namespace

std::shared_ptr<Store> open_memory() { return std::make_shared<MemoryStore>(); }

}  // namespace gstd::store

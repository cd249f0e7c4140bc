#include "wasm/timekeeper.hpp"

#include <algorithm>

namespace gstd::wasm {
namespace {

using std::chrono::nanoseconds;

constexpr std::size_t kStackBytes = 256u << 10;

// With nothing to watch: a bound only because a wait must have one.
constexpr nanoseconds kIdle = std::chrono::hours{24};

}  // namespace

Result<std::unique_ptr<Timekeeper>> Timekeeper::start() {
  std::unique_ptr<Timekeeper> keeper{new Timekeeper};
  auto thread = StackThread::start(kStackBytes, [k = keeper.get()] { k->run(); });
  if (!thread) return std::move(thread).error();
  keeper->thread_ = *std::move(thread);
  return keeper;
}

Timekeeper::~Timekeeper() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  changed_.notify_one();
}

void Timekeeper::run() {
  std::unique_lock lock{mutex_};
  while (!stopping_) {
    const nanoseconds now = system_clock().steady();
    next_look_ = now + kIdle;
    for (Watch* watch : watches_) {
      if (watch->deadline_ <= now) {
        watch->interruption_.request(OutcomeKind::timed_out);
        watch->deadline_ = nanoseconds::max();
      }
      next_look_ = std::min(next_look_, watch->deadline_);
    }
    changed_.wait_for(lock, next_look_ - now);
  }
}

void Timekeeper::look_by_locked(nanoseconds time) {
  if (time >= next_look_) return;
  next_look_ = time;
  changed_.notify_one();
}

Timekeeper::Watch::Watch(Timekeeper& keeper, Interruption& interruption, nanoseconds wall_time)
    : keeper_(keeper), interruption_(interruption), deadline_(system_clock().steady() + wall_time) {
  const std::lock_guard lock{keeper_.mutex_};
  keeper_.watches_.push_back(this);
  keeper_.look_by_locked(deadline_);
}

Timekeeper::Watch::~Watch() {
  const std::lock_guard lock{keeper_.mutex_};
  std::erase(keeper_.watches_, this);
}

}  // namespace gstd::wasm

#include "wasm/timekeeper.hpp"

#include <algorithm>

namespace gstd::wasm {
namespace {

using std::chrono::nanoseconds;

constexpr std::size_t kStackBytes = 256u << 10;

// How often the epoch moves for a guest that was asked to end. Once is enough, unless the guest had not yet started to look.
constexpr nanoseconds kRepeat = std::chrono::milliseconds{1};

// With nothing to watch: a bound only because a wait must have one.
constexpr nanoseconds kIdle = std::chrono::hours{24};

}  // namespace

Result<std::unique_ptr<Timekeeper>> Timekeeper::start(std::function<void()> move_epoch) {
  std::unique_ptr<Timekeeper> keeper{new Timekeeper{std::move(move_epoch)}};
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
    bool any_due = false;
    for (Watch* watch : watches_) {
      if (watch->deadline_ <= now) {
        watch->interruption_.request(OutcomeKind::timed_out);  // no effect where another reason was first
        any_due = true;
        next_look_ = std::min(next_look_, now + kRepeat);
      } else {
        next_look_ = std::min(next_look_, watch->deadline_);
      }
    }
    if (any_due) move_epoch_();
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

void Timekeeper::Watch::cancel() noexcept {
  interruption_.request(OutcomeKind::cancelled);
  const std::lock_guard lock{keeper_.mutex_};
  deadline_ = nanoseconds::min();
  keeper_.look_by_locked(deadline_);
}

}  // namespace gstd::wasm

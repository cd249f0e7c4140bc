#include "worker/crew.hpp"

#include <system_error>

namespace gstd::worker {

Result<void> Crew::start(std::function<void()> body) {
  const std::lock_guard lock{mutex_};
  Member& member = members_.emplace_back();
  try {
    // The new thread takes the lock to end, so it cannot be done with `member` before the assignment here is.
    member.thread = std::thread{[this, &member, body = std::move(body)] {
      // The body is to end its own exceptions; one that gets here must at least not end the process.
      try {
        body();
      } catch (...) {
      }
      const std::lock_guard ending{mutex_};
      member.ended = true;
      changed_.notify_all();
    }};
  } catch (const std::system_error& e) {
    members_.pop_back();
    return Error{ErrorCode::resource_exhausted, std::string("no thread to be had: ") + e.what() + "; use fewer slots", {}};
  }
  return {};
}

std::size_t Crew::running_locked() const {
  std::size_t running = 0;
  for (const Member& member : members_)
    if (!member.ended && member.thread.get_id() != std::this_thread::get_id()) ++running;
  return running;
}

bool Crew::wait(std::chrono::milliseconds bound) {
  std::unique_lock lock{mutex_};
  return changed_.wait_for(lock, bound, [&] { return running_locked() == 0; });
}

std::size_t Crew::release() {
  std::list<Member> ended;
  std::size_t detached = 0;
  {
    const std::lock_guard lock{mutex_};
    for (auto at = members_.begin(); at != members_.end();) {
      const auto next = std::next(at);
      if (at->ended) {
        ended.splice(ended.end(), members_, at);
      } else {
        // The member itself stays: its thread will still write to it.
        at->thread.detach();
        ++detached;
      }
      at = next;
    }
  }
  for (Member& member : ended) member.thread.join();
  return detached;
}

bool Crew::is_mine() const {
  const std::lock_guard lock{mutex_};
  for (const Member& member : members_)
    if (member.thread.get_id() == std::this_thread::get_id()) return true;
  return false;
}

}  // namespace gstd::worker

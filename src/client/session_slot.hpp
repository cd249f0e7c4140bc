// The session that a client has, if any; calls on other threads may end it.
#pragma once

#include <gstd/client.hpp>

#include <mutex>

namespace gstd::client {

/// May be shared between threads.
class SessionSlot {
 public:
  explicit SessionSlot(std::optional<SessionToken> token) : token_(std::move(token)) {}

  std::optional<SessionToken> get() const {
    std::lock_guard lock(mutex_);
    return token_;
  }
  void set(std::optional<SessionToken> token) {
    std::lock_guard lock(mutex_);
    token_ = std::move(token);
  }

 private:
  mutable std::mutex mutex_;
  std::optional<SessionToken> token_;  // guarded by mutex_
};

}  // namespace gstd::client

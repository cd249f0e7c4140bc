// What a caller lent to a callback.
#pragma once

#include "gstd.h"

namespace gstd::capi {

/// Given back when the last call that may still use it is over. Shared by those calls.
class UserData {
 public:
  explicit UserData(void* data) : data_(data) {}
  UserData(const UserData&) = delete;
  UserData& operator=(const UserData&) = delete;
  ~UserData() {
    if (release_ != nullptr) release_(data_);
  }
  /// Only when nothing can fail any more: a caller who gets an error keeps what it lent.
  void release_with(gstd_release_callback release) noexcept { release_ = release; }
  void* get() const noexcept { return data_; }

 private:
  void* data_;
  gstd_release_callback release_ = nullptr;
};

}  // namespace gstd::capi

// A file that is being written, in the folder of a cache: under a name of its own until it is whole. It is locked (flock) as long
// as its writer lives, so that one which can be locked was left by a writer that died.
#pragma once

#include <gstd/base.hpp>

#include "wasm/file_descriptor.hpp"

namespace gstd::wasm {

/// Not to be shared between threads. Where a member answers false, errno tells why.
class Draft {
 public:
  static constexpr std::string_view kPrefix = ".draft-";

  /// An empty file of mode 0600. A Draft that is none (false) where it cannot be made.
  static Draft create(int directory, Random& random);

  /// Removes the draft of that name if its writer is dead.
  static void clear_left_over(int directory, const char* name) noexcept;

  Draft() = default;
  Draft(Draft&& other) noexcept = default;
  Draft& operator=(Draft&&) = delete;
  ~Draft();  ///< Removes it, unless it was renamed.

  explicit operator bool() const noexcept { return static_cast<bool>(file_); }
  int file() const noexcept { return file_.get(); }

  bool write(BytesView bytes) noexcept;
  bool sync() noexcept;

  /// The name must be free.
  bool link_as(const char* name) noexcept;

  /// In place of what has the name.
  bool rename_to(const char* name) noexcept;

 private:
  int directory_ = -1;
  std::string name_;  // empty: nothing to remove
  FileDescriptor file_;
};

}  // namespace gstd::wasm

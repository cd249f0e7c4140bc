// While one lives, SQLite can write to no disk: each of its writes fails as write(2) does with the given error, ENOSPC where a disk
// is full. Reads go on. SQLite lets a program exchange its system calls for just this purpose (sqlite3_vfs::xSetSystemCall).
#pragma once

#include <sqlite3.h>
#include <sys/types.h>

#include <atomic>
#include <cerrno>
#include <stdexcept>

namespace gstd::test {

class UnwritableDisk {
 public:
  explicit UnwritableDisk(int error) {
    error_ = error;
    set("write", reinterpret_cast<sqlite3_syscall_ptr>(&write));
    set("pwrite", reinterpret_cast<sqlite3_syscall_ptr>(&write_at));
    set("pwrite64", reinterpret_cast<sqlite3_syscall_ptr>(&write_at));
  }
  ~UnwritableDisk() {
    sqlite3_vfs* const files = sqlite3_vfs_find(nullptr);
    files->xSetSystemCall(files, nullptr, nullptr);  // all as they were
  }
  UnwritableDisk(const UnwritableDisk&) = delete;
  UnwritableDisk& operator=(const UnwritableDisk&) = delete;

 private:
  static ssize_t write(int, const void*, size_t) noexcept { return fail(); }
  static ssize_t write_at(int, const void*, size_t, off_t) noexcept { return fail(); }
  static ssize_t fail() noexcept {
    errno = error_;
    return -1;
  }

  static inline std::atomic<int> error_{0};  // static, since a system call knows no object

  static void set(const char* name, sqlite3_syscall_ptr call) {
    sqlite3_vfs* const files = sqlite3_vfs_find(nullptr);
    if (files->xSetSystemCall(files, name, call) != SQLITE_OK)
      throw std::runtime_error("SQLite's system calls cannot be exchanged");
  }
};

}  // namespace gstd::test

// While one lives, SQLite finds every disk full: each of its writes fails as write(2) does with ENOSPC. Reads go on. SQLite lets a
// program exchange its system calls for just this purpose (sqlite3_vfs::xSetSystemCall).
#pragma once

#include <sqlite3.h>
#include <sys/types.h>

#include <cerrno>
#include <stdexcept>

namespace gstd::test {

class FullDisk {
 public:
  FullDisk() {
    set("write", reinterpret_cast<sqlite3_syscall_ptr>(&write));
    set("pwrite", reinterpret_cast<sqlite3_syscall_ptr>(&write_at));
    set("pwrite64", reinterpret_cast<sqlite3_syscall_ptr>(&write_at));
  }
  ~FullDisk() {
    sqlite3_vfs* const files = sqlite3_vfs_find(nullptr);
    files->xSetSystemCall(files, nullptr, nullptr);  // all as they were
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  static ssize_t write(int, const void*, size_t) noexcept { return fail(); }
  static ssize_t write_at(int, const void*, size_t, off_t) noexcept { return fail(); }
  static ssize_t fail() noexcept {
    errno = ENOSPC;
    return -1;
  }

  static void set(const char* name, sqlite3_syscall_ptr call) {
    sqlite3_vfs* const files = sqlite3_vfs_find(nullptr);
    if (files->xSetSystemCall(files, name, call) != SQLITE_OK)
      throw std::runtime_error("SQLite's system calls cannot be exchanged");
  }
};

}  // namespace gstd::test

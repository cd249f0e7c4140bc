// A folder of one test's own, gone with it.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace gstd::test {

class TempDir {
 public:
  TempDir() : TempDir(std::filesystem::temp_directory_path()) {}

  /// In memory where the system has such a place: for tests that are not about disks but would spend their time waiting for them.
  static TempDir without_disk() {
    const std::filesystem::path shared = "/dev/shm";
    std::error_code ignored;
    return TempDir(std::filesystem::is_directory(shared, ignored) ? shared : std::filesystem::temp_directory_path());
  }

  ~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  const std::filesystem::path& path() const noexcept { return path_; }

 private:
  explicit TempDir(const std::filesystem::path& parent) {
    std::string pattern = (parent / "gstd-test-XXXXXX").string();
    if (!mkdtemp(pattern.data())) throw std::runtime_error("cannot make a temporary folder");
    path_ = pattern;
  }

  std::filesystem::path path_;
};

}  // namespace gstd::test

// A folder for a cache of compiled code, codes that follow from a number, and a look behind the cache's back.
#pragma once

#include <fcntl.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <gtest/gtest.h>
#include <algorithm>
#include <csignal>
#include <fstream>
#include <set>

#include "conformance/temp_dir.hpp"
#include "wasm/code_cache.hpp"
#include "wasm/code_file.hpp"

namespace gstd::wasm {

/// While one lives, a file that this process writes cannot grow beyond that many bytes.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_{};
  void (*handler_)(int);
};

class CodeCacheTest : public testing::Test {
 protected:
  static constexpr std::uint64_t kLarge = 1u << 30;

  std::filesystem::path dir() const { return temp_ / "cache"; }
  std::filesystem::path file(unsigned number) const { return dir() / (key(number).hex() + ".code"); }

  CodeCache open(std::uint64_t bytes_max = kLarge) {
    auto cache = CodeCache::open(dir().string(), bytes_max, system_random());
    if (!cache) throw std::runtime_error(cache.error().message);
    return *std::move(cache);
  }

  static Digest key(unsigned number) {
    Digest out;
    for (std::size_t i = 0; i < 4; ++i) out.bytes[i] = static_cast<std::uint8_t>(number >> (8 * i));
    return out;
  }

  static Bytes code(unsigned number, std::size_t bytes) {
    Bytes out(bytes);
    SeededRandom{number}.fill(out);
    return out;
  }

  static std::uint64_t bytes_of_file(std::uint64_t code_bytes) { return kCodeHeaderBytes + code_bytes + kCodeTagBytes; }

  static testing::AssertionResult holds(CodeCache& cache, unsigned number, std::size_t bytes) {
    const auto found = cache.get(key(number));
    if (!found) return testing::AssertionFailure() << "there is no code " << number;
    if (!std::ranges::equal(found->view(), code(number, bytes)))
      return testing::AssertionFailure() << "code " << number << " differs";
    return testing::AssertionSuccess();
  }

  static Bytes read(const std::filesystem::path& path) {
    std::ifstream in{path, std::ios::binary};
    EXPECT_TRUE(in) << path;
    return Bytes{std::istreambuf_iterator<char>{in}, std::istreambuf_iterator<char>{}};
  }

  static void write(const std::filesystem::path& path, const Bytes& content) {
    std::ofstream out{path, std::ios::binary | std::ios::trunc};
    out.write(as_text(content).data(), static_cast<std::streamsize>(content.size()));
    out.close();
    EXPECT_TRUE(out) << path;
    EXPECT_EQ(chmod(path.c_str(), 0600), 0);
  }

  /// As if the code had been used last so long ago.
  void set_used(unsigned number, std::chrono::seconds ago) const {
    const auto at = std::chrono::duration_cast<std::chrono::seconds>(system_clock().now().time_since_epoch()) - ago;
    const timespec times[2] = {{0, UTIME_OMIT}, {at.count(), 0}};
    EXPECT_EQ(utimensat(AT_FDCWD, file(number).c_str(), times, 0), 0);
  }

  std::set<std::string> names() const {
    std::set<std::string> out;
    for (const auto& entry : std::filesystem::directory_iterator(dir())) out.insert(entry.path().filename().string());
    return out;
  }

  /// The numbers of the codes of which there is a file, up to the most that a cache keeps.
  std::set<unsigned> held() const {
    const auto all = names();
    std::set<unsigned> out;
    for (unsigned i = 0; i < CodeCache::kFilesMax; ++i)
      if (all.contains(file(i).filename().string())) out.insert(i);
    return out;
  }

  std::uint64_t bytes_held() const {
    std::uint64_t out = 0;
    for (const auto& entry : std::filesystem::directory_iterator(dir()))
      if (entry.path().extension() == ".code") out += entry.file_size();
    return out;
  }

  test::TempDir temp_;
};

}  // namespace gstd::wasm

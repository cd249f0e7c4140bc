#include "code_cache_fixture.hpp"

namespace gstd::wasm {

class CodeCacheFolderTest : public CodeCacheTest {
 protected:
  /// The reason of the refusal; empty where there is none.
  std::string refusal(const std::string& path, std::string_view told) {
    auto cache = CodeCache::open(path, kLarge, system_random());
    if (cache) return {};
    EXPECT_NE(cache.error().message.find(told), std::string::npos) << cache.error().message;
    return cache.error().reason;
  }
  std::string refusal(std::string_view told) { return refusal(dir().string(), told); }

  static mode_t mode(const std::filesystem::path& path) {
    struct stat status {};
    EXPECT_EQ(stat(path.c_str(), &status), 0) << path;
    return status.st_mode & 07777;
  }
};

// Goal:   the folder is made with those above it, for this user alone, and so is what is in it.
// Method: a path of which nothing exists, also with a slash at its end; the modes.
TEST_F(CodeCacheFolderTest, IsMadeForThisUserAlone) {
  const auto path = temp_ / "a" / "b" / "cache";
  for (const std::string& spelling : {path.string(), path.string() + "/"}) {
    auto cache = CodeCache::open(spelling, kLarge, system_random());
    ASSERT_TRUE(cache) << cache.error().message;
    ASSERT_TRUE(cache->put(key(1), code(1, 10)));
  }
  for (const char* name : {"a", "a/b", "a/b/cache"}) EXPECT_EQ(mode(temp_ / name), 0700u) << name;
  EXPECT_EQ(mode(path / "secret"), 0600u);
  EXPECT_EQ(mode(path / (key(1).hex() + ".code")), 0600u);
  EXPECT_EQ(std::filesystem::file_size(path / "secret"), CodeAuthenticator::kSecretBytes);
}

// Goal:   a folder or a secret that others may write, and a secret that they may read, is refused with the remedy.
// Method: modes; then the remedy is applied.
TEST_F(CodeCacheFolderTest, RefusesWhatOthersMayWrite) {
  open();
  for (const mode_t bad : {0720, 0702, 0777}) {
    ASSERT_EQ(chmod(dir().c_str(), bad), 0);
    EXPECT_EQ(refusal("chmod go-w " + dir().string()), "cache_directory_unsafe");
  }
  ASSERT_EQ(chmod(dir().c_str(), 0755), 0);
  EXPECT_EQ(refusal(""), "");
  for (const mode_t bad : {0640, 0604, 0620, 0602}) {
    ASSERT_EQ(chmod((dir() / "secret").c_str(), bad), 0);
    EXPECT_EQ(refusal("remove it"), "cache_directory_unsafe");
  }
  std::filesystem::remove(dir() / "secret");
  EXPECT_EQ(refusal(""), "");
}

// Goal:   what belongs to another user is refused.
// Method: given away, which only root may do.
TEST_F(CodeCacheFolderTest, RefusesWhatAnotherOwns) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  CodeCache cache = open();
  ASSERT_TRUE(cache.put(key(1), code(1, 10)));
  ASSERT_EQ(chown(file(1).c_str(), 1, 1), 0);
  EXPECT_FALSE(cache.get(key(1)));
  ASSERT_EQ(chown((dir() / "secret").c_str(), 1, 1), 0);
  EXPECT_EQ(refusal("remove it"), "cache_directory_unsafe");
  ASSERT_EQ(chown(dir().c_str(), 1, 1), 0);
  EXPECT_EQ(refusal("another user owns it"), "cache_directory_unsafe");
}

// Goal:   a secret that is a link, of another size or no file is refused; a folder reached over a link serves.
// Method: each in turn.
TEST_F(CodeCacheFolderTest, FollowsNoLinkToASecret) {
  open();
  const auto secret = dir() / "secret";
  write(temp_ / "chosen", Bytes(CodeAuthenticator::kSecretBytes, 7));
  std::filesystem::remove(secret);
  std::filesystem::create_symlink(temp_ / "chosen", secret);
  EXPECT_EQ(refusal("remove it"), "cache_directory_unsafe");
  std::filesystem::remove(secret);
  for (const std::size_t size : {0u, 31u, 33u}) {
    write(secret, Bytes(size, 7));
    EXPECT_EQ(refusal("32 bytes"), "cache_directory_unsafe");
  }
  std::filesystem::remove(secret);
  std::filesystem::create_directory(secret);
  EXPECT_EQ(refusal("remove it"), "cache_directory_unsafe");
  std::filesystem::remove(secret);
  std::filesystem::create_directory_symlink(dir(), temp_ / "link");
  EXPECT_EQ(refusal((temp_ / "link").string(), ""), "");
}

// Goal:   a path that cannot be a folder is refused, saying why, and so is a cache without size.
// Method: no path, a file's path, one below a file, one with a zero byte; a disk that is full when the secret is made.
TEST_F(CodeCacheFolderTest, RefusesWhatIsNoFolder) {
  write(temp_ / "file", {1});
  EXPECT_EQ(refusal("", "path of a folder"), "cache_directory");
  EXPECT_EQ(refusal(std::string("a\0b", 3), "path of a folder"), "cache_directory");
  EXPECT_EQ(refusal((temp_ / "file").string(), "Not a directory"), "cache_directory");
  EXPECT_EQ(refusal((temp_ / "file" / "below").string(), "Not a directory"), "cache_directory");
  {
    const FileSizeLimit limit{10};
    EXPECT_EQ(refusal("cannot use"), "cache_directory");
    EXPECT_TRUE(names().empty());
  }
  const auto empty = CodeCache::open(dir().string(), 0, system_random());
  ASSERT_FALSE(empty);
  EXPECT_EQ(empty.error().reason, "cache_bytes_max");
}

// Goal:   exchanging the folder's path while a cache is open does not lead it elsewhere.
// Method: another folder is put in its place.
TEST_F(CodeCacheFolderTest, StaysInTheFolderThatWasChecked) {
  CodeCache cache = open();
  ASSERT_TRUE(cache.put(key(1), code(1, 10)));
  std::filesystem::rename(dir(), temp_ / "moved");
  std::filesystem::create_directory(dir());
  EXPECT_TRUE(holds(cache, 1, 10));
  EXPECT_TRUE(cache.put(key(2), code(2, 10)));
  EXPECT_TRUE(names().empty());
}

}  // namespace gstd::wasm

#include "wasm/code_cache.hpp"

#include "code_cache_fixture.hpp"

namespace gstd::wasm {

// Goal:   what was put comes back, for each key its own, also in a cache that is opened later; nothing comes for another key.
// Method: codes of several sizes, none included; a second opening of the folder.
TEST_F(CodeCacheTest, GivesBackWhatWasPut) {
  {
    CodeCache cache = open();
    EXPECT_FALSE(cache.get(key(0)));
    for (unsigned i = 0; i < 5; ++i) EXPECT_TRUE(cache.put(key(i), code(i, i * 70'000)));
    for (unsigned i = 0; i < 5; ++i) EXPECT_TRUE(holds(cache, i, i * 70'000));
  }
  CodeCache again = open();
  for (unsigned i = 0; i < 5; ++i) EXPECT_TRUE(holds(again, i, i * 70'000));
  EXPECT_FALSE(again.get(key(5)));
}

// Goal:   the later code for a key replaces the former, and a reader of the former keeps what it has.
// Method: two puts around a get.
TEST_F(CodeCacheTest, ReplacesUnderReaders) {
  CodeCache cache = open();
  ASSERT_TRUE(cache.put(key(1), code(1, 300'000)));
  const auto former = cache.get(key(1));
  ASSERT_TRUE(former);
  ASSERT_TRUE(cache.put(key(1), code(2, 1000)));
  EXPECT_TRUE(std::ranges::equal(former->view(), code(1, 300'000)));
  const auto later = cache.get(key(1));
  ASSERT_TRUE(later);
  EXPECT_TRUE(std::ranges::equal(later->view(), code(2, 1000)));
}

// Goal:   what this cache did not write, or what is no longer as it was written, is no hit, and is removed.
// Method: each bit flipped in a small file; files cut to each length and made longer; one of another key, of another version, of
//         another cache, and one that is empty.
TEST_F(CodeCacheTest, SpoiledFilesAreMissesAndRemoved) {
  CodeCache cache = open();
  ASSERT_TRUE(cache.put(key(1), code(1, 40)));
  const Bytes whole = read(file(1));
  const auto expect_miss = [&](const Bytes& content, const std::string& what) {
    write(file(1), content);
    EXPECT_FALSE(cache.get(key(1))) << what;
    EXPECT_FALSE(std::filesystem::exists(file(1))) << what;
  };
  for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
    Bytes flipped = whole;
    flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1u << (bit % 8)));
    expect_miss(flipped, "bit " + std::to_string(bit));
  }
  for (std::size_t size = 0; size < whole.size(); ++size)
    expect_miss(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)), "cut to " + std::to_string(size));
  Bytes longer = whole;
  longer.push_back(0);
  expect_miss(longer, "longer");

  ASSERT_TRUE(cache.put(key(2), code(2, 40)));
  expect_miss(read(file(2)), "of another key");
  const test::TempDir elsewhere;
  SeededRandom other_seed{99};
  auto other = CodeCache::open((elsewhere / "cache").string(), kLarge, other_seed);
  ASSERT_TRUE(other);
  ASSERT_TRUE(other->put(key(1), code(1, 40)));
  expect_miss(read(elsewhere / "cache" / file(1).filename().string()), "of another cache");

  write(file(1), whole);
  EXPECT_TRUE(holds(cache, 1, 40));
}

// Goal:   a link, a folder, a FIFO or a file that others may write is no hit, is not followed, and nothing waits for it.
// Method: each under the name of a key, leading to a genuine file where it can.
TEST_F(CodeCacheTest, ForeignThingsAreNotRead) {
  CodeCache cache = open();
  ASSERT_TRUE(cache.put(key(1), code(1, 40)));
  const auto genuine = dir() / "elsewhere";
  std::filesystem::rename(file(1), genuine);

  std::filesystem::create_symlink(genuine, file(1));
  EXPECT_FALSE(cache.get(key(1)));
  EXPECT_FALSE(std::filesystem::is_symlink(file(1)));
  EXPECT_TRUE(std::filesystem::exists(genuine));

  ASSERT_EQ(mkfifo(file(1).c_str(), 0600), 0);
  EXPECT_FALSE(cache.get(key(1)));
  EXPECT_FALSE(std::filesystem::exists(file(1)));

  std::filesystem::create_directory(file(1));
  EXPECT_FALSE(cache.get(key(1)));
  EXPECT_FALSE(cache.put(key(1), code(1, 40)));
  std::filesystem::remove(file(1));

  std::filesystem::rename(genuine, file(1));
  ASSERT_EQ(chmod(file(1).c_str(), 0620), 0);
  EXPECT_FALSE(cache.get(key(1)));
  EXPECT_FALSE(std::filesystem::exists(file(1)));
}

// Goal:   all files together stay within the bound, and what was used least recently goes first; a hit counts as use.
// Method: files whose times of use are set; one is read; then one more is put than there is room for.
TEST_F(CodeCacheTest, EvictsTheLeastRecentlyUsed) {
  const std::uint64_t each = bytes_of_file(1000);
  CodeCache cache = open(4 * each);
  for (unsigned i = 0; i < 4; ++i) {
    ASSERT_TRUE(cache.put(key(i), code(i, 1000)));
    set_used(i, std::chrono::hours{10 - static_cast<int>(i)});
  }
  EXPECT_TRUE(holds(cache, 0, 1000));  // was the oldest
  ASSERT_TRUE(cache.put(key(4), code(4, 1000)));
  EXPECT_EQ(held(), (std::set<unsigned>{0, 2, 3, 4}));
  ASSERT_TRUE(cache.put(key(5), code(5, 2000)));
  EXPECT_EQ(held(), (std::set<unsigned>{0, 4, 5}));

  // What replaces a file needs no room beside it.
  ASSERT_TRUE(cache.put(key(5), code(6, 1000)));
  ASSERT_TRUE(cache.put(key(6), code(6, 1000)));
  EXPECT_EQ(held(), (std::set<unsigned>{0, 4, 5, 6}));
  EXPECT_LE(bytes_held(), 4 * each);

  // A clock that was wrong must not keep a file for ever.
  set_used(4, -std::chrono::hours{100'000});
  ASSERT_TRUE(cache.put(key(7), code(7, 1000)));
  EXPECT_EQ(held(), (std::set<unsigned>{0, 5, 6, 7}));
}

// Goal:   code that the cache cannot hold is not kept, and does not push out what is there.
// Method: one byte too many.
TEST_F(CodeCacheTest, RefusesWhatIsTooLarge) {
  CodeCache cache = open(bytes_of_file(1000));
  ASSERT_TRUE(cache.put(key(1), code(1, 1000)));
  EXPECT_FALSE(cache.put(key(2), code(2, 1001)));
  EXPECT_EQ(held(), std::set<unsigned>{1});
}

// Goal:   there are never more files than can be counted quickly.
// Method: one more than the bound, all but the last two made by hand.
TEST_F(CodeCacheTest, BoundsTheNumberOfFiles) {
  CodeCache cache = open();
  for (unsigned i = 0; i < CodeCache::kFilesMax; ++i) {
    write(file(i), {});
    if (i < 3) set_used(i, std::chrono::hours{1});
  }
  ASSERT_TRUE(cache.put(key(100'000), code(1, 10)));
  EXPECT_EQ(held().size() + 1, CodeCache::kFilesMax);  // held() does not look as far as the one just put
  EXPECT_FALSE(held().contains(0));
  EXPECT_TRUE(held().contains(1));
}

// Goal:   a draft that a writer left when it died is removed, by the next opening and by the next put; one whose writer lives is
//         not, and neither is what has nothing to do with the cache.
// Method: drafts by hand, one of them locked as a writer does.
TEST_F(CodeCacheTest, ClearsDraftsOfDeadWriters) {
  CodeCache cache = open();
  const auto dead = dir() / ".draft-00", living = dir() / ".draft-01", other = dir() / "readme";
  write(living, {1});
  write(other, {1});
  const int lock = ::open(living.c_str(), O_RDONLY | O_CLOEXEC);
  ASSERT_EQ(flock(lock, LOCK_EX), 0);
  write(dead, {1});
  open();
  EXPECT_FALSE(std::filesystem::exists(dead));
  write(dead, {1});
  EXPECT_TRUE(cache.put(key(1), code(1, 10)));
  EXPECT_FALSE(std::filesystem::exists(dead));
  EXPECT_TRUE(std::filesystem::exists(living));
  close(lock);
  EXPECT_TRUE(cache.put(key(2), code(2, 10)));
  EXPECT_FALSE(std::filesystem::exists(living));
  EXPECT_TRUE(std::filesystem::exists(other));
}

// Goal:   on a full disk nothing is kept, nothing is left behind, and what is there still serves.
// Method: files may not grow beyond a bound (RLIMIT_FSIZE), so that a write fails half-way, as on a disk that fills.
TEST_F(CodeCacheTest, FullDiskIsNoError) {
  CodeCache cache = open();
  ASSERT_TRUE(cache.put(key(1), code(1, 1000)));
  {
    const FileSizeLimit limit{10'000};
    EXPECT_FALSE(cache.put(key(2), code(2, 100'000)));
    EXPECT_TRUE(holds(cache, 1, 1000));
    EXPECT_FALSE(cache.get(key(2)));
    EXPECT_EQ(names(), (std::set<std::string>{"lock", "secret", file(1).filename().string()}));
  }
  EXPECT_TRUE(cache.put(key(2), code(2, 100'000)));
}

// Goal:   a writer that holds the lock and is stopped costs the others their puts, and no more.
// Method: the lock is taken as another process would.
TEST_F(CodeCacheTest, ForeignLockDoesNotHang) {
  CodeCache cache = open();
  ASSERT_TRUE(cache.put(key(1), code(1, 10)));
  const int lock = ::open((dir() / "lock").c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_EQ(flock(lock, LOCK_EX), 0);
  EXPECT_TRUE(holds(cache, 1, 10));
  EXPECT_FALSE(cache.put(key(2), code(2, 10)));
  close(lock);
  EXPECT_TRUE(cache.put(key(2), code(2, 10)));
}

}  // namespace gstd::wasm

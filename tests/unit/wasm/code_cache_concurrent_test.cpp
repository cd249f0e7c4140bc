#include <sys/wait.h>
#include <atomic>
#include <thread>

#include "code_cache_fixture.hpp"
#include "wasm/cache_eviction.hpp"

namespace gstd::wasm {

class CodeCacheConcurrentTest : public CodeCacheTest {
 protected:
  static constexpr unsigned kKeys = 12;
  static constexpr std::size_t kCodeBytes = 20'000;

  /// Puts and gets codes at random, with all others in the folder. What comes back must be what was put. How many hits; nothing
  /// where a code was wrong, or the files were more than allowed.
  std::optional<unsigned> hammer(CodeCache& cache, std::uint64_t bytes_max, unsigned seed, unsigned rounds) const {
    SeededRandom choices{seed};
    unsigned hits = 0;
    for (unsigned i = 0; i < rounds; ++i) {
      std::array<std::uint8_t, 2> choice{};
      choices.fill(choice);
      const unsigned number = choice[0] % kKeys;
      if (choice[1] % 4 == 0) {
        cache.put(key(number), code(number, kCodeBytes));
        if (bytes_at_once() > bytes_max) return std::nullopt;
      } else if (const auto found = cache.get(key(number))) {
        if (!std::ranges::equal(found->view(), code(number, kCodeBytes))) return std::nullopt;
        ++hits;
      }
    }
    return hits;
  }

  /// What the files have together at one moment: no writer changes anything meanwhile. 0 where the lock is not to be had.
  std::uint64_t bytes_at_once() const {
    const FileDescriptor folder{::open(dir().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    const FileDescriptor lock = lock_cache(folder.get());
    return lock ? bytes_held() : 0;
  }

  /// Eight threads on one cache. False where any found something wrong or none ever had a hit.
  bool hammer_with_threads(CodeCache& cache, std::uint64_t bytes_max, unsigned seed) const {
    std::atomic<unsigned> hits{0}, wrong{0};
    std::vector<std::thread> threads;
    for (unsigned t = 0; t < 8; ++t)
      threads.emplace_back([&, t] {
        if (const auto found = hammer(cache, bytes_max, seed + t, 100))
          hits += *found;
        else
          ++wrong;
      });
    for (auto& thread : threads) thread.join();
    return wrong == 0 && hits > 0;
  }
};

// Goal:   threads and processes may use one folder at once, from its making on: each hit is what was put under the key, the files
//         never have more bytes than allowed, all processes have one secret, and nothing is left over.
// Method: two processes, each with a cache of its own and eight threads, put and get in a folder with room for half of the codes;
//         then one of them reads what is there.
TEST_F(CodeCacheConcurrentTest, ThreadsAndProcessesShareAFolder) {
  const std::uint64_t bytes_max = kKeys / 2 * bytes_of_file(kCodeBytes);
  std::array<pid_t, 2> children{};
  for (unsigned i = 0; i < children.size(); ++i) {
    children[i] = fork();
    ASSERT_GE(children[i], 0);
    if (children[i] == 0) {
      auto cache = CodeCache::open(dir().string(), bytes_max, system_random());
      _exit(cache && hammer_with_threads(*cache, bytes_max, 100 * i) ? 0 : 1);
    }
  }
  for (const pid_t child : children) {
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 0);
  }
  CodeCache cache = open(bytes_max);
  const auto left = held();
  EXPECT_FALSE(left.empty());
  for (const unsigned number : left) EXPECT_TRUE(holds(cache, number, kCodeBytes)) << "written by either";
  EXPECT_LE(bytes_held(), bytes_max);
  EXPECT_EQ(names().size(), left.size() + 2) << "the codes, lock and secret";
}

// Goal:   threads of one process share one cache.
// Method: eight of them, with room for all codes and with room for few.
TEST_F(CodeCacheConcurrentTest, ThreadsShareACache) {
  for (const std::uint64_t bytes_max : {kLarge, 3 * bytes_of_file(kCodeBytes)}) {
    CodeCache cache = open(bytes_max);
    EXPECT_TRUE(hammer_with_threads(cache, bytes_max, 7));
  }
}

// Goal:   of many who open a new folder at once, all use the secret of the one who was first.
// Method: eight threads open it and put; one that comes later reads all that they put.
TEST_F(CodeCacheConcurrentTest, OneSecretForAllWhoOpenAtOnce) {
  for (unsigned round = 0; round < 20; ++round) {
    std::filesystem::remove_all(dir());
    std::vector<std::thread> threads;
    std::atomic<unsigned> failed{0};
    for (unsigned t = 0; t < 8; ++t)
      threads.emplace_back([&, t] {
        auto cache = CodeCache::open(dir().string(), kLarge, system_random());
        if (!cache || !cache->put(key(t), code(t, 10))) ++failed;
      });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(failed, 0u);
    CodeCache cache = open();
    for (unsigned t = 0; t < 8; ++t) EXPECT_TRUE(holds(cache, t, 10));
  }
}

}  // namespace gstd::wasm

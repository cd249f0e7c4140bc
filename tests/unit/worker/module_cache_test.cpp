#include "worker/module_cache.hpp"

#include <gtest/gtest.h>
#include <gstd/crypto.hpp>

#include <atomic>
#include <semaphore>
#include <thread>
#include <tuple>

namespace gstd::worker {
namespace {

ModuleCache::Key key(int i, GuestConvention convention = GuestConvention::wasi) {
  return {sha256(as_bytes(std::to_string(i))), convention};
}

ModuleCache::Load loading(int& loads, std::uint64_t bytes) {
  return [&loads, bytes]() -> Result<Compiled> {
    ++loads;
    return Compiled{std::nullopt, "none", bytes};
  };
}

// Goal:   what is here is not loaded again, and what was used last stays longest, within both bounds.
// Method: counts loads while the bound on modules, then the one on bytes, is overrun.
TEST(ModuleCache, KeepsWhatWasUsedLast) {
  ModuleCache cache{{2, 100}};
  int loads = 0;
  const auto get = [&](int i, std::uint64_t bytes) { ASSERT_TRUE(cache.get(key(i), loading(loads, bytes), {})); };
  get(1, 10);
  get(2, 10);
  get(1, 10);
  EXPECT_EQ(loads, 2);
  get(3, 10);  // drops 2
  get(1, 10);
  EXPECT_EQ(loads, 3);
  get(2, 10);
  EXPECT_EQ(loads, 4);
  EXPECT_EQ(cache.size(), 2u);
  get(4, 95);  // drops both
  EXPECT_EQ(cache.size(), 1u);
  get(5, 101);  // fits nowhere: used, not kept
  EXPECT_EQ(cache.size(), 1u);
  get(4, 95);
  EXPECT_EQ(loads, 6);
}

// Goal:   a module that was compiled for one convention does not serve another.
// Method: one digest under each convention, twice.
TEST(ModuleCache, KeepsConventionsApart) {
  ModuleCache cache;
  int loads = 0;
  for (int round = 0; round < 2; ++round)
    for (const auto convention : {GuestConvention::wasi, GuestConvention::env, GuestConvention::reactor})
      ASSERT_TRUE(cache.get(key(1, convention), loading(loads, 10), {}));
  EXPECT_EQ(loads, 3);
  EXPECT_EQ(cache.size(), 3u);
}

// Goal:   a failed load is not remembered.
// Method: fails once, then succeeds.
TEST(ModuleCache, ForgetsFailures) {
  ModuleCache cache;
  const auto failed = cache.get(key(1), [] { return Result<Compiled>{Error{ErrorCode::unavailable, "away", {}}}; }, {});
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::unavailable);
  int loads = 0;
  EXPECT_TRUE(cache.get(key(1), loading(loads, 1), {}));
  EXPECT_EQ(loads, 1);
}

// Goal:   a load that throws leaves no mark behind, for which all later callers would wait.
// Method: throws once, then succeeds.
TEST(ModuleCache, OutlivesALoadThatThrows) {
  ModuleCache cache;
  EXPECT_THROW(std::ignore = cache.get(key(1), []() -> Result<Compiled> { throw std::bad_alloc(); }, {}), std::bad_alloc);
  int loads = 0;
  EXPECT_TRUE(cache.get(key(1), loading(loads, 1), {}));
  EXPECT_EQ(loads, 1);
}

// Goal:   slots that want the same module at once load it once.
// Method: the first load waits until it is told to end, which it is when the other slots have begun to ask.
TEST(ModuleCache, LoadsOnceForAll) {
  ModuleCache cache;
  std::atomic<int> loads = 0;
  std::atomic<int> asking = 0;
  const ModuleCache::Load load = [&]() -> Result<Compiled> {
    ++loads;
    while (asking < 4) std::this_thread::yield();
    return Compiled{std::nullopt, "none", 1};
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      ++asking;
      EXPECT_TRUE(cache.get(key(1), load, {}));
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(loads, 1);
}

// Goal:   a slot that waits for another's load can be stopped.
// Method: the load does not end before the waiting slot has been cancelled.
TEST(ModuleCache, WaitingIsCancelled) {
  ModuleCache cache;
  std::binary_semaphore loading_began{0};
  std::binary_semaphore let_go{0};
  std::thread first{[&] {
    EXPECT_TRUE(cache.get(key(1),
                          [&]() -> Result<Compiled> {
                            loading_began.release();
                            let_go.acquire();
                            return Compiled{std::nullopt, "none", 1};
                          },
                          {}));
  }};
  loading_began.acquire();
  std::stop_source stop;
  stop.request_stop();
  int loads = 0;
  const auto second = cache.get(key(1), loading(loads, 1), stop.get_token());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::cancelled);
  EXPECT_EQ(loads, 0);
  let_go.release();
  first.join();
}

}  // namespace
}  // namespace gstd::worker

#include "worker/reporter.hpp"

#include <gtest/gtest.h>

#include <semaphore>
#include <thread>

namespace gstd::worker {
namespace {

// Goal:   the user's function is never called twice at once, from however many threads.
// Method: threads report at once; the function counts itself.
TEST(Reporter, CallsOneAtATime) {
  int inside = 0;
  int calls = 0;
  Reporter reporter{[&](const WorkerEvent&) {
                      EXPECT_EQ(++inside, 1);
                      ++calls;
                      --inside;
                    },
                    {}};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 100; ++i) reporter.event({});
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(calls, 400);
}

// Goal:   what the user's functions throw ends at the boundary and is logged.
// Method: throws of both sorts, and a log that throws too.
TEST(Reporter, ExceptionsEndHere) {
  int thrown = 0;
  std::vector<std::string> lines;
  Reporter reporter{[&](const WorkerEvent&) {
                      if (++thrown == 1) throw std::runtime_error("first");
                      throw 2;
                    },
                    [&](LogLevel, std::string_view line) {
                      lines.emplace_back(line);
                      throw std::runtime_error("the log's own");
                    }};
  reporter.event({});
  reporter.event({});
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_NE(lines[0].find("first"), std::string::npos);
}

// Goal:   a function that does not return holds up nobody once the reporter is closed.
// Method: one thread is inside; another waits for its turn; close lets the second go while the first is still inside.
TEST(Reporter, CloseFreesWhoWaits) {
  std::binary_semaphore entered{0};
  std::binary_semaphore let_go{0};
  int calls = 0;
  Reporter reporter{[&](const WorkerEvent&) {
                      ++calls;
                      entered.release();
                      let_go.acquire();
                    },
                    {}};
  std::thread stuck{[&] { reporter.event({}); }};
  entered.acquire();
  std::thread waiting{[&] { reporter.event({}); }};
  reporter.close();
  waiting.join();
  let_go.release();
  stuck.join();
  reporter.event({});
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace gstd::worker

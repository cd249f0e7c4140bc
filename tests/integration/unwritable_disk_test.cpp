#include "support/unwritable_disk.hpp"
#include "conformance/temp_dir.hpp"
#include "support/lab.hpp"

namespace gstd::test {
namespace {

struct Fault {
  std::string name;
  int error;
  std::string told;  // of it in the message
};

class UnwritableDiskTest : public testing::TestWithParam<Fault> {};

INSTANTIATE_TEST_SUITE_P(Faults, UnwritableDiskTest,
                         testing::Values(Fault{"Full", ENOSPC, "free space on its volume"},
                                         Fault{"ReadOnly", EROFS, "Read-only file system"},
                                         Fault{"Forbidden", EACCES, "Permission denied"}),
                         [](const auto& param) { return param.param.name; });

// Goal:   a coordinator whose disk is full, or became read-only while it serves, says so with one clear error for each request,
// loses
//         nothing, does nothing by half, and serves on: what only reads at once, and everything when it can be written to again.
// Method: the real server over a SQLite file whose writes fail as such a disk's do; each step of the main job is asked for while
// they
//         fail and again afterwards; at the end the file is opened anew and compared.
TEST_P(UnwritableDiskTest, IsToldAndLosesNothing) {
  const TempDir dir;
  const auto path = dir / "lab.sqlite";
  const Party requester("requester");
  const Party worker("worker");
  TaskId before, after;
  {
    Lab lab({must(store::open_sqlite({.path = path})), 0, {}, 1});
    lab.requester();
    lab.worker();
    before = lab.create(requester, "before");
    const auto health = [&] { return must(lab.call<protocol::Health>({"GET", "/health", {}, nullptr, {}, {}, {}})).status; };

    // Refused while writes fail; then the same once more.
    const auto step = [&](auto ask) {
      {
        const UnwritableDisk disk{GetParam().error};
        const auto result = ask();
        EXPECT_TRUE(refused(result, ErrorCode::unavailable, "storage"));
        const std::string message = result ? std::string() : result.error().message;
        EXPECT_NE(message.find(GetParam().told), std::string::npos) << message;
        EXPECT_EQ(health(), "unhealthy");
        EXPECT_TRUE(lab.call<protocol::TaskView>({"GET", "/tasks/" + before.str(), {}, nullptr, {}, {}, {}}));
      }
      auto result = ask();
      EXPECT_EQ(health(), "healthy");
      return must(std::move(result));
    };

    // An input of many pages fails while it is written to the log, a short one at the commit.
    step([&] { return lab.post<protocol::TaskCreated>(requester, "/tasks/create", lab.order(std::string(8u << 20, 'x'))); });
    after = step([&] { return lab.post<protocol::TaskCreated>(requester, "/tasks/create", lab.order("after")); }).task_id;
    EXPECT_EQ(must(lab.get<protocol::ClientStats>(requester, "/client/stats")).total_tasks_created, 3u);
    EXPECT_EQ(lab.balance(requester), gstd(7));
    EXPECT_EQ(step([&] { return lab.coordinator->deposit("late", requester.wallet, gstd(1)); }), gstd(8));
    step([&] { return lab.join(Party("latecomer")); });
    step([&] { return lab.challenge(worker, before); });
    const auto claim = step([&] { return lab.claim(worker, before, "0"); });
    EXPECT_EQ(claim.attempt, 1u);
    const auto completion = Lab::completion_of(worker, claim);
    step([&] { return lab.complete(worker, completion); });
    EXPECT_EQ(lab.balance(worker), (Amount{950'000'000}));
    must(lab.coordinator->check_ledger());
  }
  Lab lab({must(store::open_sqlite({.path = path})), 0, {}, 2});
  EXPECT_EQ(must(lab.result(requester, before)).output, (Bytes{'o', 'u', 't', 'p', 'u', 't'}));
  EXPECT_EQ(must(lab.task(requester, after)).status, TaskState::pending);
  EXPECT_EQ(lab.balance(requester), gstd(8));
  EXPECT_EQ(lab.balance(worker), (Amount{950'000'000}));
  must(lab.coordinator->check_ledger());
}

}  // namespace
}  // namespace gstd::test

#include <gstd/client.hpp>

#include "support/scripted_server.hpp"

#include <algorithm>
#include <atomic>

namespace gstd {
namespace {

using std::chrono::milliseconds;
using test::ScriptedServer;

const TaskId kTask = *TaskId::parse("the-task");

// A coordinator with one task, whose answers are set by the test.
struct Fixture {
  std::mutex mutex;
  TaskState state = TaskState::pending;
  std::uint64_t sequence = 10;
  TaskId moved = kTask;                        // whose event the last one is
  int away = 0;                                // answers 503 for so many requests
  bool crowded = false;                        // refuses whoever waits for events
  std::function<void(Fixture&)> on_poll = {};  // runs, with the lock, when somebody waits for events
  std::atomic<int> looks = 0;
  std::atomic<int> polls = 0;
  ScriptedServer server;  // last: its threads use all of the above

  Fixture() {
    server.always([this](const net::Request& request, const net::Responder& responder) { answer(request, responder); });
  }

  void answer(const net::Request& request, const net::Responder& responder) {
    const std::lock_guard lock{mutex};
    if (away > 0) {
      --away;
      return responder.send({503, {}, "away"});
    }
    if (request.target.starts_with("/api/v1/events")) {
      protocol::EventPage page;
      page.next = sequence;
      if (const auto at = request.target.find("since="); at != std::string::npos) {
        const std::uint64_t since = std::stoull(request.target.substr(at + 6));
        ++polls;
        if (on_poll) on_poll(*this);
        if (crowded) {
          const Error refusal{ErrorCode::resource_exhausted, "too many calls wait", "waits"};
          return responder.send({429, {}, protocol::write_error(refusal)});
        }
        if (sequence > since) page.events = {{sequence, moved, TaskEvent::settle, state, 1, {}}};
        page.next = std::max(since, sequence);
      }
      return responder.send({200, {}, protocol::write(page)});
    }
    if (request.target.ends_with("/result")) {
      protocol::TaskResult result;
      result.task_id = kTask;
      result.status = state;
      result.attempt = 1;
      result.worker_wallet = *WalletId::parse("wallet");
      result.device_id = *DeviceId::parse("device");
      result.output = {42};
      return responder.send({200, {}, protocol::write(result)});
    }
    ++looks;
    protocol::TaskView view;
    view.task_id = kTask;
    view.requester_address = *WalletId::parse("wallet");
    view.task_type = "wasm_binary";
    view.operation = "run";
    view.escrow_status = "locked";
    view.status = state;
    view.last_error = "a reason";
    responder.send({200, {}, protocol::write(view)});
  }

  void move_to(TaskState to) {
    state = to;
    ++sequence;
  }

  Client client(unsigned tries = 1) {
    ClientOptions options;
    options.url = server.url();
    options.key = SigningKey::generate();
    options.wallet = *WalletId::parse("wallet");
    options.tries = tries;
    return *Client::create(options);
  }
};

const CallOptions kPatient{milliseconds{60'000}, {}};

// Goal:   a task that has already ended needs no event.
// Method: completed from the start.
TEST(WaitResult, ReturnsAtOnceWhatHasEnded) {
  Fixture f;
  f.state = TaskState::failed;
  const auto result = f.client().wait_result(kTask, kPatient);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->status, TaskState::failed);
  EXPECT_EQ(f.polls, 0);
}

// Goal:   what makes it look again is an event of this task or a poll that brought nothing, not another task's event.
// Method: three polls: nothing, another task's event, then the end; the task is looked at first, after the first and the last.
TEST(WaitResult, LooksAgainAtItsOwnEventsAndEmptyPolls) {
  Fixture f;
  f.on_poll = [](Fixture& fixture) {
    if (fixture.polls == 1) return;
    fixture.moved = fixture.polls == 2 ? *TaskId::parse("another-task") : kTask;
    fixture.move_to(fixture.polls == 2 ? TaskState::assigned : TaskState::completed);
  };
  const auto result = f.client().wait_result(kTask, kPatient);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->output, Bytes{42});
  EXPECT_EQ(f.looks, 3);
  EXPECT_EQ(f.polls, 3);
}

// Goal:   where the coordinator lets this wallet wait no more often, the task is looked at nevertheless.
// Method: the first poll is refused, and the task ends with it; the refusal also comes so late that no time is left for a pause.
TEST(WaitResult, LooksInTurnWhereItMayNotWait) {
  Fixture f;
  f.crowded = true;
  f.on_poll = [](Fixture& fixture) { fixture.state = TaskState::completed; };
  const auto result = f.client().wait_result(kTask, kPatient);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(f.looks, 2);
  EXPECT_EQ(f.polls, 1);

  Fixture never;
  never.crowded = true;
  const auto late = never.client().wait_result(kTask, {milliseconds{300}, {}});
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::deadline_exceeded);
}

// Goal:   a coordinator whose database was restored, so that its events count from lower numbers, strands nobody.
// Method: during a poll the numbers fall back and the task ends, with no event that the old position would ever reach; once with
//         and once without a break of the connection, after which the position is asked for anew.
TEST(WaitResult, OutlivesARestoredDatabase) {
  for (const int away : {0, 1}) {
    Fixture f;
    f.on_poll = [away](Fixture& fixture) {
      if (fixture.polls == 1) {
        fixture.sequence = 2;
        fixture.away = away;
      } else if (fixture.polls == 2) {
        fixture.state = TaskState::completed;
      }
    };
    const auto result = f.client().wait_result(kTask, kPatient);
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(f.polls, 2);
    const auto requests = f.server.requests();
    EXPECT_EQ(std::count_if(requests.begin(), requests.end(),
                            [](const auto& request) {
                              return request.target.starts_with("/api/v1/events") &&
                                     request.target.find("since=") == std::string::npos;
                            }),
              1 + away);
  }
}

// Goal:   a coordinator that goes away and comes back costs a pause, not the wait, and no change is missed meanwhile.
// Method: while the client polls, the task ends and the next answers are refusals; the event itself is never seen.
TEST(WaitResult, OutlivesAnAbsence) {
  Fixture f;
  f.on_poll = [](Fixture& fixture) {
    if (fixture.polls != 1) return;
    fixture.state = TaskState::completed;
    fixture.away = 1;
  };
  const auto result = f.client().wait_result(kTask, kPatient);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(f.looks, 2);
}

// Goal:   an end without a result is told, with the state as its reason.
// Method: both such states.
TEST(WaitResult, TellsAnEndWithoutAResult) {
  for (const auto& [state, reason] :
       {std::pair{TaskState::dead_letter, "dead_letter"}, std::pair{TaskState::cancelled, "cancelled"}}) {
    Fixture f;
    f.state = state;
    const auto result = f.client().wait_result(kTask, kPatient);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::failed_precondition);
    EXPECT_EQ(result.error().reason, reason);
    EXPECT_NE(result.error().message.find("a reason"), std::string::npos);
  }
}

// Goal:   the wait ends by its deadline, whether the coordinator answers or not.
// Method: a task that never ends; then nobody who answers.
TEST(WaitResult, EndsByItsDeadline) {
  Fixture f;
  const auto client = f.client();
  const auto never = client.wait_result(kTask, {milliseconds{300}, {}});
  ASSERT_FALSE(never);
  EXPECT_EQ(never.error().code, ErrorCode::deadline_exceeded);
  EXPECT_NE(never.error().message.find("pending"), std::string::npos) << never.error().message;
  f.server.stop();
  const auto nobody = client.wait_result(kTask, {milliseconds{300}, {}});
  ASSERT_FALSE(nobody);
  EXPECT_EQ(nobody.error().code, ErrorCode::deadline_exceeded);
}

// Goal:   another thread can end the wait.
// Method: the stop is requested by the server's thread, in the middle of a poll.
TEST(WaitResult, IsCancelled) {
  std::stop_source stop;  // outlives the server, whose threads use it
  Fixture f;
  f.on_poll = [&](Fixture&) { stop.request_stop(); };
  const auto result = f.client().wait_result(kTask, {std::chrono::hours{1}, stop.get_token()});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::cancelled);
}

// Goal:   what waiting does not mend ends the wait.
// Method: a task that does not exist.
TEST(WaitResult, PassesOnWhatWaitingDoesNotMend) {
  ScriptedServer server;
  server.then(protocol::EventPage{}).then_refuse({ErrorCode::not_found, "no such task", "task_unknown"});
  ClientOptions options;
  options.url = server.url();
  options.key = SigningKey::generate();
  const auto result = Client::create(options)->wait_result(kTask, kPatient);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::not_found);
  EXPECT_EQ(result.error().reason, "task_unknown");
}

}  // namespace
}  // namespace gstd

#include "coordinator/settlement.hpp"
#include "support/lab.hpp"

namespace gstd::test {
namespace {

class Money : public testing::Test {
 protected:
  Lab lab;
  const Party requester = lab.requester();
  const Party worker = lab.worker();
};

// Goal:   a task that is not covered waits, and a deposit opens the oldest first, as far as it goes.
// Method: three tasks beyond the balance; deposits that cover one, then the rest.
TEST_F(Money, DepositsOpenWaitingTasksOldestFirst) {
  lab.create(requester, "all there is", gstd(10));
  std::vector<TaskId> waiting;
  for (const char* input : {"a", "b", "c"}) {
    const auto created = must(lab.post<protocol::TaskCreated>(requester, "/tasks/create", lab.order(input, gstd(2))));
    EXPECT_EQ(created.status, TaskState::awaiting_escrow);
    waiting.push_back(created.task_id);
    lab.clock.advance(std::chrono::milliseconds{1});
  }
  EXPECT_TRUE(refused(lab.challenge(worker, waiting[0]), ErrorCode::failed_precondition, "not_pending"));
  EXPECT_EQ(must(lab.coordinator->deposit("first", requester.wallet, gstd(3))), gstd(1));
  EXPECT_EQ(must(lab.task(requester, waiting[0])).status, TaskState::pending);
  EXPECT_EQ(must(lab.task(requester, waiting[1])).status, TaskState::awaiting_escrow);
  EXPECT_EQ(must(lab.coordinator->deposit("second", requester.wallet, gstd(4))), gstd(1));
  EXPECT_EQ(must(lab.task(requester, waiting[1])).status, TaskState::pending);
  EXPECT_EQ(must(lab.task(requester, waiting[2])).status, TaskState::pending);
  must(lab.coordinator->check_ledger());
}

// Goal:   a new task does not overtake an older one that waits for money.
// Method: a dear task beyond the balance, then a cheap one that the balance would cover; deposits open both in their order.
TEST_F(Money, NewTasksDoNotOvertakeWaitingOnes) {
  const TaskId dear = lab.create(requester, "dear", gstd(12));
  lab.clock.advance(std::chrono::milliseconds{1});
  const auto cheap = must(lab.post<protocol::TaskCreated>(requester, "/tasks/create", lab.order("cheap", gstd(1))));
  EXPECT_EQ(cheap.status, TaskState::awaiting_escrow);
  EXPECT_EQ(lab.balance(requester), gstd(10));
  EXPECT_EQ(must(lab.coordinator->deposit("first", requester.wallet, gstd(2))), Amount{0});
  EXPECT_EQ(must(lab.task(requester, dear)).status, TaskState::pending);
  EXPECT_EQ(must(lab.task(requester, cheap.task_id)).status, TaskState::awaiting_escrow);
  EXPECT_EQ(must(lab.coordinator->deposit("second", requester.wallet, gstd(1))), Amount{0});
  EXPECT_EQ(must(lab.task(requester, cheap.task_id)).status, TaskState::pending);
  must(lab.coordinator->check_ledger());
}

// Goal:   tasks that nobody has paid for do not fill the store.
// Method: a wallet without money creates as many as it may, and one more; a deposit makes room.
TEST_F(Money, UnpaidTasksAreBounded) {
  for (std::size_t i = 0; i < coordinator::kAwaitingMax; ++i)
    must(lab.post<protocol::TaskCreated>(worker, "/tasks/create", lab.order(std::to_string(i))));
  const auto one_more = [&] { return lab.post<protocol::TaskCreated>(worker, "/tasks/create", lab.order("more")); };
  EXPECT_TRUE(refused(one_more(), ErrorCode::resource_exhausted, "awaiting_escrow"));
  lab.pay_in(worker, gstd(1));
  EXPECT_EQ(must(one_more()).status, TaskState::awaiting_escrow);
}

// Goal:   a deposit counts once, whatever is repeated.
// Method: the same id again, with the same terms and with others; amounts out of bounds.
TEST_F(Money, DepositsCountOnce) {
  EXPECT_EQ(must(lab.coordinator->deposit("once", worker.wallet, gstd(5))), gstd(5));
  EXPECT_EQ(must(lab.coordinator->deposit("once", worker.wallet, gstd(5))), gstd(5));
  const auto differs = lab.coordinator->deposit("once", worker.wallet, gstd(6));
  ASSERT_FALSE(differs);
  EXPECT_EQ(differs.error().code, ErrorCode::already_exists);
  EXPECT_TRUE(refused(lab.coordinator->deposit("zero", worker.wallet, Amount{0}), ErrorCode::invalid_argument, "deposit"));
  EXPECT_TRUE(refused(lab.coordinator->deposit("debt", worker.wallet, Amount{-1}), ErrorCode::invalid_argument, "deposit"));
  EXPECT_EQ(lab.balance(worker), gstd(5));
  must(lab.coordinator->check_ledger());
}

// Goal:   giving up a task brings its escrow back, once, and only while nobody works on it.
// Method: cancel twice; then a task that is assigned; then the refund opens a waiting task.
TEST_F(Money, CancellingRefunds) {
  const auto cancel = [&](const TaskId& id) {
    return lab.call<protocol::TaskCancelled>({"DELETE", "/tasks/" + id.str(), {}, &requester, {}, {}, {}});
  };
  const TaskId dear = lab.create(requester, "dear", gstd(10));
  const TaskId waiting = lab.create(requester, "waiting", gstd(4));
  EXPECT_EQ(must(cancel(dear)).status, TaskState::cancelled);
  EXPECT_EQ(must(cancel(dear)).status, TaskState::cancelled);
  EXPECT_EQ(must(lab.task(requester, waiting)).status, TaskState::pending);
  EXPECT_EQ(lab.balance(requester), gstd(6));
  EXPECT_TRUE(refused(lab.result(requester, dear), ErrorCode::failed_precondition, "cancelled"));
  must(lab.take(worker, waiting));
  EXPECT_TRUE(refused(cancel(waiting), ErrorCode::failed_precondition, "state"));
  must(lab.coordinator->check_ledger());
}

// Goal:   the views of money agree with each other.
// Method: one task paid, one locked, one waiting, one cancelled.
TEST_F(Money, ViewsAgree) {
  const TaskId paid = lab.create(requester, "paid", gstd(2));
  must(lab.complete(worker, Lab::completion_of(worker, must(lab.take(worker, paid)))));
  const TaskId cancelled = lab.create(requester, "cancelled", gstd(1));
  must(lab.call<protocol::TaskCancelled>({"DELETE", "/tasks/" + cancelled.str(), {}, &requester, {}, {}, {}}));
  const TaskId locked = lab.create(requester, "locked", gstd(3));
  const TaskId waiting = lab.create(requester, "waiting", gstd(100));

  const auto balance = must(lab.get<protocol::WalletBalance>(requester, "/wallet/balance?wallet=" + requester.wallet.str()));
  EXPECT_EQ(balance.gstd_balance, gstd(5));
  EXPECT_EQ(balance.locked_in_escrow, gstd(3));
  EXPECT_EQ(balance.total_earned, Amount{0});
  EXPECT_EQ(must(lab.get<protocol::WalletBalance>(worker, "/wallet/balance")).total_earned, (Amount{1'900'000'000}));

  const auto stats = must(lab.get<protocol::ClientStats>(requester, "/client/stats"));
  EXPECT_EQ(stats.total_tasks_created, 4u);
  EXPECT_EQ(stats.completed_tasks, 1u);
  EXPECT_EQ(stats.active_tasks, 2u);
  EXPECT_EQ(stats.total_spent_gstd, gstd(2));
  EXPECT_EQ(stats.total_locked_gstd, gstd(3));

  std::map<TaskId, std::string> statuses;
  for (const auto& escrow : must(lab.get<protocol::EscrowPage>(requester, "/client/escrows")).escrows)
    statuses[escrow.task_id] = escrow.status;
  EXPECT_EQ(statuses, (std::map<TaskId, std::string>{
                          {paid, "released"}, {locked, "locked"}, {waiting, "awaiting"}, {cancelled, "refunded"}}));
  must(lab.coordinator->check_ledger());
}

}  // namespace
}  // namespace gstd::test

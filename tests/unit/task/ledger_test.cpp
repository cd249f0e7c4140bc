#include "task_fixture.hpp"

namespace gstd::test {
namespace {

// Goal:   fee and reward always make up the budget, the fee is 5 % rounded down, and nothing overflows.
// Method: amounts around the rounding steps and at the ends of the range.
TEST(Fee, IsFivePercentRoundedDown) {
  EXPECT_EQ(fee_of({0}).nano, 0);
  EXPECT_EQ(fee_of({19}).nano, 0);
  EXPECT_EQ(fee_of({20}).nano, 1);
  EXPECT_EQ(fee_of({39}).nano, 1);
  EXPECT_EQ(fee_of({10 * kNanoPerGstd}).nano, kNanoPerGstd / 2);
  for (const std::int64_t nano : {std::int64_t{1}, std::int64_t{99}, std::int64_t{101}, kAmountMax.nano, INT64_MAX}) {
    EXPECT_EQ(fee_of({nano}).nano + reward_of({nano}).nano, nano);
    EXPECT_GE(reward_of({nano}).nano, fee_of({nano}).nano);
  }
}

// Goal:   a budget that is made for a reward leaves exactly that.
// Method: every reward around many rounding steps, and the ends of the range.
TEST(Fee, BudgetForAReward) {
  for (std::int64_t nano = 1; nano < 1'000; ++nano) EXPECT_EQ(reward_of(budget_for({nano})).nano, nano);
  EXPECT_EQ(reward_of(budget_for(kAmountMax)), kAmountMax);
  EXPECT_EQ(budget_for({950'000'000}), Amount{kNanoPerGstd});
}

// Goal:   the two ways out of escrow each take exactly what was locked, and a transfer of a task has one id however often it is
// made. Method: the transfers of one task that is paid, by two workers in turn.
TEST(Transfers, PayoutAndRefundEmptyTheEscrow) {
  const Task task = task_in(TaskState::validated);
  EXPECT_EQ(lock_transfer(task), (Transfer{"lock/task-1", {"wallet/requester-1"}, {"escrow/task-1"}, task.spec.budget, task.id}));
  EXPECT_EQ(refund_transfer(task),
            (Transfer{"refund/task-1", {"escrow/task-1"}, {"wallet/requester-1"}, task.spec.budget, task.id}));
  const auto payout = payout_transfers(task);
  ASSERT_EQ(payout.size(), 2u);
  EXPECT_EQ(payout[0], (Transfer{"reward/task-1", {"escrow/task-1"}, {"wallet/worker-1"}, {9'500'000'000}, task.id}));
  EXPECT_EQ(payout[1], (Transfer{"fee/task-1", {"escrow/task-1"}, {"fee"}, {500'000'000}, task.id}));
  Task again = task;
  again.attempt = 2;
  again.lease = holder("worker-2");
  EXPECT_EQ(payout_transfers(again)[0].id, payout[0].id);
}

// Goal:   no transfer of nothing, and none to nobody.
// Method: a budget whose fee rounds to zero, and a task without a lease.
TEST(Transfers, LeaveOutWhatIsZero) {
  Task task = task_in(TaskState::validated);
  task.spec.budget = {19};
  const auto payout = payout_transfers(task);
  ASSERT_EQ(payout.size(), 1u);
  EXPECT_EQ(payout[0].amount.nano, 19);
  EXPECT_TRUE(payout_transfers(task_in(TaskState::pending)).empty());
}

// Goal:   deposits come from outside, under an id of their own.
// Method: one.
TEST(Transfers, DepositComesFromExternal) {
  EXPECT_EQ(deposit_transfer("tx-7", *WalletId::parse("w"), {5}),
            (Transfer{"deposit/tx-7", {"external"}, {"wallet/w"}, {5}, TaskId{}}));
}

}  // namespace
}  // namespace gstd::test

#include "conformance/store_fixture.hpp"

namespace gstd::test {
namespace {

using std::chrono::seconds;

class StoreLedgerTest : public StoreTest {
 protected:
  std::string move(const Transfer& transfer) {
    return describe(write([&](Transaction& t) { return t.transfer(transfer, kStart); }));
  }
  std::int64_t balance(const AccountId& account) {
    return read([&](Transaction& t) { return t.balance(account); })->nano;
  }
  std::string books() {
    return describe(read([](Transaction& t) { return t.check_ledger(); }));
  }
};
INSTANTIATE_TEST_SUITE_P(Every, StoreLedgerTest, testing::Values("memory", "sqlite"),
                         [](const auto& param) { return param.param; });

// Goal:   money moves once per id, however often it is asked for, and never with other terms under the same id.
// Method: a deposit repeated, and changed in each of its terms.
TEST_P(StoreLedgerTest, TransfersAreIdempotent) {
  const Transfer deposit = deposit_transfer("d", id<WalletId>("w"), {100});
  EXPECT_EQ(move(deposit), "true");
  EXPECT_EQ(move(deposit), "false");
  for (int i = 0; i < 4; ++i) {
    Transfer other = deposit;
    if (i == 0) other.amount = {101};
    if (i == 1) other.to = {"wallet/other"};
    if (i == 2) other.from = fee_account();
    if (i == 3) other.task = id<TaskId>("t");
    EXPECT_EQ(move(other), "already_exists/transfer_differs") << i;
  }
  EXPECT_EQ(balance(deposit.to), 100);
  EXPECT_EQ(balance(external_account()), -100);
  EXPECT_EQ(balance({"untouched"}), 0);
  EXPECT_EQ(books(), "ok");
}

// Goal:   no account but `external` goes below zero.
// Method: one unit more than there is, then all of it, then one more.
TEST_P(StoreLedgerTest, AccountsAreNotOverdrawn) {
  ASSERT_EQ(move(deposit_transfer("d", id<WalletId>("a"), {100})), "true");
  const AccountId a = wallet_account(id<WalletId>("a"));
  EXPECT_EQ(move({"1", a, {"b"}, {101}, {}}), "failed_precondition/insufficient_funds");
  EXPECT_EQ(move({"1", a, {"b"}, {100}, {}}), "true");
  EXPECT_EQ(move({"2", a, {"b"}, {1}, {}}), "failed_precondition/insufficient_funds");
  EXPECT_EQ(balance(a), 0);
  EXPECT_EQ(balance({"b"}), 100);
  EXPECT_EQ(books(), "ok");
}

// Goal:   transfers that make no sense are refused.
// Method: nothing, less than nothing, from an account to itself, ids out of bounds, more than an account can hold.
TEST_P(StoreLedgerTest, SenselessTransfersAreRefused) {
  const AccountId out = external_account();
  EXPECT_EQ(move({"1", out, {"a"}, {0}, {}}), "invalid_argument/amount");
  EXPECT_EQ(move({"1", out, {"a"}, {-5}, {}}), "invalid_argument/amount");
  EXPECT_EQ(move({"1", out, out, {5}, {}}), "invalid_argument/field");
  EXPECT_EQ(move({"", out, {"a"}, {5}, {}}), "invalid_argument/field");
  EXPECT_EQ(move({std::string(301, 'x'), out, {"a"}, {5}, {}}), "invalid_argument/field");
  EXPECT_EQ(move({std::string(300, 'x'), out, {"a"}, {INT64_MAX}, {}}), "true");
  EXPECT_EQ(move({"2", out, {"a"}, {2}, {}}), "out_of_range/amount");
  EXPECT_EQ(balance({"a"}), INT64_MAX);
  EXPECT_EQ(books(), "ok");
}

// Goal:   a task's money goes from its requester through escrow to worker and platform, and the figures for people say so.
// Method: one task that is paid, one that is refunded, one that is under way, by a requester who also works for himself.
TEST_P(StoreLedgerTest, FiguresFollowTheMoney) {
  const WalletId me = id<WalletId>("requester-1");
  ASSERT_EQ(move(deposit_transfer("d", me, {10'000})), "true");
  for (const char* name : {"paid", "refunded", "open"}) {
    insert(make_task(name));
    fund(name);
    ASSERT_EQ(move(lock_transfer(*task(name))), "true");
  }
  assign("paid", me.str());
  complete("paid", kStart + seconds{3});
  for (const Transfer& transfer : payout_transfers(*task("paid"))) ASSERT_EQ(move(transfer), "true");
  ASSERT_TRUE(step("refunded", [](const Task& t) { return cancel(t, Actor::requester, kStart); }));
  ASSERT_EQ(move(refund_transfer(*task("refunded"))), "true");

  EXPECT_EQ(describe(read([&](Transaction& t) { return t.requester_stats(me); })),
            "pending=1 completed=1 cancelled=1 spent=1000 locked=1000 mean=3000");
  EXPECT_EQ(describe(read([&](Transaction& t) { return t.earned(me); })), "950");
  EXPECT_EQ(balance(fee_account()), 50);
  EXPECT_EQ(balance(wallet_account(me)), 10'000 - 2'000 + 950);
  EXPECT_EQ(describe(read([](Transaction& t) { return t.requester_stats(id<WalletId>("nobody")); })), "spent=0 locked=0 mean=0");
  EXPECT_EQ(describe(read([](Transaction& t) { return t.earned(id<WalletId>("nobody")); })), "0");
  EXPECT_EQ(books(), "ok");
}

}  // namespace
}  // namespace gstd::test

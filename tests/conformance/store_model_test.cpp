#include "conformance/store_fixture.hpp"

#include <rapidcheck/gtest.h>

namespace gstd::test {
namespace {

using std::chrono::seconds;
using store::Store;

/// One call with small arguments, so that calls often meet the same records.
struct Operation {
  int kind;
  int a;
  int b;
  int minute;
};
constexpr int kOperationKinds = 27;

std::ostream& operator<<(std::ostream& out, const Operation& o) {
  return out << "{" << o.kind << "," << o.a << "," << o.b << "," << o.minute << "}";
}

Result<Change> change_of(const Task& task, int which, Timestamp now) {
  const Lease lease = task.lease.value_or(make_lease("worker-" + std::to_string(which % 3)));
  switch (which % 12) {
    case 0:
      return fund(task, now);
    case 1:
    case 2:
      return assign(task, lease, kLeaseTime, now);
    case 3:
    case 4:
      return submit(task, task.attempt, lease.device, now);
    case 5:
      return fail_attempt(task, task.attempt, lease.device, "why", {}, now);
    case 6:
      return expire(task, {}, now);
    case 7:
      return judge(task, OutcomeKind::completed, now);
    case 8:
      return judge(task, OutcomeKind::trapped, now);
    case 9:
      return settle(task, now);
    case 10:
      return reject(task, "bad", {}, now);
    default:
      return cancel(task, Actor::requester, now);
  }
}

std::string run(Transaction& t, const Operation& o) {
  const auto a = std::to_string(o.a);
  const auto b = std::to_string(o.b);
  const auto now = kStart + seconds{60 * o.minute};
  const auto task = id<TaskId>("t" + a);
  const auto wallet = id<WalletId>("w" + b);
  const auto digest = filled<Digest>(static_cast<std::uint8_t>(o.a));
  const auto key = filled<PublicKey>(static_cast<std::uint8_t>(o.b));
  switch (o.kind) {
    case 0:
      return describe(t.put_blob(digest, Bytes(static_cast<std::size_t>(o.b), 7))) + describe(t.blob(digest));
    case 1:
      return describe(t.put_module({digest, static_cast<std::uint64_t>(o.b), wallet, now, {a}, {b, a}, 1})) +
             describe(t.module(digest));
    case 2:
      return describe(t.insert_device(make_device("d" + a, "w" + b, static_cast<std::uint8_t>(o.b)))) +
             describe(t.set_wallet_owner(wallet, filled<PublicKey>(static_cast<std::uint8_t>(o.a))));
    case 3: {
      std::string seen = describe(t.device_with_key(key)) + describe(t.device_count()) + describe(t.wallet_owner(wallet)) +
                         describe(t.is_revoked(key)) +
                         describe(t.update_device(make_bound_device("d" + a, "w" + b, static_cast<std::uint8_t>(o.a)))) +
                         (o.minute % 3 == 0 ? describe(t.revoke_key(key, now)) : "");
      const auto devices = t.devices_of(wallet, 3);
      for (const auto& device : *devices) seen += describe(device);
      return seen;
    }
    case 4:
      return describe(t.use_nonce(key, a, now + seconds{90}));
    case 5:
      return describe(t.drop_expired(now));
    case 6:
    case 7:
    case 8: {
      Task fresh = make_task("t" + a, "w" + b);
      fresh.created_at = now;
      fresh.spec.priority = 1 + o.b % 5;
      fresh.spec.limits.memory_bytes_max = static_cast<std::uint64_t>(o.a);
      return describe(t.insert_task(fresh));
    }
    case 9:
    case 10:
    case 11:
    case 12:
    case 13:
    case 14: {
      const auto stored = t.task(task);
      if (!stored) return describe(stored.error());
      const auto change = change_of(*stored, o.b + o.kind, now);
      if (!change) return describe(change.error());
      return describe(t.apply(*change, stored->state, o.b == 0 ? 99 : stored->attempt, now));
    }
    case 15:
      return describe(t.set_lease_end(task, static_cast<std::uint32_t>(o.b), now));
    case 16:
      return describe(t.ready_tasks(now, static_cast<std::uint64_t>(o.b), static_cast<std::size_t>(o.a))) +
             describe(t.expired_leases(now, static_cast<std::size_t>(o.b))) + describe(*t.next_due(now));
    case 17:
      return describe(t.tasks_of(wallet, static_cast<TaskState>(o.a), 3)) + describe(t.recent_tasks_of(wallet, 3));
    case 18:
      return describe(t.insert_submission(make_submission("t" + a, static_cast<std::uint32_t>(o.b))));
    case 19:
      return describe(t.submission(task, static_cast<std::uint32_t>(o.b)));
    case 20: {
      auto challenge = make_challenge("t" + a, "w" + b);
      challenge.expires_at = now + seconds{90};
      return describe(t.put_challenge(challenge));
    }
    case 21:
      return describe(t.spend_challenge(task, wallet, "n", now)) + describe(t.challenge(task, wallet)) +
             describe(t.challenge_count(wallet, now));
    case 22:
      return describe(t.put_reply(wallet, a, {digest, b})) + describe(t.reply(wallet, a));
    case 26:
      return describe(t.append_pow_audit(make_audit_entry("w" + b, now))) +
             describe(t.pow_audit(o.a == 0 ? WalletId{} : wallet, 3));
    case 23:
      return describe(t.transfer(deposit_transfer(a, wallet, {1 + o.a}), now));
    case 24: {
      const auto stored = t.task(task);
      if (!stored) return describe(stored.error());
      std::string out = describe(t.transfer(lock_transfer(*stored), now));
      if (o.b % 3 == 0) out += describe(t.transfer(refund_transfer(*stored), now));
      for (const Transfer& transfer : payout_transfers(*stored)) out += describe(t.transfer(transfer, now));
      return out;
    }
    default:
      return describe(t.balance(wallet_account(wallet))) + describe(t.earned(id<WalletId>("worker-" + std::to_string(o.a % 3)))) +
             describe(t.lease_count(id<WalletId>("worker-" + std::to_string(o.a % 3)))) + describe(t.requester_stats(wallet)) +
             describe(t.events_after(static_cast<std::uint64_t>(o.a), o.b == 0 ? WalletId{} : wallet, 5));
  }
}

std::string dump(Store& store) {
  std::string out;
  const auto done = store.read([&](Transaction& t) -> Result<void> {
    out = describe(t.task_counts()) + describe(t.events_after(0, {}, SIZE_MAX)) + describe(t.check_ledger()) +
          describe(t.pow_audit({}, SIZE_MAX));
    for (int kind : {3, 16, 17, 19, 25})
      for (int a = 0; a < 8; ++a)
        for (int b = 0; b < 8; ++b) out += run(t, {kind, a, b, 3});
    return {};
  });
  return out + describe(done);
}

// Goal:   nobody can tell the stores apart.
// Method: random works of random calls, some of which are given up at their end, on a memory and an SQLite store; every answer
//         and everything that can be asked afterwards is compared as text.
TEST(StoreModel, MemoryAndSqliteAnswerAlike) {
  const auto operation = rc::gen::construct<Operation>(rc::gen::inRange(0, kOperationKinds), rc::gen::inRange(0, 8),
                                                       rc::gen::inRange(0, 8), rc::gen::inRange(0, 5));
  rc::check([&] {
    const auto works = *rc::gen::container<std::vector<std::pair<std::vector<Operation>, bool>>>(rc::gen::pair(
        rc::gen::container<std::vector<Operation>>(operation), rc::gen::map(rc::gen::inRange(0, 5), [](int n) { return n != 0; })));
    const TempDir dir = TempDir::without_disk();
    const auto memory = StoreTest::open("memory", dir);
    const auto sqlite = StoreTest::open("sqlite", dir);
    for (const auto& work : works) {
      const auto answers = [&work](Store& store) {
        std::string out;
        const auto done = store.write([&](Transaction& t) -> Result<void> {
          out.clear();
          for (const Operation& o : work.first) out += run(t, o) + "\n";
          return work.second ? Result<void>{} : Error{ErrorCode::cancelled, "given up", {}};
        });
        return out + describe(done);
      };
      RC_ASSERT(answers(*memory) == answers(*sqlite));
    }
    RC_ASSERT(dump(*memory) == dump(*sqlite));
  });
}

}  // namespace
}  // namespace gstd::test

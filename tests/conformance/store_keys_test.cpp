#include "conformance/store_fixture.hpp"

namespace gstd::test {
namespace {

using std::chrono::seconds;

TaskSealing make_sealing() { return {2, filled<Digest>(41), filled<PublicKey>(42), filled<Signature>(43)}; }

// What is wanted of a requester, as "task/attempt:request", with its grant where there is one.
std::string names(const Result<std::vector<store::KeyExchange>>& wanted) {
  if (!wanted) return wanted.error().message;
  std::string out;
  for (const auto& each : *wanted)
    out += each.task.str() + "/" + std::to_string(each.attempt) + ":" + each.request + (each.grant ? "+" + *each.grant : "") + " ";
  return out;
}

// Goal:   how a task is sealed comes back, before and after its claim.
// Method: an encrypted task beside a plain one.
TEST_P(StoreTest, TasksKeepTheirSealing) {
  Task task = make_task("t");
  task.spec.sealing = make_sealing();
  insert(task);
  insert(make_task("plain"));
  EXPECT_EQ(this->task("t")->spec.sealing, make_sealing());
  EXPECT_EQ(this->task("plain")->spec.sealing, std::nullopt);
  fund("t");
  assign("t", "worker-1", kStart + seconds{1});
  EXPECT_EQ(this->task("t")->spec.sealing, make_sealing());
  EXPECT_TRUE(this->task("t")->lease);
}

// Goal:   encrypted tasks are ready only for who may be shown those of their requester; plain ones always.
// Method: three tasks of two requesters, asked for with nobody, either, both.
TEST_P(StoreTest, EncryptedTasksAreReadyWhileTheirRequesterIsThere) {
  for (const auto& [name, requester, sealed] :
       {std::tuple{"a", "one", true}, std::tuple{"b", "two", true}, std::tuple{"c", "one", false}}) {
    Task task = make_task(name, requester);
    if (sealed) task.spec.sealing = make_sealing();
    task.spec.budget = {1};
    insert(task);
    fund(name);
  }
  const auto ready = [&](const std::set<WalletId>& granting, std::size_t limit = 10) {
    const auto tasks = read([&](Transaction& t) { return t.ready_tasks(kStart + seconds{9}, UINT64_MAX, limit, granting); });
    std::string out;
    for (const Task& task : *tasks) out += task.id.str();
    return out;
  };
  const auto one = id<WalletId>("one"), two = id<WalletId>("two");
  EXPECT_EQ(ready({}), "c");
  EXPECT_EQ(ready({one}), "ac");
  EXPECT_EQ(ready({two}), "bc");
  EXPECT_EQ(ready({one, two}), "abc");
  EXPECT_EQ(ready({}, 1), "c");
  EXPECT_EQ(ready({id<WalletId>("0:a+b/c=d.e@f_g")}), "c");
}

// Goal:   an attempt asks once and is granted once; what is wanted is what current attempts at assigned tasks lack.
// Method: asked, asked again, granted, granted otherwise; an attempt that is over; another requester's; a limit.
TEST_P(StoreTest, KeysAreAskedForAndGrantedOnce) {
  for (const char* name : {"t", "u"}) {
    insert(make_task(name, "me"));
    fund(name);
    assign(name, "worker-1", kStart + seconds{1});
  }
  const auto ask = [&](const std::string& name, std::uint32_t attempt, std::string_view request) {
    return describe(write([&](Transaction& t) { return t.put_key_request(id<TaskId>(name), attempt, request); }));
  };
  const auto grant = [&](const std::string& name, std::uint32_t attempt, std::string_view key) {
    return describe(write([&](Transaction& t) { return t.put_key_grant(id<TaskId>(name), attempt, key); }));
  };
  const auto wanted = [&](const std::string& requester, std::size_t limit = 10) {
    return names(read([&](Transaction& t) { return t.keys_wanted(id<WalletId>(requester), limit); }));
  };
  EXPECT_EQ(wanted("me"), "");
  EXPECT_EQ(grant("t", 1, "k"), "not_found/");
  EXPECT_EQ(ask("t", 1, "r"), "ok");
  EXPECT_EQ(ask("t", 1, "s"), "already_exists/");
  EXPECT_EQ(ask("u", 1, "q"), "ok");
  EXPECT_EQ(ask("u", 2, "later"), "ok");
  EXPECT_EQ(wanted("me"), "t/1:r u/1:q ");
  EXPECT_EQ(wanted("me", 1), "t/1:r ");
  EXPECT_EQ(wanted("you"), "");

  EXPECT_EQ(grant("t", 1, "k"), "ok");
  EXPECT_EQ(grant("t", 1, "l"), "ok");
  EXPECT_EQ(wanted("me"), "u/1:q ");
  const auto exchange = read([&](Transaction& t) { return t.key_exchange(id<TaskId>("t"), 1); });
  ASSERT_TRUE(exchange);
  EXPECT_EQ(exchange->request, "r");
  EXPECT_EQ(exchange->grant, "k");
  EXPECT_EQ(read([&](Transaction& t) { return t.key_exchange(id<TaskId>("t"), 2); }).error().code, ErrorCode::not_found);

  ASSERT_TRUE(step("u", [](const Task& task) { return give_back(task, 1, make_lease().device, kStart + seconds{2}); }));
  EXPECT_EQ(wanted("me"), "");
  assign("u", "worker-1", kStart + seconds{3});
  EXPECT_EQ(wanted("me"), "u/2:later ");
}

// Goal:   what is undone leaves no key behind, and a read changes none.
// Method: a request and a grant in a write that fails; both in a read.
TEST_P(StoreTest, KeysAreUndoneWithTheirWrite) {
  const auto key = id<TaskId>("t");
  const Error stop{ErrorCode::aborted, "no", "no"};
  EXPECT_FALSE(store_->write([&](Transaction& t) -> Result<void> {
    EXPECT_TRUE(t.put_key_request(key, 1, "r"));
    EXPECT_TRUE(t.put_key_grant(key, 1, "k"));
    return stop;
  }));
  EXPECT_EQ(read([&](Transaction& t) { return t.key_exchange(key, 1); }).error().code, ErrorCode::not_found);
  EXPECT_EQ(read([&](Transaction& t) { return t.put_key_request(key, 1, "r"); }).error().code, ErrorCode::failed_precondition);
  EXPECT_EQ(read([&](Transaction& t) { return t.put_key_grant(key, 1, "k"); }).error().code, ErrorCode::failed_precondition);
}

}  // namespace
}  // namespace gstd::test

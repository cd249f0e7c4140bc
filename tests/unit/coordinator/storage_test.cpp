#include "coordinator/attendant.hpp"
#include "support/faulty_store.hpp"
#include "support/lab.hpp"
#include "support/no_threads.hpp"

namespace gstd::test {
namespace {

class Storage : public testing::Test {
 protected:
  std::shared_ptr<FaultyStore> store = std::make_shared<FaultyStore>(store::open_memory());
  Lab lab{LabOptions{store, 0, {}, 1}};
  const Party requester = lab.requester();
  const Party worker = lab.worker();
};

// Goal:   a storage that cannot write is reported to whoever asks, nothing is half done, and all goes on once it can.
// Method: every step of the main job first fails, then succeeds.
TEST_F(Storage, FailedWritesAreReportedAndUndone) {
  const auto failing = [&](auto step) {
    store->writes_fail = true;
    auto result = step();
    store->writes_fail = false;
    return refused(result, ErrorCode::unavailable, "storage");
  };
  EXPECT_TRUE(failing([&] { return lab.post<protocol::TaskCreated>(requester, "/tasks/create", lab.order()); }));
  EXPECT_EQ(lab.balance(requester), gstd(10));
  EXPECT_TRUE(failing([&] { return lab.coordinator->deposit("deposit", requester.wallet, gstd(1)); }));
  EXPECT_EQ(lab.balance(requester), gstd(10));

  const TaskId id = lab.create(requester);
  EXPECT_TRUE(failing([&] { return lab.challenge(worker, id); }));
  must(lab.challenge(worker, id));
  EXPECT_TRUE(failing([&] { return lab.claim(worker, id, "0"); }));
  EXPECT_EQ(must(lab.task(requester, id)).status, TaskState::pending);
  const auto claim = must(lab.claim(worker, id, "0"));
  const auto completion = Lab::completion_of(worker, claim);
  EXPECT_TRUE(failing([&] { return lab.complete(worker, completion); }));
  EXPECT_EQ(must(lab.task(requester, id)).status, TaskState::assigned);
  EXPECT_EQ(lab.balance(worker), Amount{0});
  must(lab.complete(worker, completion));
  EXPECT_EQ(lab.balance(worker), (Amount{950'000'000}));
  must(lab.coordinator->check_ledger());
}

// Goal:   a refusal counts only once the request cannot be sent again.
// Method: a request that is refused for its module while the storage cannot write, then the same bytes twice when it can.
TEST_F(Storage, ARefusalWhoseNonceIsNotUsedUpIsUnavailable) {
  protocol::CreateTask order = lab.order();
  order.module_sha256 = sha256(as_bytes("nobody uploaded this"));
  const net::Request request = lab.request_of({"POST", "/tasks/create", protocol::write(order), &requester, {}, {}, {}});
  store->writes_fail = true;
  const net::Response undecided = lab.send(request);
  store->writes_fail = false;
  EXPECT_EQ(undecided.status, 503);
  EXPECT_EQ(Lab::error_of(undecided).code, ErrorCode::unavailable);
  EXPECT_EQ(Lab::error_of(lab.send(request)).reason, "module_unknown");
  EXPECT_EQ(Lab::error_of(lab.send(request)).reason, "nonce_replayed");
}

// Goal:   a storage that cannot read shows in health and in every answer, as 503, and nowhere as a crash.
// Method: reads fail for a while.
TEST_F(Storage, FailedReadsAreReported) {
  store->reads_fail = true;
  const auto health = must(lab.call<protocol::Health>({"GET", "/health", {}, nullptr, {}, {}, {}}));
  EXPECT_EQ(health.status, "unhealthy");
  EXPECT_EQ(health.database_status, "disconnected");
  EXPECT_EQ(lab.send({"GET", "/orchestrator/queue/stats", {}, nullptr, {}, {}, {}}).status, 503);
  EXPECT_EQ(lab.send({"GET", "/wallet/balance", {}, &requester, {}, {}, {}}).status, 503);
  store->reads_fail = false;
  EXPECT_EQ(must(lab.call<protocol::Health>({"GET", "/health", {}, nullptr, {}, {}, {}})).status, "healthy");
  EXPECT_EQ(lab.balance(requester), gstd(10));
}

// Goal:   a claim that is refused costs no read of its task's input, and one whose input cannot be read keeps its proof.
// Method: contents cannot be read: claims without a challenge, with a wrong nonce and with none at all get the reason that they
//         always get, the right nonce gets the fault; once contents can be read again, the same nonce buys the claim.
TEST_F(Storage, RefusedClaimsReadNoInput) {
  Lab priced{LabOptions{store, 8, {}, 2}};
  const TaskId id = lab.create(requester);
  store->blob_reads_fail = true;
  EXPECT_TRUE(refused(priced.claim(worker, id, "1"), ErrorCode::failed_precondition, "pow_required"));
  const auto challenge = must(priced.challenge(worker, id));
  EXPECT_TRUE(refused(priced.claim(worker, id, Lab::solve(challenge, false)), ErrorCode::failed_precondition, "pow_insufficient"));
  EXPECT_TRUE(refused(priced.claim(worker, id, "no nonce"), ErrorCode::invalid_argument, "pow_nonce"));
  EXPECT_TRUE(refused(priced.claim(worker, id, Lab::solve(challenge)), ErrorCode::unavailable, "storage"));
  store->blob_reads_fail = false;
  EXPECT_EQ(must(priced.claim(worker, id, Lab::solve(challenge))).input, lab.order().input);
}

// Goal:   a storage that reads but cannot write shows in health until a write succeeds; a refusal does not count as either.
// Method: a deposit fails and succeeds, with a refused request after each; then one fails for damage.
TEST_F(Storage, FailedWritesShowInHealth) {
  const auto health = [&] { return must(lab.call<protocol::Health>({"GET", "/health", {}, nullptr, {}, {}, {}})); };
  const TaskId nobody = must(TaskId::parse("nobody"));
  store->writes_fail = true;
  EXPECT_FALSE(lab.coordinator->deposit("deposit", requester.wallet, gstd(1)));
  EXPECT_TRUE(refused(lab.challenge(worker, nobody), ErrorCode::unavailable, "storage"));  // its nonce cannot be used up
  EXPECT_EQ(health().status, "unhealthy");
  EXPECT_EQ(health().database_status, "disconnected");
  store->writes_fail = false;
  must(lab.coordinator->deposit("deposit", requester.wallet, gstd(1)));
  EXPECT_TRUE(refused(lab.challenge(worker, nobody), ErrorCode::not_found, "task_unknown"));
  EXPECT_EQ(health().status, "healthy");
  EXPECT_EQ(health().database_status, "connected");
  store->is_damaged = true;
  store->writes_fail = true;
  EXPECT_TRUE(refused(lab.coordinator->deposit("other", requester.wallet, gstd(1)), ErrorCode::data_loss, "database_damaged"));
  EXPECT_EQ(health().status, "unhealthy");
  store->writes_fail = false;
  must(lab.coordinator->deposit("other", requester.wallet, gstd(1)));
  EXPECT_EQ(health().status, "healthy");
}

// Goal:   a system without threads to give gets an error, not an end of the process, and a later start succeeds.
// Method: coordinator and its own thread, each while no thread can be started.
TEST_F(Storage, MissingThreadsAreReported) {
  const auto start = [&] {
    CoordinatorOptions options;
    options.store = store;
    return Coordinator::start(std::move(options));
  };
  coordinator::Services services(
      [&] {
        CoordinatorOptions options;
        options.store = store;
        options.clock = &lab.clock;
        options.random = &lab.random;
        return options;
      }(),
      coordinator::PeerAddresses{});
  coordinator::Attendant attendant(services);
  {
    const NoThreads none;
    EXPECT_TRUE(refused(start(), ErrorCode::resource_exhausted, "threads"));
    EXPECT_TRUE(refused(attendant.start(), ErrorCode::resource_exhausted, "threads"));
  }
  must(start());
  must(attendant.start());
}

// Goal:   leases that could not be ended while the storage was away are ended afterwards.
// Method: the lease runs out during the fault, and the coordinator warns.
TEST_F(Storage, LeasesAreEndedAfterTheFault) {
  const TaskId id = lab.create(requester);
  must(lab.take(worker, id));
  store->writes_fail = true;
  lab.clock.advance(std::chrono::seconds{30});
  std::this_thread::sleep_for(std::chrono::milliseconds{120});
  EXPECT_EQ(must(lab.task(requester, id)).status, TaskState::assigned);
  store->writes_fail = false;
  lab.clock.advance(std::chrono::seconds{1});
  EXPECT_EQ(lab.wait_for(requester, id, TaskState::pending), TaskState::pending);
}

// Goal:   a coordinator does not start over a store that it cannot read.
// Method: reads fail from the beginning.
TEST_F(Storage, UnreadableStoreStopsTheStart) {
  store->reads_fail = true;
  CoordinatorOptions options;
  options.store = store;
  EXPECT_TRUE(refused(Coordinator::start(std::move(options)), ErrorCode::unavailable, "storage"));
}

}  // namespace
}  // namespace gstd::test

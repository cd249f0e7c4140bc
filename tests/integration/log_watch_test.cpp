// The log of receipts through the library's own client: what it proves, and what it refuses to believe.
#include "support/network.hpp"

namespace gstd::test {
namespace {

// A coordinator with a given key, a requester and a worker that are the tests' own, so that no engine is needed.
struct Log {
  explicit Log(std::shared_ptr<store::Store> store, std::optional<SigningKey> key, std::uint64_t seed)
      : lab(LabOptions{std::move(store), 0, [&](CoordinatorOptions& options) { options.key = std::move(key); }, seed}) {}

  protocol::TaskResult done(std::string_view output = "output") {
    const TaskId id = lab.create(requester);
    must(lab.complete(worker, Lab::completion_of(worker, must(lab.take(worker, id)), output)));
    return must(lab.result(requester, id));
  }

  Lab lab;
  Party requester = lab.requester();
  Party worker = lab.worker();
  Client client = must(Client::create(options()));

 private:
  ClientOptions options() {
    ClientOptions options;
    options.url = lab.coordinator->url();
    options.clock = &lab.clock;
    return options;
  }
};

SigningKey some_key() { return must(SigningKey::from_seed(sha256(as_bytes("coordinator")).view())); }

// Goal:   anybody can follow the log and prove a result, without a key of their own.
// Method: a client without a key; heads between results, each proven to continue the last; a result proven at the head of then and
//         of now.
TEST(LogWatch, FollowsAnHonestLog) {
  Log log{store::open_memory(), some_key(), 1};
  LogWatcher watcher{log.client};
  EXPECT_FALSE(watcher.last());
  EXPECT_EQ(must(watcher.update()).head.size, 0u);
  const auto first = log.done();
  const auto then = must(watcher.update());
  EXPECT_EQ(then.head.size, 1u);
  for (int i = 0; i < 6; ++i) log.done();
  EXPECT_EQ(must(watcher.update()).head.size, 7u);
  ASSERT_TRUE(watcher.last());
  EXPECT_EQ(watcher.last()->head.size, 7u);
  for (const auto& proof : {must(log.client.prove_receipt(first, then)), must(log.client.prove_receipt(first))}) {
    EXPECT_EQ(proof.inclusion.index, 0u);
    must(protocol::verify_inclusion(first.acceptance->acceptance, proof.inclusion, proof.head.head));
  }
  EXPECT_EQ(must(log.client.log_entries(2, 3)).entries.size(), 3u);
}

// Goal:   a watcher is made anew from the head that was kept, and a coordinator whose log is another one is caught.
// Method: heads of one log, shown to watchers of others with the same key: shorter, of the same length, longer; and of another key.
//         The head that is kept stays what it was.
TEST(LogWatch, CatchesARewrittenLog) {
  Log honest{store::open_memory(), some_key(), 1};
  Log rewritten{store::open_memory(), some_key(), 2};
  for (int i = 0; i < 3; ++i) honest.done();
  const auto kept = must(LogWatcher{honest.client}.update());
  EXPECT_EQ(must(LogWatcher(honest.client, kept).update()).head.size, 3u);
  for (int size = 0; size <= 5; ++size) {
    LogWatcher watcher{rewritten.client, kept};
    EXPECT_TRUE(refused(watcher.update(), ErrorCode::data_loss, "log_rewritten")) << size;
    EXPECT_EQ(watcher.last()->head, kept.head);
    rewritten.done("another output");
  }
  Log other{store::open_memory(), std::nullopt, 3};
  EXPECT_TRUE(refused(LogWatcher(other.client, kept).update(), ErrorCode::data_loss, "log_key_changed"));
}

// Goal:   trouble on the way accuses nobody.
// Method: a coordinator that is gone.
TEST(LogWatch, UnreachableIsNotRewritten) {
  Log log{store::open_memory(), some_key(), 1};
  LogWatcher watcher{log.client};
  const auto head = must(watcher.update());
  log.lab.coordinator->stop();
  const auto gone = watcher.update({std::chrono::milliseconds{500}, {}});
  ASSERT_FALSE(gone);
  EXPECT_NE(gone.error().code, ErrorCode::data_loss);
  EXPECT_EQ(watcher.last()->head, head.head);
}

// Goal:   a result that is not in the log, or not as it is shown, is not proven.
// Method: an acceptance of another log, a changed one, a result without, a head from before the result, a head with a bad
// signature.
TEST(LogWatch, ProvesNothingThatIsNotThere) {
  Log log{store::open_memory(), some_key(), 1};
  const auto before = must(log.client.log_head());
  const auto result = log.done();
  must(log.client.prove_receipt(result));
  EXPECT_TRUE(refused(log.client.prove_receipt(result, before), ErrorCode::out_of_range, "tree_size"));

  auto without = result;
  without.acceptance.reset();
  EXPECT_TRUE(refused(log.client.prove_receipt(without), ErrorCode::failed_precondition, "no_acceptance"));
  auto changed = result;
  changed.acceptance->acceptance.accepted_at += std::chrono::milliseconds{1};
  EXPECT_TRUE(refused(log.client.prove_receipt(changed), ErrorCode::data_loss, "acceptance_invalid"));
  // Properly signed by the coordinator's own key, but never logged.
  auto unlogged = result;
  unlogged.acceptance = protocol::sign_acceptance(changed.acceptance->acceptance, some_key());
  EXPECT_TRUE(refused(log.client.prove_receipt(unlogged), ErrorCode::data_loss, "inclusion_proof"));
  auto head = must(log.client.log_head());
  head.head.root.bytes[0] ^= 1;
  EXPECT_TRUE(refused(log.client.prove_receipt(result, head), ErrorCode::data_loss, "tree_head_invalid"));
}

// Goal:   a requester notices an acceptance that is not of its result.
// Method: the acceptance of another result, and one with a changed signature, in an otherwise honest result.
TEST(LogWatch, ResultsAreHeldAgainstTheirAcceptance) {
  Log log{store::open_memory(), some_key(), 1};
  const auto result = log.done();
  const Digest input = sha256(as_bytes("input"));
  must(verify_result(result, log.lab.module, input));
  auto other = result;
  other.acceptance = log.done().acceptance;
  EXPECT_TRUE(refused(verify_result(other, log.lab.module, input), ErrorCode::data_loss, "receipt_invalid"));
  auto forged = result;
  forged.acceptance->signature.bytes[0] ^= 1;
  EXPECT_TRUE(refused(verify_result(forged, log.lab.module, input), ErrorCode::data_loss, "receipt_invalid"));
}

}  // namespace
}  // namespace gstd::test

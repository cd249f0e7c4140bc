#include "support/lab.hpp"
#include "support/stores.hpp"

namespace gstd::test {
namespace {

class ReceiptLog : public testing::TestWithParam<std::string> {
 protected:
  // A task that is done by `worker`, as its requester gets it.
  protocol::TaskResult done(OutcomeKind outcome = OutcomeKind::completed) {
    const TaskId id = lab.create(requester);
    const auto claim = must(lab.take(worker, id));
    must(lab.complete(worker, Lab::completion_of(worker, claim, outcome == OutcomeKind::completed ? "output" : "", outcome)));
    return must(lab.result(requester, id));
  }
  // The log is everybody's: asked without a signature.
  template <class M>
  Result<M> ask(const std::string& path) {
    return lab.call<M>({"GET", path, {}, nullptr, {}, {}, {}});
  }
  protocol::SignedTreeHead head() { return must(ask<protocol::SignedTreeHead>("/log/head")); }
  Result<protocol::InclusionProof> inclusion(const protocol::TaskResult& result, const std::string& rest = {}) {
    return ask<protocol::InclusionProof>("/log/inclusion?task_id=" + result.task_id.str() +
                                         "&attempt=" + std::to_string(result.attempt) + rest);
  }

  TempDir folder = TempDir::without_disk();
  Lab lab{LabOptions{open_store(GetParam(), folder), 0, {}, 1}};
  Party requester = lab.requester();
  Party worker = lab.worker();
};

// Goal:   worker and requester both get the coordinator's word on the very receipt, whatever the end; a repeat gets the same one.
// Method: a run that completes and one that traps; the same completion twice.
TEST_P(ReceiptLog, AcceptancesAreSigned) {
  const TaskId id = lab.create(requester);
  const auto completion = Lab::completion_of(worker, must(lab.take(worker, id)));
  const auto completed = must(lab.complete(worker, completion));
  ASSERT_TRUE(completed.acceptance);
  must(protocol::verify_acceptance(*completed.acceptance, completion.receipt, completion.signature));
  EXPECT_EQ(completed.acceptance->acceptance.key, lab.coordinator->public_key());
  EXPECT_EQ(completed.acceptance->acceptance.accepted_at, lab.clock.now());
  EXPECT_EQ(completed.acceptance->acceptance.state, TaskState::completed);
  lab.clock.advance(std::chrono::seconds{3});
  const auto again = must(lab.complete(worker, completion));
  ASSERT_TRUE(again.acceptance);
  EXPECT_EQ(again.acceptance->acceptance, completed.acceptance->acceptance);
  EXPECT_EQ(again.acceptance->signature, completed.acceptance->signature);
  const auto result = must(lab.result(requester, id));
  ASSERT_TRUE(result.acceptance);
  EXPECT_EQ(result.acceptance->signature, completed.acceptance->signature);
  EXPECT_EQ(head().head.size, 1u);

  const auto failed = done(OutcomeKind::trapped);
  ASSERT_TRUE(failed.acceptance);
  EXPECT_EQ(failed.acceptance->acceptance.state, TaskState::failed);
  EXPECT_EQ(head().head.size, 2u);
}

// Goal:   every accepted result is in the log, at every size since, and every head continues every earlier one.
// Method: nine results; after each the head, and proofs of all results so far, for the log of then and for all later ones.
TEST_P(ReceiptLog, ProvesEveryResult) {
  std::vector<protocol::SignedTreeHead> heads{head()};
  EXPECT_EQ(heads.front().head.root, merkle::empty_root());
  std::vector<protocol::TaskResult> results;
  for (int i = 0; i < 9; ++i) {
    results.push_back(done());
    heads.push_back(head());
    must(protocol::verify_tree_head(heads.back()));
    EXPECT_EQ(heads.back().head.key, lab.coordinator->public_key());
    EXPECT_EQ(heads.back().head.size, results.size());
  }
  for (std::size_t i = 0; i < results.size(); ++i) {
    for (std::size_t size = i + 1; size < heads.size(); ++size) {
      const auto proof = must(inclusion(results[i], "&size=" + std::to_string(size)));
      EXPECT_EQ(proof.index, i);
      must(protocol::verify_inclusion(results[i].acceptance->acceptance, proof, heads[size].head));
    }
  }
  EXPECT_EQ(must(inclusion(results[0])).size, 9u) << "the whole log where no size is named";
  for (std::size_t first = 0; first < heads.size(); ++first) {
    for (std::size_t second = first; second < heads.size(); ++second) {
      const auto proof = must(
          ask<protocol::ConsistencyProof>("/log/consistency?first=" + std::to_string(first) + "&second=" + std::to_string(second)));
      must(protocol::verify_consistency(heads[first].head, heads[second].head, proof));
    }
  }
}

// Goal:   who reads the whole log comes to the root that was signed, and learns nothing of tasks, wallets or results.
// Method: pages of two, hashed here; the entries are searched for all that is private.
TEST_P(ReceiptLog, EntriesMakeTheRootAndTellNothing) {
  std::vector<protocol::TaskResult> results;
  for (int i = 0; i < 5; ++i) results.push_back(done());
  std::map<std::pair<unsigned, std::uint64_t>, Digest> stored;
  const merkle::Nodes nodes = [&](unsigned level, std::uint64_t index) -> Result<Digest> { return stored.at({level, index}); };
  std::uint64_t size = 0;
  for (;;) {
    const auto page = must(ask<protocol::LogPage>("/log/entries?count=2&start=" + std::to_string(size)));
    EXPECT_EQ(page.size, 5u);
    EXPECT_LE(page.entries.size(), 2u);
    if (page.entries.empty()) break;
    for (const auto& entry : page.entries) {
      EXPECT_EQ(entry.index, size);
      const auto acceptance = must(decode_acceptance(entry.entry));
      EXPECT_EQ(acceptance.receipt, receipt_digest(results[size].receipt, results[size].signature));
      const std::string text(as_text(entry.entry));
      for (const std::string& secret :
           {results[size].task_id.str(), worker.wallet.str(), requester.wallet.str(), worker.device.str(),
            std::string(as_text(results[size].output_sha256.view())), std::string(as_text(lab.module.view())),
            std::string(as_text(worker.key.public_key().view()))})
        EXPECT_EQ(text.find(secret), std::string::npos);
      for (const auto& node : must(merkle::append(size, merkle::hash_leaf(entry.entry), nodes)))
        stored[{node.level, node.index}] = node.hash;
      ++size;
    }
  }
  EXPECT_EQ(size, 5u);
  EXPECT_EQ(must(merkle::root(size, nodes)), head().head.root);
}

// Goal:   questions about what is not there get one clear error each.
// Method: sizes beyond the log, entries before they came, tasks and attempts without one, missing and broken parameters.
TEST_P(ReceiptLog, RefusesWhatIsNotThere) {
  const auto first = done();
  const auto second = done();
  EXPECT_TRUE(refused(inclusion(second, "&size=1"), ErrorCode::out_of_range, "tree_size"));
  EXPECT_TRUE(refused(inclusion(first, "&size=3"), ErrorCode::out_of_range, "tree_size"));
  EXPECT_TRUE(refused(inclusion(first, "&size=18446744073709551615"), ErrorCode::out_of_range, "tree_size"));
  EXPECT_TRUE(refused(inclusion(first, "&size=x"), ErrorCode::invalid_argument, "field"));
  const auto ask_inclusion = [&](const std::string& query) { return ask<protocol::InclusionProof>("/log/inclusion" + query); };
  EXPECT_TRUE(refused(ask_inclusion(""), ErrorCode::invalid_argument, "field"));
  EXPECT_TRUE(refused(ask_inclusion("?task_id=" + first.task_id.str()), ErrorCode::invalid_argument, "field"));
  EXPECT_TRUE(refused(ask_inclusion("?attempt=1&task_id=nobody"), ErrorCode::not_found, "task_unknown"));
  for (const char* attempt : {"0", "2", "4294967297"})
    EXPECT_TRUE(refused(ask_inclusion("?task_id=" + first.task_id.str() + "&attempt=" + attempt), ErrorCode::not_found,
                        "log_entry_unknown"))
        << attempt;
  EXPECT_TRUE(
      refused(ask_inclusion("?attempt=1&task_id=" + lab.create(requester).str()), ErrorCode::not_found, "log_entry_unknown"));
  const auto ask_growth = [&](const std::string& query) { return ask<protocol::ConsistencyProof>("/log/consistency" + query); };
  EXPECT_TRUE(refused(ask_growth("?first=1"), ErrorCode::invalid_argument, "field"));
  EXPECT_TRUE(refused(ask_growth("?first=1&second=3"), ErrorCode::out_of_range, "tree_size"));
  EXPECT_TRUE(refused(ask_growth("?first=2&second=1"), ErrorCode::out_of_range, "tree_size"));
  EXPECT_TRUE(refused(ask<protocol::LogPage>("/log/entries"), ErrorCode::invalid_argument, "field"));
}

// Goal:   a result that was refused leaves no trace in the log.
// Method: a receipt with another input; then the honest one.
TEST_P(ReceiptLog, RefusedResultsAreNotLogged) {
  const auto claim = must(lab.take(worker, lab.create(requester)));
  const Bytes output(3, 'x');
  Receipt receipt = Lab::receipt_of(worker, claim, output);
  receipt.input.bytes[0] ^= 1;
  EXPECT_FALSE(lab.complete(worker, Lab::completion_of(worker, receipt, output)));
  EXPECT_EQ(head().head.size, 0u);
  must(lab.complete(worker, Lab::completion_of(worker, claim)));
  EXPECT_EQ(head().head.size, 1u);
}

// Goal:   the log and its key outlive the coordinator where both are kept; without a key, a restart is seen as another key.
// Method: two coordinators over one store, one after the other, with a key and without.
TEST(ReceiptLogKey, IsTheOneThatWasGiven) {
  const auto store = store::open_memory();
  const SigningKey key = SigningKey::generate();
  for (std::uint64_t seed = 1; seed <= 2; ++seed) {
    Lab lab{LabOptions{store, 0, [&](CoordinatorOptions& options) { options.key = key; }, seed}};
    EXPECT_EQ(lab.coordinator->public_key(), key.public_key());
    const auto head = must(lab.call<protocol::SignedTreeHead>({"GET", "/log/head", {}, nullptr, {}, {}, {}}));
    must(protocol::verify_tree_head(head));
    EXPECT_EQ(head.head.key, key.public_key());
  }
  Lab other{LabOptions{store, 0, {}, 3}};
  EXPECT_NE(other.coordinator->public_key(), key.public_key());
}

INSTANTIATE_TEST_SUITE_P(Stores, ReceiptLog, testing::Values("memory", "sqlite"), [](const auto& param) { return param.param; });

}  // namespace
}  // namespace gstd::test

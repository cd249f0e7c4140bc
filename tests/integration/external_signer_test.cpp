// A worker whose key is somewhere else.
#include <gstd/wasm.hpp>

#include "support/network.hpp"

#include <deque>

namespace gstd::test {
namespace {

// Signs on a thread of its own, as a wallet does, until it is told to lie down; from then on it keeps every question.
class Wallet {
 public:
  explicit Wallet(SigningKey key) : key_(std::move(key)), thread_([this](std::stop_token stop) { work(stop); }) {}

  Signer signer() {
    return Signer::external(key_.public_key(), [this](BytesView, SignReply reply) {
      const std::lock_guard lock{mutex_};
      questions_.push_back(std::move(reply));
      changed_.notify_all();
    });
  }
  void lie_down() {
    const std::lock_guard lock{mutex_};
    awake_ = false;
  }
  std::size_t open_questions() {
    const std::lock_guard lock{mutex_};
    return questions_.size();
  }
  std::uint64_t answered() {
    const std::lock_guard lock{mutex_};
    return answered_;
  }

 private:
  void work(std::stop_token stop) {
    for (std::unique_lock lock{mutex_}; changed_.wait(lock, stop, [this] { return awake_ && !questions_.empty(); });) {
      const SignReply reply = std::move(questions_.front());
      questions_.pop_front();
      ++answered_;
      reply.answer(key_.sign(reply.message()));
    }
  }

  const SigningKey key_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<SignReply> questions_;  // guarded by mutex_
  bool awake_ = true;                // guarded by mutex_
  std::uint64_t answered_ = 0;       // guarded by mutex_
  std::jthread thread_;              // last: it uses all of the above
};

// Goal:   a worker earns with a key that it never sees, and its receipts are that key's.
// Method: the whole main job; the requester verifies as always.
TEST(ExternalSignerWorker, EarnsWithAKeyThatItNeverSees) {
  if (!wasm::is_available()) GTEST_SKIP() << "built without an engine";
  Network network{store::open_memory()};
  auto options = network.worker_options("worker");
  Wallet wallet{must(SigningKey::from_seed(sha256(as_bytes("key of worker")).view()))};
  options.client.key = wallet.signer();
  const auto echo = network.upload("echo");
  const auto task = network.submit(echo, "hello");
  Worker worker = must(Worker::start(options, kPatient));
  EXPECT_EQ(as_text(network.result(task, echo, "hello").output), "hello");
  worker.stop();
  // Registration, challenge, claim, receipt and completion at least.
  EXPECT_GE(wallet.answered(), 5u);
}

// Goal:   a wallet that falls silent does not keep a worker from stopping.
// Method: it lies down once the worker is registered; the worker is stopped when it has asked.
TEST(ExternalSignerWorker, StopsWhileItsWalletIsSilent) {
  if (!wasm::is_available()) GTEST_SKIP() << "built without an engine";
  Network network{store::open_memory()};
  auto options = network.worker_options("worker");
  Wallet wallet{must(SigningKey::from_seed(sha256(as_bytes("key of worker")).view()))};
  options.client.key = wallet.signer();
  Worker worker = must(Worker::start(options, kPatient));
  wallet.lie_down();
  ASSERT_TRUE(eventually([&] { return wallet.open_questions() > 0; }));
  worker.stop();
}

}  // namespace
}  // namespace gstd::test

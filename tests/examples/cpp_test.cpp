// The C++ examples as processes of their own.
#include <gstd/coordinator.hpp>
#include <gstd/wasm.hpp>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "support/stores.hpp"

namespace gstd::test {
namespace {

// A program under way, whose standard output goes to a file.
class Program {
 public:
  Program(const TempDir& folder, const std::string& name, std::vector<std::string> arguments) : output_(folder / (name + ".out")) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    std::vector<char*> argv;
    for (auto& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    EXPECT_EQ(posix_spawn(&pid_, argv[0], &actions, nullptr, argv.data(), environ), 0) << argv[0];
    posix_spawn_file_actions_destroy(&actions);
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  ~Program() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    wait();
  }

  void interrupt() const { kill(pid_, SIGINT); }

  /// The exit code; -1 for any other end.
  int wait() {
    int status = 0;
    const pid_t ended = waitpid(pid_, &status, 0);
    const bool exited = ended == pid_ && WIFEXITED(status);
    pid_ = -1;
    return exited ? WEXITSTATUS(status) : -1;
  }

  std::string output() const {
    std::ifstream file(output_, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

 private:
  std::filesystem::path output_;
  pid_t pid_ = -1;
};

Coordinator start_coordinator() {
  CoordinatorOptions options;
  options.store = store::open_memory();
  options.difficulty_bits = 4;
  auto coordinator = must(Coordinator::start(options));
  must(coordinator.deposit("gift", must(WalletId::parse("alice")), {5 * kNanoPerGstd}));
  return coordinator;
}

class CppExamples : public testing::Test {
 protected:
  void SetUp() override {
    if (!wasm::is_available()) GTEST_SKIP() << "built without an engine";
  }
};

// Goal:   the embedded network does its four tasks and accounts for the money.
// Method: its output, which it only comes to when everything before has succeeded.
TEST_F(CppExamples, Embedded) {
  const TempDir folder;
  Program embedded{folder, "embedded", {GSTD_EXAMPLE_EMBEDDED, GSTD_EXAMPLE_GUEST}};
  EXPECT_EQ(embedded.wait(), 0);
  EXPECT_EQ(embedded.output(),
            "one fish -> one fish\ntwo fish -> two fish\nred fish -> red fish\nblue fish -> blue fish\n"
            "alice has 6 GSTD left, bob has earned 3.8\n");
}

// Goal:   client and worker find each other through a coordinator.
// Method: one task; the client prints the verified result, the worker ends after its one task.
TEST_F(CppExamples, ClientAndWorker) {
  auto coordinator = start_coordinator();
  const TempDir folder;
  const auto input = folder / "input.txt";
  std::ofstream(input) << "to be echoed";
  Program worker{folder, "worker", {GSTD_EXAMPLE_WORKER, coordinator.url(), "bob", "1"}};
  Program client{folder, "client", {GSTD_EXAMPLE_CLIENT, coordinator.url(), "alice", GSTD_EXAMPLE_GUEST, input.string()}};
  EXPECT_EQ(client.wait(), 0);
  EXPECT_EQ(client.output(), "to be echoed");
  EXPECT_EQ(worker.wait(), 0);
  EXPECT_NE(worker.output().find("1 tasks, 0.95 GSTD"), std::string::npos) << worker.output();
  must(coordinator.check_ledger());
}

// Goal:   a worker ends in order when it is interrupted.
// Method: it wants more tasks than there are; after the one that there is, it gets the signal.
TEST_F(CppExamples, InterruptedWorker) {
  auto coordinator = start_coordinator();
  const TempDir folder;
  std::ofstream(folder / "input.txt") << "x";
  Program worker{folder, "worker", {GSTD_EXAMPLE_WORKER, coordinator.url(), "bob", "1000"}};
  Program client{
      folder, "client", {GSTD_EXAMPLE_CLIENT, coordinator.url(), "alice", GSTD_EXAMPLE_GUEST, (folder / "input.txt").string()}};
  EXPECT_EQ(client.wait(), 0);
  worker.interrupt();
  EXPECT_EQ(worker.wait(), 0);
  EXPECT_NE(worker.output().find("1 tasks"), std::string::npos) << worker.output();
}

// Goal:   a mistake in the arguments ends with a reason and a status that says so.
// Method: no arguments, and a file that is not there.
TEST(CppExampleArguments, FailWithAStatus) {
  const TempDir folder;
  Program bare{folder, "bare", {GSTD_EXAMPLE_CLIENT}};
  EXPECT_EQ(bare.wait(), 2);
  Program no_file{folder, "no_file", {GSTD_EXAMPLE_EMBEDDED, (folder / "missing").string()}};
  EXPECT_EQ(no_file.wait(), 1);
}

}  // namespace
}  // namespace gstd::test

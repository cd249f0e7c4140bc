// What a coordinator's process has of the secrets of those who call it: nothing, not even while their sessions live.
#include <gtest/gtest.h>
#include <gstd/net.hpp>

#include <mutex>

#include "secrets/other_end.hpp"
#include "support/certificates.hpp"
#include "support/network.hpp"

namespace gstd::test {
namespace {

// Every line, of every level; looked through at the end, when all secrets are known.
class Log {
 public:
  LogSink sink() {
    return [this](LogLevel, std::string_view message) {
      const std::lock_guard lock(mutex_);
      lines_.emplace_back(message);
    };
  }
  std::size_t size() const { return lines_.size(); }
  std::size_t leaks_of(const std::vector<Planted>& secrets) const {
    std::size_t leaks = 0;
    for (const std::string& line : lines_)
      for (const Planted& secret : secrets) leaks += secret.is_in(as_bytes(line));
    return leaks;
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> lines_;  // guarded by mutex_ while there are threads that log
};

class SecretsOfOthers : public ::testing::TestWithParam<bool> {
 protected:
  static void SetUpTestSuite() { must(net::wipe_http_memory()); }
  void SetUp() override {
    if (kKeepsFreedMemory) GTEST_SKIP() << "the sanitizer keeps what was freed, to find who uses it";
  }

  static std::vector<Finding> search(const OtherEnd& other) {
    std::vector<const Planted*> all;
    for (const Planted& secret : other.secrets()) all.push_back(&secret);
    return search_memory(all);
  }
};

INSTANTIATE_TEST_SUITE_P(Transport, SecretsOfOthers, ::testing::Values(false, true),
                         [](const auto& param) { return param.param ? "tls" : "plain"; });

// Goal:   session tokens, keys, and the plaintext of an encrypted task are nowhere in the coordinator's process, nor in its log;
// and
//         nowhere in the client's, once it is done.
// Method: both are processes of their own. The client's tells the coordinator's what to look for, when its session still lives and
// its
//         connections stand, and searches itself when they do not.
TEST_P(SecretsOfOthers, AreNotInTheCoordinatorsProcess) {
  const TempDir folder;
  const Authority authority(folder, "authority");
  const KeyPair pair = authority.issue("server");
  Log log;
  Network network{store::open_memory(),
                  [&](CoordinatorOptions& options) {
                    options.log = log.sink();
                    if (GetParam()) options.tls = net::ServerTls{.certificate_file = pair.certificate, .key_file = pair.key};
                  },
                  [&](ClientOptions& options) {
                    if (GetParam()) options.ca_file = authority.file();
                  }};
  must(network.coordinator->deposit("other-end", must(WalletId::parse("wallet-other-end")), Network::kMoney));
  OtherEnd other(network.client_options("any").url, GetParam() ? authority.file() : "");
  other.go_on_to("idle");
  ASSERT_GE(other.secrets().size(), wasm::is_available() ? 6u : 4u);
  const auto while_idle = search(other);
  EXPECT_TRUE(while_idle.empty()) << to_text(while_idle);
  other.go_on_to("searched");
  EXPECT_EQ(other.remark(), "nothing") << "in the other end's own process";
  network.requester.reset();
  network.coordinator.reset();
  const auto afterwards = search(other);
  EXPECT_TRUE(afterwards.empty()) << to_text(afterwards);
  EXPECT_EQ(log.leaks_of(other.secrets()), 0u) << "in " << log.size() << " lines";
}

}  // namespace
}  // namespace gstd::test

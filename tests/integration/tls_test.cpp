// The whole network over TLS that the coordinator ends itself.
#include <filesystem>

#include "support/certificates.hpp"
#include "support/network.hpp"

namespace gstd {
namespace {

using namespace test;

class TlsNetwork : public testing::Test {
 protected:
  void start(const std::function<void(net::ServerTls&)>& tune = {}) {
    network_.emplace(
        store::open_memory(),
        [&](CoordinatorOptions& options) {
          options.tls.emplace();
          options.tls->certificate_file = server_.certificate;
          options.tls->key_file = server_.key;
          if (tune) tune(*options.tls);
        },
        [this](ClientOptions& options) {
          options.ca_file = authority_.file();
          options.pinned_public_keys = {server_.pin};
          options.client_certificate_file = client_.certificate;
          options.client_key_file = client_.key;
        });
  }
  /// What health() says to a client that differs from the good ones in what `change` does.
  Result<protocol::Health> health_of(const std::function<void(ClientOptions&)>& change) const {
    ClientOptions options = network_->client_options("somebody");
    options.tries = 1;
    change(options);
    auto client = Client::create(std::move(options));
    if (!client) return std::move(client).error();
    return client->health();
  }

  const TempDir folder_;
  const Authority authority_{folder_, "authority"};
  const Authority foreign_{folder_, "foreign"};
  const KeyPair server_ = authority_.issue("server");
  const KeyPair client_ = authority_.issue("client", {.names = "DNS:client.example"});
  std::optional<Network> network_;
};

// Goal:   the main job runs over TLS with a pinned key and certificates on both sides, and signatures hold there.
// Method: two workers, a few tasks, one reload of the certificates in the middle.
TEST_F(TlsNetwork, RunsTheMainJob) {
  start([this](net::ServerTls& tls) { tls.client_ca_file = authority_.file(); });
  EXPECT_TRUE(network_->coordinator->url().starts_with("https://127.0.0.1:"));
  const Digest module = network_->upload("echo");
  const Worker one = must(Worker::start(network_->worker_options("one")));
  const Worker two = must(Worker::start(network_->worker_options("two")));
  for (int i = 0; i < 4; ++i) {
    const std::string input = "over tls " + std::to_string(i);
    const TaskId task = network_->submit(module, input);
    if (i == 1) must(network_->coordinator->reload_certificates());
    const auto result = network_->result(task, module, input);
    EXPECT_EQ(std::string(result.output.begin(), result.output.end()), input);
  }
}

// Goal:   each way in which one end is not who it should be has its own reason.
// Method: one client per way, beside one that is right.
TEST_F(TlsNetwork, TellsWhoIsNotWhoTheyShouldBe) {
  start([this](net::ServerTls& tls) { tls.client_ca_file = authority_.file(); });
  EXPECT_TRUE(health_of([](ClientOptions&) {}));
  const auto unauthenticated = ErrorCode::unauthenticated;
  EXPECT_TRUE(refused(health_of([&](ClientOptions& o) { o.ca_file = foreign_.file(); }), unauthenticated, "tls_certificate"));
  EXPECT_TRUE(refused(health_of([](ClientOptions& o) { o.url.replace(8, 9, "localhost"); }), unauthenticated, "tls_certificate"));
  EXPECT_TRUE(refused(health_of([&](ClientOptions& o) { o.pinned_public_keys = {client_.pin}; }), unauthenticated, "tls_pin"));
  EXPECT_TRUE(refused(health_of([](ClientOptions& o) { o.client_certificate_file = o.client_key_file = {}; }), unauthenticated,
                      "tls_client_certificate"));
  const KeyPair stranger = foreign_.issue("stranger");
  EXPECT_TRUE(refused(health_of([&](ClientOptions& o) {
                        o.client_certificate_file = stranger.certificate;
                        o.client_key_file = stranger.key;
                      }),
                      unauthenticated, "tls_client_certificate"));
  EXPECT_TRUE(refused(health_of([](ClientOptions& o) { o.url.replace(0, 5, "http"); }), ErrorCode::invalid_argument, "url"));
}

// Goal:   a coordinator does not start with files that do not serve, and keeps those in use where new ones do not.
// Method: a key that others can read, at the start and at a reload; a coordinator without TLS.
TEST_F(TlsNetwork, RefusesFilesThatDoNotServe) {
  start();
  using std::filesystem::perms;
  std::filesystem::permissions(server_.key, perms::others_read, std::filesystem::perm_options::add);
  EXPECT_TRUE(refused(network_->coordinator->reload_certificates(), ErrorCode::permission_denied, "key_file"));
  EXPECT_TRUE(health_of([](ClientOptions&) {}));
  CoordinatorOptions options;
  options.store = store::open_memory();
  options.tls.emplace();
  options.tls->certificate_file = server_.certificate;
  options.tls->key_file = server_.key;
  const auto started = Coordinator::start(options);
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, ErrorCode::permission_denied);
  options.tls.reset();
  EXPECT_TRUE(refused(must(Coordinator::start(options)).reload_certificates(), ErrorCode::failed_precondition, "tls"));
}

}  // namespace
}  // namespace gstd

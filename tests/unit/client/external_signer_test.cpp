// Calls whose signatures come from elsewhere.
#include <gstd/client.hpp>

#include "support/scripted_server.hpp"

#include <future>
#include <thread>

namespace gstd {
namespace {

using std::chrono::milliseconds;

const CallOptions kPatient{milliseconds{20'000}, {}};

struct Fixture {
  test::ScriptedServer server;
  SigningKey key = *SigningKey::from_seed(Bytes(kSeedBytes, 7));

  Client client(SignFunction function, unsigned tries = 1) {
    ClientOptions options;
    options.url = server.url();
    options.key = Signer::external(key.public_key(), std::move(function));
    options.wallet = *WalletId::parse("wallet");
    options.tries = tries;
    return *Client::create(std::move(options));
  }
};

Result<protocol::SignedBy> verified(const net::Request& request) {
  const auto header = [&](std::string_view name) { return std::string(request.headers.find(name).value_or("")); };
  return protocol::verify_request({request.method, *request.headers.find("Host"), request.target, as_bytes(request.body)},
                                  {header("Content-Digest"), header("Signature-Input"), header("Signature")}, system_clock().now());
}

// Goal:   requests are signed by whoever holds the key, each try anew; what needs no signature asks nobody.
// Method: a registration that fails once and is repeated; the coordinator's check of both; then a public call.
TEST(ExternalSigner, SignsEveryTry) {
  Fixture fixture;
  int asked = 0;
  const auto client = fixture.client(
      [&](BytesView message, const SignReply& reply) {
        ++asked;
        reply.answer(fixture.key.sign(message));
      },
      2);
  EXPECT_EQ(client.public_key(), fixture.key.public_key());
  fixture.server.then(503, "").then(protocol::Message{"registered"}).then(protocol::QueueStats{});
  ASSERT_TRUE(client.register_device("desktop", kPatient));
  EXPECT_EQ(asked, 3) << "the statement that binds the device, and both tries";
  const auto requests = fixture.server.requests();
  ASSERT_EQ(requests.size(), 2u);
  for (const auto& request : requests) {
    const auto by = verified(request);
    ASSERT_TRUE(by) << by.error().message;
    EXPECT_EQ(by->key, fixture.key.public_key());
  }
  ASSERT_TRUE(client.queue_stats(kPatient));
  EXPECT_EQ(asked, 3);
  EXPECT_FALSE(fixture.server.requests().back().headers.find("Signature"));
}

// Goal:   what a signer got wrong never leaves the process.
// Method: it signs with another key, and refuses.
TEST(ExternalSigner, SendsNothingWithoutAGoodSignature) {
  Fixture fixture;
  const SigningKey other = *SigningKey::from_seed(Bytes(kSeedBytes, 8));
  const auto wrong = fixture.client([&](BytesView message, const SignReply& reply) { reply.answer(other.sign(message)); }, 4);
  const auto refuses = fixture.client([&](BytesView, const SignReply& reply) { reply.refuse("no"); }, 4);
  for (const Client* client : {&wrong, &refuses}) {
    const auto refused = client->register_device("desktop", kPatient);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::unauthenticated);
    EXPECT_EQ(refused.error().reason, "signer");
  }
  EXPECT_TRUE(fixture.server.requests().empty());
}

// Goal:   a call that waits for its signer is cancelled like any other, and the client may go while the question is open.
// Method: the stop comes once the question has been asked; the client is destroyed; then the answer arrives.
TEST(ExternalSigner, IsCancelledWhileItWaits) {
  Fixture fixture;
  std::promise<SignReply> asked;
  std::optional<Client> client = fixture.client([&](BytesView, SignReply reply) { asked.set_value(std::move(reply)); });
  std::stop_source stop;
  auto call = std::async(std::launch::async, [&] {
    return client->register_device("desktop", {milliseconds::max(), stop.get_token()});
  });
  const SignReply reply = asked.get_future().get();
  stop.request_stop();
  const auto cancelled = call.get();
  ASSERT_FALSE(cancelled);
  EXPECT_EQ(cancelled.error().code, ErrorCode::cancelled);
  client.reset();
  EXPECT_FALSE(reply.answer(fixture.key.sign(reply.message())));
  EXPECT_TRUE(fixture.server.requests().empty());
}

}  // namespace
}  // namespace gstd

// The other end: argument 1 is the coordinator's URL, argument 2 a file of authorities or empty. Stops at each word that it says
// until it is told to go on.
#include <gstd/net.hpp>
#include <gstd/worker.hpp>

#include <unistd.h>

#include <algorithm>

#include "secrets/other_end.hpp"
#include "support/network.hpp"
#include "support/ton_wallet.hpp"

namespace gstd::test {
namespace {

SecretBytes draw(std::size_t size) {
  SecretBytes bytes{size};
  system_random().fill(bytes.span());
  return bytes;
}

ClientOptions options_of(const char* url, const char* ca_file) {
  ClientOptions options;
  options.url = url;
  options.ca_file = ca_file;
  options.wallet = must(WalletId::parse("wallet-other-end"));
  return options;
}

// A task that nobody but requester and worker can read. Its input is the application's own, which this process keeps.
void run_encrypted_task(const Line& line, const ClientOptions& options, const SecretBytes& worker_seed) {
  const Client requester = must(Client::create(options));
  must(requester.register_device());
  TaskRequest request;
  request.module = must(requester.upload_module(guest("echo"), kPatient)).sha256;
  const SecretBytes input = draw(100);
  line.send_secret("plaintext of an encrypted task", input.view());
  request.input.assign(input.view().begin(), input.view().end());
  request.budget = Network::kBudget;
  request.encrypted = true;
  WorkerOptions working;
  working.client = options;
  working.client.key = must(SigningKey::from_seed(worker_seed.view()));
  working.client.wallet = must(WalletId::parse("wallet-other-worker"));
  Worker worker = must(Worker::start(working, kPatient));
  const auto task = must(requester.create_task(request, kPatient)).task_id;
  line.send_secret("content key", must(requester.content_key(task)).view());
  if (must(requester.wait_result(task, kPatient)).output != request.input) throw std::runtime_error("another output");
  worker.stop();
}

WalletSession log_in(const Client& client, const SecretBytes& seed) {
  const TonWallet wallet(must(SigningKey::from_seed(seed.view())));
  const auto issued = must(client.login_payload());
  return must(client.login(wallet.prove(issued.payload, issued.domains.at(0), system_clock().now())));
}

// A session as its owner's program has it, and as one that knows nothing of this library sends its token.
void use_session(const Client& owner, const SessionToken& token, const ClientOptions& options) {
  must(owner.balance());
  must(owner.refresh_session());
  const auto http = must(net::HttpClient::create({.ca_file = options.ca_file}));
  net::Request request;
  request.target = options.url + "/api/v1/wallet/balance";
  std::string bearer;
  bearer.reserve(7 + SessionToken::kChars);
  bearer.append("Bearer ").append(token.reveal());
  request.headers.set("Authorization", std::move(bearer));
  if (must(http.send(request)).status != 200) throw std::runtime_error("a session that does not serve");
}

std::vector<Planted> act(Line& line, const char* url, const char* ca_file) {
  line.receive();
  const SecretBytes seed = draw(kSeedBytes);
  const SecretBytes worker_seed = draw(kSeedBytes);
  const SecretBytes wallet_seed = draw(kSeedBytes);
  std::vector<Planted> planted;
  planted.emplace_back("requester's seed", seed.view());
  planted.emplace_back("worker's seed", worker_seed.view());
  planted.emplace_back("wallet's seed", wallet_seed.view());
  line.send_secret("requester's seed", seed.view());
  line.send_secret("worker's seed", worker_seed.view());
  line.send_secret("wallet's seed", wallet_seed.view());
  ClientOptions options = options_of(url, ca_file);
  options.key = must(SigningKey::from_seed(seed.view()));
  if (wasm::is_available()) run_encrypted_task(line, options, worker_seed);

  ClientOptions of_wallet = options_of(url, ca_file);
  of_wallet.wallet = {};
  const Client owner = must(Client::create(of_wallet));
  const auto session = log_in(owner, wallet_seed);
  planted.emplace_back("session token", as_bytes(session.token.reveal()));
  line.send_secret("session token", as_bytes(session.token.reveal()));
  use_session(owner, session.token, of_wallet);
  line.send("idle");
  line.receive();
  must(owner.logout());
  return planted;
}

}  // namespace
}  // namespace gstd::test

int main(int argc, char** argv) {
  using namespace gstd::test;
  if (argc != 3) return 2;
  Line line{STDIN_FILENO};
  try {
    must(gstd::net::wipe_http_memory());
    const auto planted = act(line, argv[1], argv[2]);
    std::vector<const Planted*> all;
    for (const Planted& each : planted) all.push_back(&each);
    const auto findings = search_memory(all);
    std::string text = findings.empty() ? "nothing" : to_text(findings);
    std::replace(text.begin(), text.end(), '\n', ';');
    line.send("searched " + text);
  } catch (const std::exception& error) {
    line.send("failed " + std::string(error.what()));
  }
}

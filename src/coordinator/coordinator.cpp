#include <gstd/coordinator.hpp>
#include <gstd/pow.hpp>

#include "coordinator/attendant.hpp"
#include "coordinator/login_rules.hpp"
#include "coordinator/router.hpp"
#include "coordinator/settlement.hpp"
#include "coordinator/wallet_address.hpp"

#include <mutex>

namespace gstd {
namespace {

constexpr unsigned kThreadsMax = 256;
constexpr std::chrono::milliseconds kLeaseTimeMin{1'000};
constexpr std::chrono::milliseconds kLeaseTimeMax{3'600'000};

Result<void> check_options(const CoordinatorOptions& options) {
  const auto refuse = [](std::string message) { return Error{ErrorCode::invalid_argument, std::move(message), "options"}; };
  if (!options.store) return refuse("a store is required; see store::open_memory() and store::open_sqlite()");
  if (options.threads == 0 || options.threads > kThreadsMax) return refuse("threads must be 1 to 256");
  if (options.lease_time < kLeaseTimeMin || options.lease_time > kLeaseTimeMax) return refuse("lease_time must be 1 s to 1 h");
  if (options.difficulty_bits && *options.difficulty_bits > pow::kDifficultyBitsMax)
    return refuse("difficulty_bits must be at most 256");
  if (options.difficulty_extra_bits > pow::kDifficultyBitsMax) return refuse("difficulty_extra_bits must be at most 256");
  if (options.difficulty_bits && options.difficulty_extra_bits != 0)
    return refuse("difficulty_extra_bits go on top of the difficulty by reward; leave them out, or the fixed difficulty_bits");
  for (const auto delay : options.retry.delays)
    if (delay < delay.zero() || delay > kRetryDelayMax) return refuse("retry.delays must be 0 to 24 h each");
  if (options.retry.attempts_max == 0) return refuse("retry.attempts_max must be at least 1");
  if (options.leases_per_wallet_max == 0) return refuse("leases_per_wallet_max must be at least 1");
  if (options.challenges_per_wallet_max == 0) return refuse("challenges_per_wallet_max must be at least 1");
  if (auto checked = coordinator::check_rate_limits(options.rate_limits); !checked) return checked;
  if (auto checked = coordinator::check_login_options(options.login); !checked) return checked;
  return coordinator::check_authorities(options);
}

Result<void> check_store(store::Store& store) {
  return store.read([](store::Transaction& records) -> Result<void> {
    auto sequence = records.last_sequence();
    if (!sequence) return std::move(sequence).error();
    return {};
  });
}

std::string url_of(const CoordinatorOptions& options, std::uint16_t port) {
  return (options.tls ? "https://" : "http://") + coordinator::url_host(options.address) + ":" + std::to_string(port);
}

}  // namespace

// In order of construction: the server's handlers and the attendant use the services, so these go last.
struct Coordinator::State {
  State(CoordinatorOptions options, coordinator::PeerAddresses peers)
      : services(std::move(options), std::move(peers)), attendant(services), router(services) {}
  ~State() { stop(); }

  void stop() {
    std::lock_guard lock(stopping);
    // First the waits, so that they are answered while the connections still stand; a handler that comes to wait from here on is
    // told at once that there is nothing.
    attendant.stop();
    if (server) server->stop();
  }

  coordinator::Services services;
  coordinator::Attendant attendant;
  coordinator::Router router;
  std::optional<net::HttpServer> server;
  std::string url;
  std::mutex stopping;  // two threads may stop at once
};

Result<Coordinator> Coordinator::start(CoordinatorOptions options) {
  if (auto checked = check_options(options); !checked) return std::move(checked).error();
  auto peers = coordinator::PeerAddresses::create(options.trusted_proxies);
  if (!peers) return std::move(peers).error();
  if (auto readable = check_store(*options.store); !readable) return std::move(readable).error();
  if (!options.clock) options.clock = &system_clock();
  if (!options.random) options.random = &system_random();

  auto state = std::make_unique<State>(std::move(options), *std::move(peers));
  net::HttpServerOptions server_options;
  server_options.address = state->services.options().address;
  server_options.port = state->services.options().port;
  server_options.tls = state->services.options().tls;
  server_options.threads = state->services.options().threads;
  server_options.body_bytes_max = protocol::kBodyBytesMax;
  server_options.log = [services = &state->services](LogLevel level, std::string_view message) { services->log(level, message); };
  auto server = net::HttpServer::start(
      std::move(server_options),
      [router = &state->router](const net::Request& request, const net::Responder& responder) {
        router->handle(request, responder);
      },
      coordinator::refusal_body);
  if (!server) return std::move(server).error();
  state->services.authorities().set_port(server->port());
  state->url = url_of(state->services.options(), server->port());
  state->server = *std::move(server);
  if (auto started = state->attendant.start(); !started) return std::move(started).error();
  return Coordinator{std::move(state)};
}

Coordinator::Coordinator(std::unique_ptr<State> state) : state_(std::move(state)) {}
Coordinator::Coordinator(Coordinator&&) noexcept = default;
Coordinator& Coordinator::operator=(Coordinator&&) noexcept = default;
Coordinator::~Coordinator() = default;

const std::string& Coordinator::url() const noexcept { return state_->url; }

Result<void> Coordinator::reload_certificates() { return state_->server->reload_certificates(); }

const PublicKey& Coordinator::public_key() const noexcept { return state_->services.key().public_key(); }

Result<Amount> Coordinator::deposit(std::string_view deposit_id, const WalletId& wallet, Amount amount) {
  const auto refuse = [](std::string message) { return Error{ErrorCode::invalid_argument, std::move(message), "deposit"}; };
  if (amount.nano <= 0 || amount > kAmountMax) return refuse("the amount must be above zero and at most ten million GSTD");
  if (wallet.empty()) return refuse("the wallet is empty");
  if (auto checked = check_id(deposit_id); !checked) return refuse("the deposit id is not an id: " + checked.error().message);

  const auto name = coordinator::wallet_name(state_->services, wallet);
  if (!name) return name.error();
  const Transfer transfer = deposit_transfer(deposit_id, *name, amount);
  Amount balance;
  auto written = state_->services.write([&](coordinator::Mutation& mutation) -> Result<void> {
    auto moved = mutation.records().transfer(transfer, mutation.now());
    if (!moved) return std::move(moved).error();
    if (auto funded = coordinator::fund_awaiting(mutation, *name); !funded) return funded;
    auto held = mutation.records().balance(wallet_account(*name));
    if (!held) return std::move(held).error();
    balance = *held;
    return {};
  });
  if (!written) return std::move(written).error();
  return balance;
}

Result<void> Coordinator::check_ledger() const {
  return state_->services.read([](store::Transaction& records) { return records.check_ledger(); });
}

void Coordinator::stop() {
  if (state_) state_->stop();
}

}  // namespace gstd

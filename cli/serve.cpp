#include <gstd/coordinator.hpp>

#include <algorithm>
#include <cstdio>
#include <map>

#include "common.hpp"
#include "keys.hpp"
#include "signals.hpp"

namespace gstd::cli {
namespace {

struct Deposit {
  WalletId wallet;
  Amount amount;
};

struct Options {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080;
  std::vector<std::string> authorities;
  net::ServerTls tls;  // no certificate: plain HTTP
  std::vector<std::string> login_domains;
  bool ton_testnet = false;
  bool compat = false;
  std::filesystem::path database;
  std::filesystem::path signing_key;
  unsigned threads = 8;
  std::optional<unsigned> difficulty_bits;
  unsigned difficulty_extra_bits = 0;
  RateLimits rate_limits;
  TrustedProxies trusted_proxies;
  std::int64_t lease_ms = 30'000;
  std::vector<Deposit> deposits;
  bool verbose = false;
  bool json = false;
};

Deposit parse_deposit(const std::string& text) {
  const std::size_t equals = text.rfind('=');
  if (equals == std::string::npos) throw CLI::ValidationError("expected WALLET=AMOUNT, got " + text);
  auto wallet = WalletId::parse(text.substr(0, equals));
  if (!wallet) throw CLI::ValidationError(wallet.error().message);
  return {*std::move(wallet), amount_option(text.substr(equals + 1))};
}

// A second's worth more than comes back in one: a program that does much at its start need not wait.
constexpr std::uint32_t kBurstSeconds = 2;
// What the dearest call costs; see RateLimit::burst.
constexpr std::uint32_t kBurstMin = 20;

RateLimit rate_option(std::uint32_t per_second) { return {per_second, std::max(kBurstSeconds * per_second, kBurstMin)}; }

Result<std::shared_ptr<store::Store>> open_store(const Options& options) {
  if (options.database.empty()) return store::open_memory();
  return store::open_sqlite({.path = options.database});
}

// What signs acceptances and heads of the log: kept beside the database, since its readers have to know it again. Without a
// database the log ends with the program, and so may the key.
Result<std::optional<SigningKey>> find_signing_key(const Options& options) {
  using Found = std::optional<SigningKey>;
  std::filesystem::path path = options.signing_key;
  if (path.empty() && !options.database.empty()) (path = options.database) += ".key";
  if (path.empty()) return Found{};
  auto key = read_key(path);
  if (!key && key.error().code == ErrorCode::not_found) {
    if (auto written = write_key(path, SigningKey::generate()); !written) return std::move(written).error();
    key = read_key(path);
  }
  if (!key) return std::move(key).error();
  return Found{*std::move(key)};
}

int serve(const Options& options) {
  Signals signals{options.tls.certificate_file.empty() ? Signals::Hangup::ends : Signals::Hangup::is_told};
  auto opened = open_store(options);
  if (!opened) return report(opened.error(), options.json);

  auto key = find_signing_key(options);
  if (!key) return report(key.error(), options.json);

  CoordinatorOptions settings;
  settings.key = *std::move(key);
  settings.store = *std::move(opened);
  settings.address = options.address;
  settings.port = options.port;
  settings.authorities = options.authorities;
  if (!options.tls.certificate_file.empty()) settings.tls = options.tls;
  settings.login.domains = options.login_domains;
  if (options.ton_testnet) settings.login.network = ton::Network::testnet;
  settings.compat = options.compat;
  settings.threads = options.threads;
  settings.difficulty_bits = options.difficulty_bits;
  settings.difficulty_extra_bits = options.difficulty_extra_bits;
  settings.rate_limits = options.rate_limits;
  settings.trusted_proxies = options.trusted_proxies;
  settings.lease_time = std::chrono::milliseconds{options.lease_ms};
  settings.log = [verbose = options.verbose](LogLevel level, std::string_view message) {
    if (verbose || level >= LogLevel::warning)
      std::fprintf(stderr, "gstd: %s: %.*s\n", std::string(to_string(level)).c_str(), static_cast<int>(message.size()),
                   message.data());
  };
  auto coordinator = Coordinator::start(std::move(settings));
  if (!coordinator) return report(coordinator.error(), options.json);
  for (const Deposit& deposit : options.deposits) {
    // Named after its terms, so that a restart with the same command line credits nobody twice.
    const std::string id = "serve/" + deposit.wallet.str() + "/" + format_amount(deposit.amount);
    if (auto credited = coordinator->deposit(id, deposit.wallet, deposit.amount); !credited)
      return report(credited.error(), options.json);
  }

  const std::string database = options.database.empty() ? "memory" : options.database.string();
  if (options.json)
    print_json(
        boost::json::object{{"url", coordinator->url()}, {"database", database}, {"public_key", coordinator->public_key().hex()}});
  else
    std::printf("gstd: serving %s (database: %s); stop with Ctrl-C\n", coordinator->url().c_str(), database.c_str());
  std::fflush(stdout);
  signals.on_hangup([&coordinator] {
    const auto reloaded = coordinator->reload_certificates();
    std::fprintf(
        stderr, "gstd: %s\n",
        reloaded ? "the certificates were read anew" : ("the certificates stay as they were: " + reloaded.error().message).c_str());
  });
  wait_for(signals.first());
  signals.on_hangup({});
  coordinator->stop();
  if (auto balanced = coordinator->check_ledger(); !balanced) return report(balanced.error(), options.json);
  return kOk;
}

}  // namespace

void add_serve(CLI::App& program, int& exit_code) {
  auto* command = program.add_subcommand("serve", "Run a coordinator");
  auto options = std::make_shared<Options>();
  command->add_option("--address", options->address, "Where to listen; beyond loopback use TLS, or a TLS proxy in front")
      ->capture_default_str();
  command->add_option("--port", options->port, "0: a free one, shown when ready")->capture_default_str();
  command
      ->add_option("--authority", options->authorities,
                   "Name under which clients reach it, e.g. behind a proxy (repeatable); default: that of its URL, and localhost")
      ->type_name("HOST[:PORT]");
  auto* certificate = command->add_option("--tls-cert", options->tls.certificate_file,
                                          "PEM file of our certificate and those between it and its authority: speaks TLS; "
                                          "SIGHUP reads it, and those below, anew");
  auto* key = command->add_option("--tls-key", options->tls.key_file, "PEM file of its key, closed to other users");
  certificate->needs(key);
  key->needs(certificate);
  auto* client_ca = command
                        ->add_option("--tls-client-ca", options->tls.client_ca_file,
                                     "PEM file of authorities: only clients with a certificate of theirs get in")
                        ->needs(certificate);
  command
      ->add_option("--tls-client-name", options->tls.client_names,
                   "Of these clients only those whose certificate has this DNS name (repeatable)")
      ->needs(client_ca);
  command
      ->add_option("--login-domain", options->login_domains,
                   "Domain of the pages from which wallets log in (repeatable); default: the authorities")
      ->type_name("HOST[:PORT]");
  command->add_flag("--ton-testnet", options->ton_testnet, "Wallets are those of TON's test network");
  command->add_flag("--compat", options->compat,
                    "Take the platform's own login and wallet names, too; less safe, see docs/security.md");
  command->add_option("--database", options->database, "SQLite file, created if missing; default: memory, lost at the end");
  command->add_option("--signing-key", options->signing_key,
                      "Key file that signs acceptances and the log, made if missing; default: DATABASE.key");
  command->add_option("--threads", options->threads, "For HTTP and handlers")->check(CLI::Range(1u, 256u))->capture_default_str();
  auto* fixed = command->add_option("--difficulty", options->difficulty_bits, "Bits of every proof of work; default: by reward");
  command->add_option("--difficulty-extra", options->difficulty_extra_bits, "Bits on top of the difficulty by reward")
      ->excludes(fixed)
      ->check(CLI::Range(0u, 256u))
      ->capture_default_str();
  const auto add_rate = [command](const std::string& name, RateLimit& limit, const std::string& about) {
    command
        ->add_option_function<std::uint32_t>(
            name, [&limit](std::uint32_t per_second) { limit = rate_option(per_second); },
            about +
                " may use so many tokens a second, and twice as many at once; a call costs 1 to 20, a task of a worker 32; 0: no "
                "bound")
        ->check(CLI::Range(0u, kRateMax / kBurstSeconds))
        ->default_str(std::to_string(limit.per_second));
  };
  add_rate("--rate-address", options->rate_limits.address, "Each address (a proxy that is not trusted is one)");
  add_rate("--rate-key", options->rate_limits.identity, "Each key");
  add_rate("--rate-wallet", options->rate_limits.wallet, "All keys of a wallet together");
  command
      ->add_option("--trusted-proxy", options->trusted_proxies.addresses,
                   "Proxy that is believed about whom its requests come from: address, or range like 10.0.0.0/8 (repeatable)")
      ->type_name("ADDRESS[/BITS]");
  command
      ->add_flag("--trusted-proxy-by-certificate", options->trusted_proxies.with_client_certificate,
                 "Believe every client with a certificate that --tls-client-ca asks for")
      ->needs(client_ca);
  command->add_option("--proxy-header", options->trusted_proxies.header, "The header in which the trusted proxy says so")
      ->transform(CLI::CheckedTransformer(std::map<std::string, ProxyHeader>{{"x-forwarded-for", ProxyHeader::x_forwarded_for},
                                                                             {"forwarded", ProxyHeader::forwarded}}))
      ->default_str("x-forwarded-for");
  command->add_option("--lease-ms", options->lease_ms, "How long a silent worker keeps a task")->capture_default_str();
  command
      ->add_option_function<std::vector<std::string>>(
          "--deposit",
          [options](const std::vector<std::string>& texts) {
            for (const auto& text : texts) options->deposits.push_back(parse_deposit(text));
          },
          "Credit a wallet, once: WALLET=AMOUNT (repeatable)")
      ->type_name("WALLET=AMOUNT");
  command->add_flag("--verbose", options->verbose, "Log on stderr what is done, not only what goes wrong");
  add_json_option(*command, options->json);
  command->callback([options, &exit_code] { exit_code = serve(*options); });
}

}  // namespace gstd::cli

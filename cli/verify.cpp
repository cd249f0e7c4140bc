#include <gstd/verify.hpp>

#include <cstdio>

#include "common.hpp"
#include "signals.hpp"

namespace gstd::cli {
namespace {

struct Options {
  std::filesystem::path receipt;
  std::filesystem::path module;
  std::filesystem::path input;
  std::filesystem::path output;
  std::string public_key;
  std::string wallet;
  std::string coordinator_key;
  std::int64_t timeout_ms = kWallTimeMax.count();
  bool json = false;
};

int exit_code_of(Verdict::Conclusion conclusion) {
  switch (conclusion) {
    case Verdict::Conclusion::confirmed:
      return kOk;
    case Verdict::Conclusion::refuted:
      return kRefuted;
    case Verdict::Conclusion::inconclusive:
      return kInconclusive;
  }
  return kFailed;
}

void print(const Verdict& verdict, bool json) {
  if (!json) {
    for (const Finding& finding : verdict.findings)
      std::printf("%-20s %-13s %s\n", std::string(to_string(finding.aspect)).c_str(),
                  std::string(to_string(finding.agreement)).c_str(), finding.message.c_str());
    std::printf("%s: %s%s\n", std::string(to_string(verdict.conclusion)).c_str(), verdict.message.c_str(),
                verdict.outcome || verdict.conclusion != Verdict::Conclusion::confirmed ? "" : "; nothing was run again");
    return;
  }
  boost::json::array findings;
  for (const Finding& finding : verdict.findings)
    findings.push_back(boost::json::object{{"aspect", to_string(finding.aspect)},
                                           {"agreement", to_string(finding.agreement)},
                                           {"receipt", finding.receipt},
                                           {"here", finding.here},
                                           {"message", finding.message}});
  boost::json::value receipt;
  if (verdict.receipt) receipt = boost::json::parse(protocol::write_receipt(*verdict.receipt));
  print_json(boost::json::object{{"conclusion", to_string(verdict.conclusion)},
                                 {"reason", verdict.reason},
                                 {"message", verdict.message},
                                 {"re_executed", verdict.outcome.has_value()},
                                 {"findings", std::move(findings)},
                                 {"receipt", std::move(receipt)}});
}

// What the files and options hold; `evidence` borrows from it.
struct AtHand {
  protocol::SignedReceipt receipt;
  Bytes module;
  Bytes input;
  Bytes output;
  Evidence evidence;
};

Result<void> read_files(const Options& options, AtHand& at_hand) {
  const auto file = read_file(options.receipt, protocol::kBodyBytesMax);
  if (!file) return file.error();
  auto receipt = protocol::read<protocol::SignedReceipt>(as_text(*file));
  if (!receipt)
    return Error{ErrorCode::invalid_argument, options.receipt.string() + " is not a receipt file: " + receipt.error().message,
                 "receipt_file"};
  at_hand.receipt = *std::move(receipt);
  const auto read = [](const std::filesystem::path& path, std::size_t bytes_max, Bytes& into,
                       std::optional<BytesView>& view) -> Result<void> {
    if (path.empty()) return {};
    auto content = read_file(path, bytes_max);
    if (!content) return std::move(content).error();
    into = *std::move(content);
    view = into;
    return {};
  };
  Evidence& evidence = at_hand.evidence;
  if (auto done = read(options.module, wasm::kModuleBytesMax, at_hand.module, evidence.module); !done) return done;
  if (auto done = read(options.input, protocol::kInputBytesMax, at_hand.input, evidence.input); !done) return done;
  // One more than any output may have, so that a longer one is a finding and not a file that cannot be read.
  if (auto done = read(options.output, kOutputBytesMax + 1, at_hand.output, evidence.output); !done) return done;
  if (!options.public_key.empty()) {
    auto key = PublicKey::parse_hex(options.public_key);
    if (!key) return Error{ErrorCode::invalid_argument, "--public-key: " + key.error().message, "key"};
    evidence.key = *key;
  }
  if (!options.wallet.empty()) {
    auto wallet = WalletId::parse(options.wallet);
    if (!wallet) return std::move(wallet).error();
    evidence.worker = *std::move(wallet);
  }
  if (!options.coordinator_key.empty()) {
    auto key = PublicKey::parse_hex(options.coordinator_key);
    if (!key) return Error{ErrorCode::invalid_argument, "--coordinator-key: " + key.error().message, "key"};
    evidence.coordinator_key = *key;
  }
  return {};
}

int verify(const Options& options) {
  AtHand at_hand;
  if (auto read = read_files(options, at_hand); !read) return report(read.error(), options.json);
  const Signals signals;
  const auto verdict = gstd::verify(at_hand.receipt, at_hand.evidence,
                                    {.timeout = std::chrono::milliseconds{options.timeout_ms}, .stop = signals.first()});
  if (!verdict) return report(verdict.error(), options.json);
  print(*verdict, options.json);
  return exit_code_of(verdict->conclusion);
}

}  // namespace

void add_verify(CLI::App& program, int& exit_code) {
  auto* command = program.add_subcommand("verify", "Check a receipt: its signature and, with MODULE and INPUT, the run again");
  auto options = std::make_shared<Options>();
  command->add_option("RECEIPT", options->receipt, "File, as `gstd submit --receipt` or `gstd status --receipt` writes it")
      ->required();
  auto* module = command->add_option("MODULE", options->module, "The WebAssembly file that the receipt is for");
  auto* input = command->add_option("INPUT", options->input, "File with the guest's input; /dev/null for an empty one");
  module->needs(input);
  command->add_option("--output", options->output, "File with the output that came with the receipt, to be compared, too");
  command->add_option("--public-key", options->public_key, "The worker's key in hex, from somebody who knows it");
  command->add_option("--wallet", options->wallet,
                      "The wallet that should have done the work; one that is named after its key brings the key along");
  command->add_option("--coordinator-key", options->coordinator_key,
                      "The coordinator's key in hex, from somebody who knows it: who has to have accepted and logged the receipt");
  command->add_option("--timeout-ms", options->timeout_ms, "Time for compiling and running")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{3'600'000}))
      ->capture_default_str();
  add_json_option(*command, options->json);
  command->footer(
      "Exits with 0 where all that was compared agrees, with 5 where the receipt is refuted, with 6 where nothing can be said:\n"
      "the outcome depends on machine or moment, or the worker ran another engine. Without MODULE and INPUT nothing is run.");
  command->callback([options, &exit_code] { exit_code = verify(*options); });
}

}  // namespace gstd::cli

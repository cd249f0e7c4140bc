// `gstd log`: whether a coordinator's log of receipts is the one that it showed before, and whether it has a receipt.
#include <cstdio>
#include <thread>

#include "common.hpp"
#include "connection.hpp"
#include "signals.hpp"

namespace gstd::cli {
namespace {

struct Options {
  Connection connection;
  std::filesystem::path state;
  std::filesystem::path receipt;
  std::int64_t every_s = 60;
  bool json = false;
};

// A head is far shorter.
constexpr std::size_t kStateBytesMax = 4096;

// The head that was kept; nothing where there is no file yet.
Result<std::optional<protocol::SignedTreeHead>> read_state(const std::filesystem::path& path) {
  using Kept = std::optional<protocol::SignedTreeHead>;
  if (path.empty()) return Kept{};
  const auto content = read_file(path, kStateBytesMax);
  if (!content) {
    if (content.error().code == ErrorCode::not_found) return Kept{};
    return content.error();
  }
  auto head = protocol::read<protocol::SignedTreeHead>(as_text(*content));
  if (!head)
    return Error{ErrorCode::invalid_argument, path.string() + " is not a kept head of a log: " + head.error().message,
                 "state_file"};
  if (auto verified = protocol::verify_tree_head(*head); !verified) return std::move(verified).error();
  return Kept{*std::move(head)};
}

// By way of another file, so that a crash leaves the old head or the new one.
Result<void> write_state(const std::filesystem::path& path, const protocol::SignedTreeHead& head) {
  if (path.empty()) return {};
  std::filesystem::path draft = path;
  draft += ".new";
  if (auto written = write_file(draft, as_bytes(protocol::write(head) + '\n')); !written) return written;
  if (std::rename(draft.c_str(), path.c_str()) != 0) return file_error(path);
  return {};
}

// What the coordinator says is untrue, and not merely missing.
int report_log(const Error& error, bool json) {
  const int exit_code = report_call(error, json);
  const bool is_caught = error.code == ErrorCode::data_loss && !error.reason.empty() && error.reason != "answer";
  return is_caught ? kRefuted : exit_code;
}

void print(const protocol::SignedTreeHead& head, bool json) {
  if (json)
    std::printf("%s\n", protocol::write(head).c_str());
  else
    std::printf("%s  %llu entries, root %s, signed by %s\n", format_rfc3339(head.head.time).c_str(),
                static_cast<unsigned long long>(head.head.size), head.head.root.hex().c_str(), head.head.key.hex().c_str());
  std::fflush(stdout);
}

// Runs `work` with a client and a watcher that goes on from the kept head.
template <class Work>
int with_watcher(const Options& options, Work work) {
  auto settings = options.connection.client_options();
  if (!settings) return report(settings.error(), options.json);
  const auto client = Client::create(*std::move(settings));
  if (!client) return report(client.error(), options.json);
  auto kept = read_state(options.state);
  if (!kept) return report(kept.error(), options.json);
  LogWatcher watcher{*client, *std::move(kept)};
  return work(*client, watcher);
}

int head(const Options& options) {
  return with_watcher(options, [&](const Client&, LogWatcher& watcher) -> int {
    const auto now = watcher.update();
    if (!now) return report_log(now.error(), options.json);
    if (auto kept = write_state(options.state, *now); !kept) return report(kept.error(), options.json);
    print(*now, options.json);
    return kOk;
  });
}

int watch(const Options& options) {
  const Signals signals;
  return with_watcher(options, [&](const Client&, LogWatcher& watcher) -> int {
    for (std::uint64_t shown = 0; !signals.first().stop_requested();) {
      const auto now = watcher.update({.stop = signals.first()});
      if (!now) {
        if (now.error().code == ErrorCode::cancelled) break;
        // A coordinator that is away for a while has rewritten nothing.
        if (const int exit_code = report_log(now.error(), options.json); exit_code != kUnreachable) return exit_code;
      } else {
        if (auto kept = write_state(options.state, *now); !kept) return report(kept.error(), options.json);
        if (shown == 0 || now->head.size + 1 != shown) print(*now, options.json);
        shown = now->head.size + 1;
      }
      const auto next = std::chrono::steady_clock::now() + std::chrono::seconds{options.every_s};
      while (std::chrono::steady_clock::now() < next && !signals.first().stop_requested())
        std::this_thread::sleep_for(std::chrono::milliseconds{50});
    }
    return kInterrupted;
  });
}

int prove(const Options& options) {
  const auto content = read_file(options.receipt, protocol::kBodyBytesMax);
  if (!content) return report(content.error(), options.json);
  const auto file = protocol::read<protocol::SignedReceipt>(as_text(*content));
  const auto receipt = file ? decode_receipt(file->receipt) : Result<Receipt>{file.error()};
  if (!receipt)
    return report({ErrorCode::invalid_argument, options.receipt.string() + " is not a receipt file: " + receipt.error().message,
                   "receipt_file"},
                  options.json);
  protocol::TaskResult result;  // as far as the log knows of it
  result.task_id = receipt->task;
  result.attempt = receipt->attempt;
  result.receipt = file->receipt;
  result.signature = file->signature;
  result.acceptance = file->acceptance;
  return with_watcher(options, [&](const Client& client, LogWatcher& watcher) -> int {
    const auto now = watcher.update();
    if (!now) return report_log(now.error(), options.json);
    const auto proof = client.prove_receipt(result, *now);
    if (!proof) return report_log(proof.error(), options.json);
    if (auto kept = write_state(options.state, *now); !kept) return report(kept.error(), options.json);
    if (options.json)
      std::printf("{\"tree_head\":%s,\"inclusion\":%s}\n", protocol::write(proof->head).c_str(),
                  protocol::write(proof->inclusion).c_str());
    else
      std::printf("entry %llu of %llu in the log with root %s: proven by %zu hashes\n",
                  static_cast<unsigned long long>(proof->inclusion.index), static_cast<unsigned long long>(proof->head.head.size),
                  proof->head.head.root.hex().c_str(), proof->inclusion.path.size());
    return kOk;
  });
}

}  // namespace

void add_log(CLI::App& program, int& exit_code) {
  auto* command = program.add_subcommand("log", "Check a coordinator's public log of receipts");
  command->require_subcommand(1);
  command->footer(
      "Exits with 5 where the coordinator cannot prove that its log continues the kept head, or that it has the receipt.");
  auto options = std::make_shared<Options>();
  const auto add = [&](const char* name, const char* about, int (*run)(const Options&)) {
    auto* sub = command->add_subcommand(name, about);
    options->connection.add_options(*sub, false);
    add_json_option(*sub, options->json);
    sub->callback([options, &exit_code, run] { exit_code = run(*options); });
    return sub;
  };
  const auto add_state = [&](CLI::App* sub) {
    return sub->add_option("--state", options->state,
                           "File that keeps the last head, made if missing: what comes next has to continue it");
  };
  add_state(add("head", "Show the signed head of the log", head));
  auto* prove_command = add("prove", "Prove that the log has a receipt", prove);
  prove_command->add_option("RECEIPT", options->receipt, "File, as `gstd submit --receipt` or `gstd status --receipt` writes it")
      ->required();
  add_state(prove_command);
  auto* watch_command = add("watch", "Show the head whenever it grows, until Ctrl-C", watch);
  add_state(watch_command)->required();
  watch_command->add_option("--every", options->every_s, "Seconds between two looks")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{86'400}))
      ->capture_default_str();
}

}  // namespace gstd::cli

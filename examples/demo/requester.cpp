// The requester of the demo: pays for a picture and for word counts, verifies every result, and prints its figures as JSON,
// the last of its lines; a line for each batch comes before.
//   gstd_demo_requester URL KEY_FILE GUESTS_FOLDER TEXTS_FOLDER OUTPUT_FOLDER
#include <boost/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include <gstd/key_file.hpp>

#include "files.hpp"
#include "picture.hpp"
#include "words.hpp"

namespace {

using namespace gstd;

constexpr std::size_t kTopWords = 10;

std::int64_t percentile(std::vector<std::chrono::milliseconds> samples, double share) {
  if (samples.empty()) return 0;
  const std::ptrdiff_t rank = std::lround(share * static_cast<double>(samples.size() - 1));
  std::nth_element(samples.begin(), samples.begin() + rank, samples.end());
  return samples[static_cast<std::size_t>(rank)].count();
}

// What the coordinator has proven of its log: that each head continues the one before, and that the last has every result.
struct LogProofs {
  std::size_t heads = 1;
  protocol::ReceiptProof last;
};

// One more look at the log.
Result<void> look(LogWatcher& watcher, LogProofs& proofs) {
  if (auto head = watcher.update(); !head) return std::move(head).error();
  ++proofs.heads;
  return {};
}

Result<void> prove_all(const Client& client, const LogWatcher& watcher, const demo::Figures& figures, LogProofs& proofs) {
  for (const auto& result : figures.results) {
    auto proof = client.prove_receipt(result, *watcher.last());
    if (!proof) return std::move(proof).error();
    proofs.last = *std::move(proof);
  }
  return {};
}

Result<void> run(const std::vector<std::string>& arguments) {
  auto key = read_key_file(arguments[1]);
  if (!key) return std::move(key).error();
  ClientOptions options;
  options.url = arguments[0];
  options.wallet = protocol::wallet_named_after(key->public_key());
  options.key = *std::move(key);
  const auto client = Client::create(std::move(options));
  if (!client) return client.error();
  if (auto registered = client->register_device(); !registered) return registered;

  const std::filesystem::path guests = arguments[2], texts = arguments[3], output = arguments[4];
  const auto before = client->balance();
  if (!before) return before.error();
  LogWatcher watcher{*client};
  if (auto head = watcher.update(); !head) return std::move(head).error();
  LogProofs proofs;
  demo::Figures figures;
  const auto picture = output / "fractal.png";
  if (auto rendered = demo::render_picture(*client, guests / "fractal.wasm", picture, figures); !rendered) return rendered;
  if (auto looked = look(watcher, proofs); !looked) return looked;
  const auto words = demo::count_words(*client, guests / "wordstats.wasm", texts, kTopWords, figures);
  if (!words) return words.error();
  if (auto looked = look(watcher, proofs); !looked) return looked;
  if (auto proven = prove_all(*client, watcher, figures, proofs); !proven) return proven;
  const auto after = client->balance();
  if (!after) return after.error();

  boost::json::array top, retried, path;
  for (const Digest& hash : proofs.last.inclusion.path) path.push_back(boost::json::value(hash.hex()));
  for (const auto& word : *words) top.push_back(boost::json::object{{"word", word.word}, {"count", word.count}});
  for (const auto& id : figures.retried) retried.push_back(boost::json::value(id.str()));
  const boost::json::object summary{{"event", "done"},
                                    {"picture", picture.string()},
                                    {"top_words", top},
                                    {"tasks", figures.tasks},
                                    {"attempts", figures.attempts},
                                    {"retried", retried},
                                    {"fuel_used", figures.fuel_used},
                                    {"log_proven", figures.results.size()},
                                    {"log_heads", proofs.heads},
                                    {"log_size", proofs.last.head.head.size},
                                    {"log_root", proofs.last.head.head.root.hex()},
                                    {"log_entry", proofs.last.inclusion.index},
                                    {"log_path", path},
                                    {"claim_to_result_ms_p50", percentile(figures.claim_to_result, 0.5)},
                                    {"claim_to_result_ms_p99", percentile(figures.claim_to_result, 0.99)},
                                    {"balance_before", format_amount(before->gstd_balance)},
                                    {"balance_after", format_amount(after->gstd_balance)},
                                    {"locked_after", format_amount(after->locked_in_escrow)}};
  std::printf("%s\n", boost::json::serialize(summary).c_str());
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.size() != 5) {
    std::fprintf(stderr, "usage: gstd_demo_requester URL KEY_FILE GUESTS_FOLDER TEXTS_FOLDER OUTPUT_FOLDER\n");
    return 2;
  }
  if (auto done = run(arguments); !done) {
    std::fprintf(stderr, "requester: %s (%s)\n", done.error().message.c_str(), std::string(to_string(done.error().code)).c_str());
    return 1;
  }
  return 0;
}

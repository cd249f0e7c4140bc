#include "words.hpp"

#include <boost/json.hpp>

#include <algorithm>

#include "files.hpp"

namespace demo {
namespace {

using namespace gstd;

constexpr Amount kFileBudget{kNanoPerGstd / 20};

// Adds the guest's `{"top":[{"word":...,"count":...}]}` to the totals.
Result<void> merge(BytesView output, std::map<std::string, std::uint64_t>& totals) {
  boost::system::error_code failed;
  const auto parsed = boost::json::parse(as_text(output), failed);
  const auto* top = !failed && parsed.is_object() ? parsed.get_object().if_contains("top") : nullptr;
  if (top == nullptr || !top->is_array()) return Error{ErrorCode::data_loss, "the guest's output is not word statistics", "words"};
  for (const auto& row : top->get_array()) {
    const auto* entry = row.if_object();
    const auto* word = entry != nullptr ? entry->if_contains("word") : nullptr;
    const auto* count = entry != nullptr ? entry->if_contains("count") : nullptr;
    if (word == nullptr || !word->is_string() || count == nullptr || !count->is_int64())
      return Error{ErrorCode::data_loss, "the guest's output holds a row that is no word count", "words"};
    totals[std::string{std::string_view{word->get_string()}}] += static_cast<std::uint64_t>(count->get_int64());
  }
  return {};
}

}  // namespace

Result<std::vector<WordCount>> count_words(const Client& client, const std::filesystem::path& module,
                                           const std::filesystem::path& folder, std::size_t top, Figures& figures) {
  const auto guest = read_whole(module);
  if (!guest) return guest.error();
  // Symbolic links are other names of files that are read anyway.
  std::vector<std::filesystem::path> files;
  std::error_code failed;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, failed))
    if (entry.is_regular_file() && !entry.is_symlink()) files.push_back(entry.path());
  if (failed) return Error{ErrorCode::unavailable, folder.string() + ": " + failed.message(), "file"};
  std::sort(files.begin(), files.end());
  std::vector<Bytes> inputs;
  for (const auto& file : files) {
    auto content = read_whole(file);
    if (!content) return std::move(content).error();
    inputs.push_back(*std::move(content));
  }

  std::map<std::string, std::uint64_t> totals;
  const Accept add = [&totals](std::size_t, const Bytes& output) { return merge(output, totals); };
  if (auto counted = run_batch(client, "words", *guest, inputs, kFileBudget, add, figures); !counted) return counted.error();
  std::vector<WordCount> words;
  words.reserve(totals.size());
  for (const auto& [word, count] : totals) words.push_back({word, count});
  // Stable over a map: equal counts stay in alphabetical order.
  std::stable_sort(words.begin(), words.end(), [](const WordCount& a, const WordCount& b) { return a.count > b.count; });
  words.resize(std::min(words.size(), top));
  return words;
}

}  // namespace demo

// The second job of the demo: word statistics of every file in a folder, merged.
#pragma once

#include <filesystem>

#include "batch.hpp"

namespace demo {

struct WordCount {
  std::string word;
  std::uint64_t count = 0;
};

/// Counts words in every regular file below `folder`, a task each; the most frequent words of all, at most `top`.
gstd::Result<std::vector<WordCount>> count_words(const gstd::Client& client, const std::filesystem::path& module,
                                                 const std::filesystem::path& folder, std::size_t top, Figures& figures);

}  // namespace demo

// Counts the words of a text.
//
// stdin:  the text, any bytes. A word is a run of ASCII letters, upper and lower case alike.
// stdout: one line of JSON: {"bytes":B,"lines":L,"words":W,"distinct":D,"top":[{"word":"the","count":12},...]}
//         `lines` counts newlines; `top` holds the most frequent words, at most 200, equally frequent ones in alphabetical order.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace {

constexpr std::size_t kTopWordsMax = 200;

struct Statistics {
  std::uint64_t bytes = 0;
  std::uint64_t lines = 0;
  std::uint64_t words = 0;
  std::unordered_map<std::string, std::uint64_t> counts;
};

// The letter in lower case, or 0 for any other character.
char letter(char c) {
  if (c >= 'a' && c <= 'z') return c;
  if (c >= 'A' && c <= 'Z') return static_cast<char>(c - 'A' + 'a');
  return 0;
}

class Counter {
 public:
  void take(const char* text, std::size_t length) {
    statistics_.bytes += length;
    for (std::size_t i = 0; i < length; ++i) {
      if (text[i] == '\n') ++statistics_.lines;
      if (const char c = letter(text[i])) {
        word_ += c;
      } else {
        end_word();
      }
    }
  }

  const Statistics& finish() {
    end_word();
    return statistics_;
  }

 private:
  void end_word() {
    if (word_.empty()) return;
    ++statistics_.words;
    ++statistics_.counts[word_];
    word_.clear();
  }

  Statistics statistics_;
  std::string word_;
};

void print(const Statistics& statistics) {
  std::vector<std::pair<std::string, std::uint64_t>> top(statistics.counts.begin(), statistics.counts.end());
  std::sort(top.begin(), top.end(),
            [](const auto& a, const auto& b) { return a.second != b.second ? a.second > b.second : a.first < b.first; });
  if (top.size() > kTopWordsMax) top.resize(kTopWordsMax);
  std::printf("{\"bytes\":%llu,\"lines\":%llu,\"words\":%llu,\"distinct\":%zu,\"top\":[",
              static_cast<unsigned long long>(statistics.bytes), static_cast<unsigned long long>(statistics.lines),
              static_cast<unsigned long long>(statistics.words), statistics.counts.size());
  const char* separator = "";
  for (const auto& [word, count] : top) {
    std::printf("%s{\"word\":\"%s\",\"count\":%llu}", separator, word.c_str(), static_cast<unsigned long long>(count));
    separator = ",";
  }
  std::puts("]}");
}

}  // namespace

int main() {
  Counter counter;
  std::array<char, 65536> buffer;
  while (const std::size_t length = std::fread(buffer.data(), 1, buffer.size(), stdin)) counter.take(buffer.data(), length);
  if (std::ferror(stdin)) return 1;
  print(counter.finish());
  return std::fflush(stdout) == 0 ? 0 : 1;
}

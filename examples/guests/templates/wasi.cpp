// A guest of convention `wasi`, in C++: a program that reads stdin and writes stdout. This one turns small ASCII letters into
// capitals. C streams, since those of C++ would make the module ten times as large.
#include <algorithm>
#include <array>
#include <cstdio>

int main() {
  std::array<char, 4096> buffer;
  while (const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), stdin)) {
    std::transform(buffer.begin(), buffer.begin() + count, buffer.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c; });
    if (std::fwrite(buffer.data(), 1, count, stdout) != count) return 1;
  }
  std::fputs("done\n", stderr);  // The log, which is not part of the result.
  return std::ferror(stdin) ? 1 : 0;
}

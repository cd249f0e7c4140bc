// A guest of convention `reactor`, in C++: the host asks `alloc` where to put an input and calls `run` for each, on one instance.
// This one turns small ASCII letters into capitals, and says how many calls there were.
#include <cstdint>
#include <string>

#define EXPORT(name) __attribute__((export_name(name)))

namespace {

// Constructed by `_initialize`, which the host calls once.
std::string input;
std::string output;
unsigned calls = 0;

}  // namespace

extern "C" EXPORT("alloc") char* alloc(std::size_t length) {
  input.resize(length);
  return input.data();
}

// The result: its address in the high and its length in the low 32 bits. It may lie there until the next call.
extern "C" EXPORT("run") std::uint64_t run(const char* text, std::size_t length) {
  output = std::to_string(++calls) + ' ';
  for (std::size_t i = 0; i < length; ++i)
    output += text[i] >= 'a' && text[i] <= 'z' ? static_cast<char>(text[i] - ('a' - 'A')) : text[i];
  return static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(output.data())) << 32 | output.size();
}

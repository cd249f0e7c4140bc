// A guest of convention `gstd:env`, in C++: the host calls `main`, which takes its input and gives its output byte by byte. This
// one turns small ASCII letters into capitals. Linked without a C program's start: its own `main` would get arguments.
#include <string>

#define IMPORT(name) __attribute__((import_module("env"), import_name(name)))
#define EXPORT(name) __attribute__((export_name(name)))

extern "C" {
IMPORT("get_input_length") int get_input_length();
IMPORT("get_input_byte") int get_input_byte(int index);
IMPORT("set_output_length") void set_output_length(int length);
IMPORT("set_output_byte") void set_output_byte(int index, int value);
IMPORT("log_string") void log_string(const char* text, int length);
}

namespace {

std::string read_input() {
  std::string text(static_cast<std::size_t>(get_input_length()), '\0');
  for (std::size_t i = 0; i < text.size(); ++i) text[i] = static_cast<char>(get_input_byte(static_cast<int>(i)));
  return text;
}

void write_output(const std::string& text) {
  for (std::size_t i = 0; i < text.size(); ++i) set_output_byte(static_cast<int>(i), text[i]);
  set_output_length(static_cast<int>(text.size()));
}

}  // namespace

extern "C" EXPORT("main") int run() {
  std::string text = read_input();
  for (char& c : text)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - ('a' - 'A'));
  write_output(text);
  log_string("done", 4);
  return static_cast<int>(text.size());  // The result where the output has no bytes.
}

// A guest of convention `gstd:env`, in C: the host calls `main`, which takes its input and gives its output byte by byte. This one
// turns small ASCII letters into capitals. Linked without a C program's start: its own `main` would get arguments.
#define IMPORT(name) __attribute__((import_module("env"), import_name(name)))
#define EXPORT(name) __attribute__((export_name(name)))

IMPORT("get_input_length") int get_input_length(void);
IMPORT("get_input_byte") int get_input_byte(int index);
IMPORT("set_output_length") void set_output_length(int length);
IMPORT("set_output_byte") void set_output_byte(int index, int value);
IMPORT("log_string") void log_string(const char* text, int length);

EXPORT("main") int run(void) {
  const int length = get_input_length();
  for (int i = 0; i < length; ++i) {
    const int c = get_input_byte(i);
    set_output_byte(i, c >= 'a' && c <= 'z' ? c - ('a' - 'A') : c);
  }
  set_output_length(length);
  log_string("done", 4);
  return length;  // The result where the output has no bytes.
}

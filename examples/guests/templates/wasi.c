// A guest of convention `wasi`, in C: a program that reads stdin and writes stdout. This one turns small ASCII letters into
// capitals.
#include <stdio.h>

int main(void) {
  char buffer[4096];
  size_t count;
  while ((count = fread(buffer, 1, sizeof buffer, stdin)) > 0) {
    for (size_t i = 0; i < count; ++i)
      if (buffer[i] >= 'a' && buffer[i] <= 'z') buffer[i] -= 'a' - 'A';
    if (fwrite(buffer, 1, count, stdout) != count) return 1;
  }
  fputs("done\n", stderr);  // The log, which is not part of the result.
  return ferror(stdin) ? 1 : 0;
}

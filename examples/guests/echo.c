/* Copies stdin to stdout. */
#include <stdio.h>

int main(void) {
  static char buffer[65536];
  size_t length;
  while ((length = fread(buffer, 1, sizeof buffer, stdin)) > 0)
    if (fwrite(buffer, 1, length, stdout) != length) return 1;
  return fflush(stdout) == 0 && !ferror(stdin) ? 0 : 1;
}

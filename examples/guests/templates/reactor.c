// A guest of convention `reactor`, in C: the host asks `alloc` where to put an input and calls `run` for each, on one instance.
// This one turns small ASCII letters into capitals, in place.
#include <stdint.h>
#include <stdlib.h>

#define EXPORT(name) __attribute__((export_name(name)))

// Kept from call to call and grown where an input is longer, so that many calls need little memory.
static unsigned char* buffer;
static size_t capacity;

EXPORT("alloc") unsigned char* alloc(size_t length) {
  if (length > capacity || buffer == NULL) {
    free(buffer);
    buffer = malloc(length > 0 ? length : 1);
    if (buffer == NULL) abort();
    capacity = length;
  }
  return buffer;
}

// The result: its address in the high and its length in the low 32 bits. It may lie there until the next call.
EXPORT("run") uint64_t run(unsigned char* input, size_t length) {
  for (size_t i = 0; i < length; ++i)
    if (input[i] >= 'a' && input[i] <= 'z') input[i] -= 'a' - 'A';
  return (uint64_t)(uintptr_t)input << 32 | length;
}

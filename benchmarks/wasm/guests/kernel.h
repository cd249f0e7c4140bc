/* What the five kernels share. Each is one source, `kernel`, built twice with the same compiler and -O2: for wasm32-wasi as a
 * program that prints the checksum, and for the machine as a function of the benchmark's own (GSTD_KERNEL names it). */
#ifndef GSTD_BENCH_KERNEL_H
#define GSTD_BENCH_KERNEL_H
#include <stdint.h>

#ifdef GSTD_KERNEL
#define kernel GSTD_KERNEL
#endif

/* Does the work on data that it makes itself; the checksum of the result is the same wherever it runs. */
uint64_t kernel(void);

#ifndef GSTD_KERNEL
#include <stdio.h>
int main(void) {
  printf("%016llx\n", (unsigned long long)kernel());
  return 0;
}
#endif

/* xorshift64 (Marsaglia 2003, "Xorshift RNGs", triple 13, 7, 17). */
static inline uint64_t next_random(uint64_t* state) {
  *state ^= *state << 13;
  *state ^= *state >> 7;
  *state ^= *state << 17;
  return *state;
}

/* One step of FNV-1a over a whole word. */
static inline uint64_t mix(uint64_t sum, uint64_t word) { return (sum ^ word) * 0x100000001b3u; }

#endif

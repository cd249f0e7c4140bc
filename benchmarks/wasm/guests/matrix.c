/* Product of two square matrices of doubles, rows of the result gathered row by row. */
#include "kernel.h"

#include <stdlib.h>
#include <string.h>

enum { kSize = 640 };

static void fill(double* matrix, uint64_t seed) {
  for (int i = 0; i < kSize * kSize; ++i) matrix[i] = (double)(next_random(&seed) >> 40) / (1 << 24) - 0.5;
}

static void multiply(double* restrict c, const double* restrict a, const double* restrict b) {
  for (int i = 0; i < kSize; ++i)
    for (int k = 0; k < kSize; ++k) {
      const double factor = a[i * kSize + k];
      for (int j = 0; j < kSize; ++j) c[i * kSize + j] += factor * b[k * kSize + j];
    }
}

uint64_t kernel(void) {
  double* a = malloc(3 * sizeof(double) * kSize * kSize);
  if (!a) return 0;
  double *b = a + kSize * kSize, *c = b + kSize * kSize;
  fill(a, 1);
  fill(b, 2);
  for (int i = 0; i < kSize * kSize; ++i) c[i] = 0;
  multiply(c, a, b);
  uint64_t sum = 0;
  for (int i = 0; i < kSize * kSize; ++i) {
    uint64_t bits;
    memcpy(&bits, c + i, sizeof bits);
    sum = mix(sum, bits);
  }
  free(a);
  return sum;
}

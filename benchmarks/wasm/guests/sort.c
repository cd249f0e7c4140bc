/* Quicksort, median of three, insertion sort for short ranges: a million integers. */
#include "kernel.h"

#include <stdlib.h>

enum { kCount = 1 << 20, kShort = 16 };

static void swap(int32_t* a, int32_t* b) {
  const int32_t held = *a;
  *a = *b;
  *b = held;
}

static void insertion_sort(int32_t* first, int32_t* last) {
  for (int32_t* next = first + 1; next < last; ++next) {
    const int32_t value = *next;
    int32_t* hole = next;
    for (; hole > first && hole[-1] > value; --hole) *hole = hole[-1];
    *hole = value;
  }
}

/* The shorter side by recursion, the longer by the loop: the depth stays below the logarithm of the length. */
static void sort(int32_t* first, int32_t* last) {
  while (last - first > kShort) {
    int32_t* middle = first + (last - first) / 2;
    if (*middle < *first) swap(middle, first);
    if (last[-1] < *first) swap(last - 1, first);
    if (last[-1] < *middle) swap(last - 1, middle);
    const int32_t pivot = *middle;
    int32_t *low = first, *high = last - 1;
    while (low <= high) {
      while (*low < pivot) ++low;
      while (pivot < *high) --high;
      if (low <= high) swap(low++, high--);
    }
    if (high + 1 - first < last - low) {
      sort(first, high + 1);
      first = low;
    } else {
      sort(low, last);
      last = high + 1;
    }
  }
  insertion_sort(first, last);
}

uint64_t kernel(void) {
  int32_t* values = malloc(kCount * sizeof *values);
  if (!values) return 0;
  uint64_t random = 3, sum = 0;
  for (int i = 0; i < kCount; ++i) values[i] = (int32_t)next_random(&random);
  sort(values, values + kCount);
  for (int i = 0; i < kCount; ++i) sum = mix(sum, (uint32_t)values[i]);
  free(values);
  return sum;
}

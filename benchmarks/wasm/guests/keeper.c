/* A reactor with room for a megabyte of input, of which it answers the last byte: for the memory that a slot keeps. */
#include <stdint.h>

static uint8_t buffer[1 << 20];

__attribute__((export_name("alloc"))) void* alloc(uint32_t length) { return length <= sizeof buffer ? buffer : 0; }

__attribute__((export_name("run"))) uint64_t run(const uint8_t* input, uint32_t length) {
  return (uint64_t)(uintptr_t)(input + length - 1) << 32 | 1;
}

// QuickJS-ng as one translation unit, with the seams that its interface does not have.
//
// Depth. For WASI, QuickJS compiles its check of the stack away, and a deep recursion would end the whole guest by a trap instead
// of a RangeError. So the name of the target is hidden from quickjs.c, after all headers were read with it. What the check can see
// is the stack in linear memory only, where a function keeps the variables that have addresses; the rest of its frame is the
// host's. Each function that checks gets kFrameBytes there to stand for that rest.
//
// Dispatch. EMSCRIPTEN, also a WebAssembly target, is told to use a switch, since computed gotos become one here anyway.
//
// Randomness. Math.random is seeded by the clock, which stands at zero in the sandbox.
#include "cutils.h"
#include "dtoa.h"
#include "libregexp.h"
#include "list.h"
#include "quickjs.h"

#undef __wasi__
#define EMSCRIPTEN 1

// Measured: between 64 and 256 the depth at which a RangeError comes is nearest to what the host's stack would allow for functions
// and parsers alike; more only costs linear memory.
enum { kFrameBytes = 128 };

// Inlined, so that the array becomes part of the frame of the function that checks.
static inline __attribute__((always_inline)) uintptr_t stack_position(void) {
  volatile char frame[kFrameBytes];
  frame[0] = 0;
  return (uintptr_t)frame;
}
#define __builtin_frame_address(level) stack_position()

#include "quickjs.c"

#include "engine.h"

void engine_seed_random(JSContext* context, uint64_t seed) {
  context->random_state = seed != 0 ? seed : 1;  // Zero is where the generator (xorshift) would stay.
}

// A guest of convention `reactor`, in AssemblyScript: the host asks `alloc` where to put an input and calls `run` for each, on one
// instance. This one turns small ASCII letters into capitals, in place.
// Build: asc reactor.ts --outFile reactor.wasm -O2 --runtime stub --use abort=
let buffer: usize = 0;
let capacity: usize = 0;

// Kept from call to call and grown where an input is longer, so that many calls need little memory.
export function alloc(length: usize): usize {
  if (buffer == 0 || length > capacity) {
    buffer = heap.alloc(length);
    capacity = length;
  }
  return buffer;
}

// The result: its address in the high and its length in the low 32 bits. It may lie there until the next call.
export function run(input: usize, length: usize): u64 {
  for (let i: usize = 0; i < length; i++) {
    const c = load<u8>(input + i);
    if (c >= 97 && c <= 122) store<u8>(input + i, c - 32);
  }
  return ((<u64>input) << 32) | (<u64>length);
}

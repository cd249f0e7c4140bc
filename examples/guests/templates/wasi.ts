// A guest of convention `wasi`, in AssemblyScript: `_start` reads stdin (descriptor 0) and writes stdout (1). This one turns small
// ASCII letters into capitals. Build: asc wasi.ts --outFile wasi.wasm -O2 --runtime stub --use abort= --exportStart _start
@external("wasi_snapshot_preview1", "fd_read")
declare function fdRead(descriptor: i32, vectors: usize, count: i32, read: usize): i32;
@external("wasi_snapshot_preview1", "fd_write")
declare function fdWrite(descriptor: i32, vectors: usize, count: i32, written: usize): i32;

const SIZE = 4096;
const buffer = memory.data(SIZE);
const vector = memory.data(8); // address and length
const count = memory.data(4);

store<u32>(vector, <u32>buffer);
for (;;) {
  store<u32>(vector, SIZE, 4);
  if (fdRead(0, vector, 1, count) != 0) break;
  const length = load<u32>(count);
  if (length == 0) break;
  for (let i: u32 = 0; i < length; i++) {
    const c = load<u8>(buffer + i);
    if (c >= 97 && c <= 122) store<u8>(buffer + i, c - 32);
  }
  store<u32>(vector, length, 4);
  if (fdWrite(1, vector, 1, count) != 0) break;
}

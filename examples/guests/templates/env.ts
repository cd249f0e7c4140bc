// A guest of convention `gstd:env`, in AssemblyScript: the host calls `main`, which takes its input and gives its output byte by
// byte. This one turns small ASCII letters into capitals. Build: asc env.ts --outFile env.wasm -O2 --runtime stub --use abort=
@external("env", "get_input_length")
declare function getInputLength(): i32;
@external("env", "get_input_byte")
declare function getInputByte(index: i32): i32;
@external("env", "set_output_length")
declare function setOutputLength(length: i32): void;
@external("env", "set_output_byte")
declare function setOutputByte(index: i32, value: i32): void;

export function main(): i32 {
  const length = getInputLength();
  for (let i = 0; i < length; i++) {
    const c = getInputByte(i);
    setOutputByte(i, c >= 97 && c <= 122 ? c - 32 : c);
  }
  setOutputLength(length);
  return length; // The result where the output has no bytes.
}

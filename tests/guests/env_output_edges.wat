;; Convention env: what the first byte of the input says is done to the output, then `main` returns 7.
;; n: length -5. l: a byte, but no length. c: a length beyond the buffer. o: a byte beyond the buffer, and one with more than 8 bits.
;; z: a length and no bytes. r: a length taken back.
(module
  (import "env" "get_input_byte" (func $byte (param i32) (result i32)))
  (import "env" "set_output_length" (func $length (param i32)))
  (import "env" "set_output_byte" (func $set (param i32 i32)))
  (func (export "main") (result i32) (local $c i32)
    (local.set $c (call $byte (i32.const 0)))
    (if (i32.eq (local.get $c) (i32.const 110)) (then (call $set (i32.const 0) (i32.const 65)) (call $length (i32.const -5))))
    (if (i32.eq (local.get $c) (i32.const 108)) (then (call $set (i32.const 0) (i32.const 65))))
    (if (i32.eq (local.get $c) (i32.const 99)) (then (call $length (i32.const 0x7fffffff))))
    (if (i32.eq (local.get $c) (i32.const 111))
      (then (call $set (i32.const 0x100000) (i32.const 66)) (call $set (i32.const -1) (i32.const 66))
            (call $set (i32.const 0) (i32.const 0xfff41)) (call $length (i32.const 1))))
    (if (i32.eq (local.get $c) (i32.const 122)) (then (call $length (i32.const 3))))
    (if (i32.eq (local.get $c) (i32.const 114)) (then (call $length (i32.const 3)) (call $length (i32.const 0))))
    ;; Outside of the input there are zeros.
    (i32.add (i32.const 7) (i32.add (call $byte (i32.const 1)) (call $byte (i32.const -1))))))

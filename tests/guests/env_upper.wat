;; Convention env: the input in upper case, byte by byte.
(module
  (import "env" "get_input_length" (func $length (result i32)))
  (import "env" "get_input_byte" (func $byte (param i32) (result i32)))
  (import "env" "set_output_length" (func $set_length (param i32)))
  (import "env" "set_output_byte" (func $set (param i32 i32)))
  (func (export "main") (result i32) (local $i i32) (local $c i32)
    (loop $next
      (if (i32.lt_u (local.get $i) (call $length))
        (then
          (local.set $c (call $byte (local.get $i)))
          (if (i32.and (i32.ge_u (local.get $c) (i32.const 97)) (i32.le_u (local.get $c) (i32.const 122)))
            (then (local.set $c (i32.sub (local.get $c) (i32.const 32)))))
          (call $set (local.get $i) (local.get $c))
          (local.set $i (i32.add (local.get $i) (i32.const 1)))
          (br $next))))
    (call $set_length (call $length))
    (i32.const 7)))

;; A guest of convention `gstd:env`, in WebAssembly's text format: the host calls `main`, which takes its input and gives its output
;; byte by byte. This one turns small ASCII letters into capitals.
(module
  (import "env" "get_input_length" (func $length (result i32)))
  (import "env" "get_input_byte" (func $byte (param i32) (result i32)))
  (import "env" "set_output_length" (func $set_length (param i32)))
  (import "env" "set_output_byte" (func $set (param i32 i32)))
  (import "env" "log_string" (func $log (param i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "done")
  (func $capital (param $c i32) (result i32)
    (select
      (i32.sub (local.get $c) (i32.const 32))
      (local.get $c)
      (i32.lt_u (i32.sub (local.get $c) (i32.const 97)) (i32.const 26))))
  (func (export "main") (result i32) (local $i i32)
    (loop $next
      (if (i32.lt_u (local.get $i) (call $length))
        (then
          (call $set (local.get $i) (call $capital (call $byte (local.get $i))))
          (local.set $i (i32.add (local.get $i) (i32.const 1)))
          (br $next))))
    (call $set_length (call $length))
    (call $log (i32.const 0) (i32.const 4))
    (call $length))) ;; The result where the output has no bytes.

;; Convention env: texts, integers and the clock into the log. Returns nothing.
(module
  (import "env" "log_string" (func $text (param i32 i32)))
  (import "env" "log_number" (func $number (param i32)))
  (import "env" "get_time_ms" (func $time (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 8) "caf\c3\a9")
  (func (export "main")
    (call $text (i32.const 8) (i32.const 5))
    (call $text (i32.const 65536) (i32.const 0))
    (call $number (i32.const -7))
    (call $number (call $time))
    (call $number (call $time))))

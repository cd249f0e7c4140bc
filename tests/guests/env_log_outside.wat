;; Convention env: a text whose last byte lies outside of the memory.
(module
  (import "env" "log_string" (func $text (param i32 i32)))
  (memory (export "memory") 1)
  (func (export "main") (call $text (i32.const 65535) (i32.const 2))))

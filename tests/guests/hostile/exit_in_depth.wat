;; Exits from the bottom of a thousand calls.
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (func $deeper (param i32) (result i32)
    (if (i32.eqz (local.get 0)) (then (call $exit (i32.const 77))))
    (i32.add (i32.const 1) (call $deeper (i32.sub (local.get 0) (i32.const 1)))))
  (func (export "_start") (drop (call $deeper (i32.const 1000)))))

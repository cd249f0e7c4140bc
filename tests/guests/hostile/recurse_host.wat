;; Recurses with a call of the host at every depth, so that the host runs on what is left of the stack.
(module
  (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func $deeper (param i32) (result i32)
    (drop (call $random (i32.const 0) (i32.const 64)))
    (i32.add (i32.const 1) (call $deeper (local.get 0))))
  (func (export "_start") (drop (call $deeper (i32.const 0)))))

;; Copies stdin to stdout through one buffer of 4096 bytes, in two parts per call.
(module
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_start")
    (loop $again
      (i32.store (i32.const 0) (i32.const 4096)) (i32.store (i32.const 4) (i32.const 1000))
      (i32.store (i32.const 8) (i32.const 5096)) (i32.store (i32.const 12) (i32.const 3096))
      (if (call $read (i32.const 0) (i32.const 0) (i32.const 2) (i32.const 16)) (then unreachable))
      (if (i32.eqz (i32.load (i32.const 16))) (then (return)))
      (i32.store (i32.const 4) (i32.load (i32.const 16)))
      (if (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 20)) (then unreachable))
      (br $again))))

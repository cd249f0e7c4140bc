;; Copies the first 4096 bytes of stdin to stderr.
(module
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\00\10\00\00\00\10\00\00")
  (func (export "_start")
    (if (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 16)) (then unreachable))
    (i32.store (i32.const 4) (i32.load (i32.const 16)))
    (if (call $write (i32.const 2) (i32.const 0) (i32.const 1) (i32.const 16)) (then unreachable))))

;; Reads its input over the very list that says where to read it to.
(module
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\00\00\00\00\10\00\00\00\08\00\00\00\10\00\00\00\04\00\00\00\0c\00\00\00")
  (data (i32.const 256) "\00\00\00\00\40\00\00\00")
  (func (export "_start")
    (if (call $read (i32.const 0) (i32.const 0) (i32.const 3) (i32.const 8)) (then unreachable))
    (if (call $write (i32.const 1) (i32.const 256) (i32.const 1) (i32.const 320)) (then unreachable))))

;; Calls a host function through a table by a type with more parameters than it has.
(module
  (import "wasi_snapshot_preview1" "fd_close" (func $close (param i32) (result i32)))
  (memory (export "memory") 1)
  (type $wanted (func (param i32 i64 i64 i64 i64 i64 i64 i64) (result i32)))
  (table 1 funcref)
  (elem (i32.const 0) $close)
  (func (export "_start")
    (drop (call_indirect (type $wanted)
      (i32.const 0) (i64.const -1) (i64.const -1) (i64.const -1) (i64.const -1) (i64.const -1) (i64.const -1) (i64.const -1)
      (i32.const 0)))))

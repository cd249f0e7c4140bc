;; Writes the bits of NaNs made in several ways.
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\00\01\00\00\18\00\00\00")
  (global $zero (mut f64) (f64.const 0))
  (func (export "_start")
    (f64.store (i32.const 256) (f64.div (global.get $zero) (global.get $zero)))
    (f64.store (i32.const 264) (f64.sqrt (f64.sub (global.get $zero) (f64.const 1))))
    (f32.store (i32.const 272) (f32.demote_f64 (f64.div (global.get $zero) (global.get $zero))))
    (f32.store (i32.const 276) (f32.add (f32.const nan:0x200001) (f32.demote_f64 (global.get $zero))))
    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 16)))))

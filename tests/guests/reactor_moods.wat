;; A reactor that does what the first byte of its input says: c count calls, l loop, t trap, e exit, o answer with bytes outside of
;; its memory, b answer with more than 64 KiB.
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 2)
  (func (export "alloc") (param $length i32) (result i32)
    (i32.const 1024))
  (func (export "run") (param $at i32) (param $length i32) (result i64)
    (local $mood i32)
    (local.set $mood (i32.load8_u (local.get $at)))
    (if (i32.eq (local.get $mood) (i32.const 99)) (then
      (i32.store8 (i32.const 0) (i32.add (i32.load8_u (i32.const 0)) (i32.const 1)))
      (return (i64.const 1))))
    (if (i32.eq (local.get $mood) (i32.const 108)) (then (loop $forever (br $forever))))
    (if (i32.eq (local.get $mood) (i32.const 101)) (then (call $exit (i32.const 0))))
    (if (i32.eq (local.get $mood) (i32.const 111)) (then (return (i64.const 0x0001_ffff_0000_0002))))
    (if (i32.eq (local.get $mood) (i32.const 98)) (then (return (i64.const 0x0000_0000_0001_0001))))
    unreachable))

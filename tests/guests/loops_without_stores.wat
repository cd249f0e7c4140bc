;; Loops that write nothing, side by side and within each other; the first byte of the input says which one never ends: 1 to 4.
;; A compiler may take a load that it has seen before, with no store in between, for the same: the guest must still notice that it is to end.
(module
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\10\00\00\00\01\00\00\00")
  (func $spin (param $which i32) (result i32)
    (local $i i32)
    (loop $first
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $first (i32.eq (local.get $which) (i32.const 1))))
    (loop $second
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $second (i32.eq (local.get $which) (i32.const 2))))
    (loop $outer
      (loop $middle
        (loop $inner
          (local.set $i (i32.add (local.get $i) (i32.const 1)))
          (br_if $inner (i32.eq (local.get $which) (i32.const 3))))
        (br_if $middle (i32.lt_u (local.get $i) (i32.const 1000))))
      (br_if $outer (i32.eq (local.get $which) (i32.const 4))))
    (local.get $i))
  (func (export "_start")
    (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
    (drop (call $spin (i32.load8_u (i32.const 16))))))

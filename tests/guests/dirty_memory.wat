;; Exits with 1 if any byte of its memory is not zero at the start, and leaves every byte set.
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 4)
  (func (export "_start") (local $i i32)
    (loop $next
      (if (i64.ne (i64.load (local.get $i)) (i64.const 0)) (then (call $exit (i32.const 1))))
      (i64.store (local.get $i) (i64.const -1))
      (local.set $i (i32.add (local.get $i) (i32.const 8)))
      (br_if $next (i32.lt_u (local.get $i) (i32.const 262144))))))

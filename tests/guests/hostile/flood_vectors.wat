;; Hands fd_write 1024 vectors that each name most of memory, first for stderr, which is cut, then for stdout, which is not.
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_start") (local $i i32)
    (loop $next
      (i32.store (i32.mul (local.get $i) (i32.const 8)) (i32.const 8200))
      (i32.store offset=4 (i32.mul (local.get $i) (i32.const 8)) (i32.const 57000))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $i) (i32.const 1024))))
    (if (call $write (i32.const 2) (i32.const 0) (i32.const 1024) (i32.const 8192)) (then unreachable))
    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1024) (i32.const 8192)))
    unreachable))

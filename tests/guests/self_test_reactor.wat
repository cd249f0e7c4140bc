;; The sandbox's self-test of instances that stay: answers with the sum of all bytes that it was ever given, 8 bytes.
(module
  (memory (export "memory") 1)
  (global $sum (mut i64) (i64.const 0))
  (func (export "alloc") (param $size i32) (result i32) (i32.const 1024))
  (func (export "run") (param $at i32) (param $size i32) (result i64) (local $end i32)
    (local.set $end (i32.add (local.get $at) (local.get $size)))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
        (global.set $sum (i64.add (global.get $sum) (i64.load8_u (local.get $at))))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $next)))
    (i64.store (i32.const 512) (global.get $sum))
    (i64.const 0x0000020000000008)))

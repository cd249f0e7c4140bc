;; A reactor that answers with its input, reversed, and counts its calls in the first byte of memory.
(module
  (memory (export "memory") 2)
  (global $initialized (mut i32) (i32.const 0))
  (func (export "_initialize")
    (global.set $initialized (i32.const 1)))
  (func (export "alloc") (param $length i32) (result i32)
    (if (i32.eqz (global.get $initialized)) (then unreachable))
    (i32.const 1024))
  (func (export "run") (param $at i32) (param $length i32) (result i64)
    (local $i i32)
    (i32.store8 (i32.const 0) (i32.add (i32.load8_u (i32.const 0)) (i32.const 1)))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $i) (local.get $length)))
        (i32.store8
          (i32.add (i32.const 65536) (local.get $i))
          (i32.load8_u (i32.sub (i32.add (local.get $at) (local.get $length)) (i32.add (local.get $i) (i32.const 1)))))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $next)))
    (i64.or (i64.shl (i64.const 65536) (i64.const 32)) (i64.extend_i32_u (local.get $length)))))

;; A guest of convention `reactor`, in WebAssembly's text format: the host asks `alloc` where to put an input and calls `run` for
;; each, on one instance. This one turns small ASCII letters into capitals, in place.
(module
  (memory (export "memory") 1)
  (func $capital (param $c i32) (result i32)
    (select
      (i32.sub (local.get $c) (i32.const 32))
      (local.get $c)
      (i32.lt_u (i32.sub (local.get $c) (i32.const 97)) (i32.const 26))))
  ;; Always address 0; the memory grows where it is too small.
  (func (export "alloc") (param $length i32) (result i32) (local $pages i32)
    ;; In 64 bits, where adding 65535 cannot wrap.
    (local.set $pages
      (i32.wrap_i64 (i64.shr_u (i64.add (i64.extend_i32_u (local.get $length)) (i64.const 65535)) (i64.const 16))))
    (if (i32.gt_u (local.get $pages) (memory.size))
      (then
        (if (i32.eq (memory.grow (i32.sub (local.get $pages) (memory.size))) (i32.const -1))
          (then (unreachable)))))
    (i32.const 0))
  ;; The result: its address in the high and its length in the low 32 bits.
  (func (export "run") (param $at i32) (param $length i32) (result i64) (local $i i32) (local $p i32)
    (loop $next
      (if (i32.lt_u (local.get $i) (local.get $length))
        (then
          (local.set $p (i32.add (local.get $at) (local.get $i)))
          (i32.store8 (local.get $p) (call $capital (i32.load8_u (local.get $p))))
          (local.set $i (i32.add (local.get $i) (i32.const 1)))
          (br $next))))
    (i64.or (i64.shl (i64.extend_i32_u (local.get $at)) (i64.const 32)) (i64.extend_i32_u (local.get $length)))))

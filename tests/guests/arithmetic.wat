;; A little of everything that computes: integers, floats at their edges, vectors, memory and table moved about, calls through a table,
;; growth, a clock and random bytes. Writes 96 bytes that depend on all of it and on the first eight bytes of stdin. No NaN's bits
;; reach the output; tests/guests/nan.wat is about those.
(module
  (import "wasi_snapshot_preview1" "clock_time_get" (func $clock (param i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (type $step (func (param i64) (result i64)))
  (table $steps 8 funcref)
  (elem (i32.const 0) $mix $divide $floats $vectors)
  ;; one list to read 8 bytes to 1024, one to write 96 bytes from 2048
  (data (i32.const 0) "\00\04\00\00\08\00\00\00\00\08\00\00\60\00\00\00")
  (data $passive "the quick brown fox jumps over the lazy dog")

  (func $mix (type $step)
    (i64.add (i64.rotl (local.get 0) (i64.and (local.get 0) (i64.const 63)))
             (i64.add (i64.popcnt (local.get 0))
                      (i64.mul (i64.clz (local.get 0)) (i64.sub (i64.ctz (local.get 0)) (i64.const 0x9e3779b97f4a7c15))))))

  (func $divide (type $step) (local $d i64)
    (local.set $d (i64.or (i64.shr_u (local.get 0) (i64.const 17)) (i64.const 3)))
    (i64.xor (i64.div_u (local.get 0) (local.get $d))
             (i64.add (i64.rem_s (local.get 0) (local.get $d))
                      (i64.extend8_s (i64.div_s (local.get 0) (local.get $d))))))

  ;; a NaN becomes zero on its way to an integer
  (func $floats (type $step) (local $x f64) (local $y f32)
    (local.set $x (f64.reinterpret_i64 (local.get 0)))
    (local.set $y (f32.demote_f64 (f64.convert_i64_s (local.get 0))))
    (i64.xor
      (i64.trunc_sat_f64_s (f64.mul (f64.sqrt (f64.abs (local.get $x))) (f64.nearest (f64.promote_f32 (local.get $y)))))
      (i64.xor
        (i64.trunc_sat_f64_u (f64.min (f64.max (local.get $x) (f64.const -0)) (f64.convert_i64_u (local.get 0))))
        (i64.extend_i32_u (i32.add
          (i32.trunc_sat_f32_s (f32.div (local.get $y) (f32.sub (f32.floor (local.get $y)) (f32.const 3.25))))
          (i32.reinterpret_f32 (f32.copysign (f32.convert_i32_u (i32.wrap_i64 (local.get 0))) (local.get $y))))))))

  (func $vectors (type $step) (local $v v128) (local $w v128)
    (local.set $v (i64x2.splat (local.get 0)))
    (local.set $w (i8x16.shuffle 15 1 13 3 11 5 9 7 0 14 2 12 4 10 6 8 (local.get $v) (i8x16.popcnt (local.get $v))))
    (local.set $w (i16x8.q15mulr_sat_s (local.get $w) (i16x8.add_sat_s (local.get $v) (local.get $w))))
    (local.set $w (i8x16.swizzle (local.get $w) (v128.and (local.get $v) (v128.const i8x16 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15 31))))
    (local.set $w (v128.xor (local.get $w) (i32x4.dot_i16x8_s (local.get $v) (local.get $w))))
    (i64.add (i64x2.extract_lane 0 (local.get $w))
             (i64.mul (i64x2.extract_lane 1 (local.get $w)) (i64.extend_i32_u (i8x16.bitmask (local.get $w))))))

  (func $fail (param i32) (if (local.get 0) (then unreachable)))

  (func (export "_start") (local $i i32) (local $state i64)
    (call $fail (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 64)))
    (local.set $state (i64.xor (i64.load (i32.const 1024)) (i64.const 0x243f6a8885a308d3)))
    (table.grow $steps (ref.func $mix) (i32.const 4)) (drop)
    (table.copy $steps $steps (i32.const 4) (i32.const 0) (i32.const 4))
    (loop $next
      (local.set $state
        (call_indirect $steps (type $step) (i64.add (local.get $state) (i64.extend_i32_u (local.get $i)))
                                    (i32.rem_u (local.get $i) (i32.const 12))))
      (i64.store (i32.add (i32.const 4096) (i32.and (i32.mul (local.get $i) (i32.const 8)) (i32.const 0x3fff))) (local.get $state))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $i) (i32.const 2000))))
    (call $fail (i32.ne (memory.grow (i32.const 2)) (i32.const 1)))
    (memory.copy (i32.const 100000) (i32.const 4096) (i32.const 0x4000))
    (memory.fill (i32.const 100016) (i32.const 0x5a) (i32.const 33))
    (memory.init $passive (i32.const 100080) (i32.const 4) (i32.const 39))
    (memory.copy (i32.const 2048) (i32.const 100008) (i32.const 72))
    (call $fail (call $clock (i32.const 1) (i64.const 1) (i32.const 2120)))
    (call $fail (call $random (i32.const 2128) (i32.const 8)))
    (i64.store (i32.const 2136) (local.get $state))
    (call $fail (call $write (i32.const 1) (i32.const 8) (i32.const 1) (i32.const 64)))))

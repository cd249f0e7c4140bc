;; Every way to leave a function that has called another one; each export gives a result that its test knows.
(module
  (type $pair (func (param i32) (result i32 i64)))
  (memory (export "memory") 1)
  (table 2 funcref)
  (elem (i32.const 0) $factorial $twice)

  (func $factorial (export "factorial") (param i64) (result i64)
    (if (i64.eqz (local.get 0)) (then (return (i64.const 1))))
    (i64.mul (local.get 0) (call $factorial (i64.sub (local.get 0) (i64.const 1)))))

  (func $twice (param i64) (result i64) (i64.mul (i64.const 2) (local.get 0)))

  ;; Two results, left by return, by branches to the function's own label from several depths, and by its end.
  (func $leave (export "leave") (type $pair)
    (drop (call $factorial (i64.const 3)))
    (block $two
      (block $one
        (block $zero (br_table $zero $one $two (local.get 0)))
        (return (i32.const 1) (i64.const 10)))
      (br 1 (i32.const 2) (i64.const 20)))
    (loop (result i32 i64)
      (br_if 1 (i32.const 3) (i64.const 30) (i32.eq (local.get 0) (i32.const 2))))
    (drop) (drop)
    (if (i32.eq (local.get 0) (i32.const 3))
      (then (br_table 1 1 (i32.const 4) (i64.const 40) (i32.const 0))))
    (i32.const 5) (i64.const 50))

  (func (export "leave_sum") (param i32) (result i64) (local i64)
    (call $leave (local.get 0))
    (local.set 1)
    (i64.add (i64.extend_i32_u) (local.get 1)))

  (func $none (if (i64.eqz (call $factorial (i64.const 0))) (then (return))) (br 0))
  (func (export "none") (call $none))

  (func (export "indirect") (param i32 i64) (result i64)
    (call_indirect (param i64) (result i64) (local.get 1) (local.get 0)))

  (func $even (param i32) (result i32)
    (if (result i32) (i32.eqz (local.get 0)) (then (i32.const 1)) (else (call $odd (i32.sub (local.get 0) (i32.const 1))))))
  (func $odd (param i32) (result i32)
    (if (result i32) (i32.eqz (local.get 0)) (then (i32.const 0)) (else (call $even (i32.sub (local.get 0) (i32.const 1))))))
  (func (export "even") (param i32) (result i32) (call $even (local.get 0)))

  ;; Counts its calls in memory, without end.
  (func $deeper (export "deeper")
    (i32.store (i32.const 0) (i32.add (i32.const 1) (i32.load (i32.const 0))))
    (call $deeper)
    (i32.store (i32.const 4) (i32.const 1))))

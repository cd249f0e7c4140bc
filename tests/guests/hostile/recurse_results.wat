;; Recurses with sixteen parameters and sixteen results, most of which travel on the stack.
(module
  (memory (export "memory") 1)
  (type $wide (func
    (param i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64)
    (result i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64)))
  (func $wide (type $wide)
    (call $wide
      (local.get 15) (local.get 0) (local.get 1) (local.get 2) (local.get 3) (local.get 4) (local.get 5) (local.get 6)
      (local.get 7) (local.get 8) (local.get 9) (local.get 10) (local.get 11) (local.get 12) (local.get 13) (local.get 14))
    (i64.add (i64.const 1)))
  (func (export "_start") (local i64)
    (call $wide
      (local.get 0) (local.get 0) (local.get 0) (local.get 0) (local.get 0) (local.get 0) (local.get 0) (local.get 0)
      (local.get 0) (local.get 0) (local.get 0) (local.get 0) (local.get 0) (local.get 0) (local.get 0) (local.get 0))
    drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop))

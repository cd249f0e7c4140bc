;; Calls a function of f64 as one of i64: the bits would change meaning.
(module
  (memory (export "memory") 1)
  (type $wanted (func (param i64) (result i64)))
  (table 1 funcref)
  (elem (i32.const 0) $actual)
  (func $actual (param f64) (result f64) (local.get 0))
  (func (export "_start") (drop (call_indirect (type $wanted) (i64.const 1) (i32.const 0)))))

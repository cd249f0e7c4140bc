;; Calls a function through a table by another type than its own.
(module
  (memory (export "memory") 1)
  (type $wanted (func (param i64)))
  (table 1 funcref)
  (elem (i32.const 0) $actual)
  (func $actual)
  (func (export "_start") (call_indirect (type $wanted) (i64.const 1) (i32.const 0))))

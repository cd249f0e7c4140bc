;; Calls a function that gives nothing as one that gives sixteen values: a host that believed it would read its stack.
(module
  (memory (export "memory") 1)
  (type $wanted (func (result i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64)))
  (table 1 funcref)
  (elem (i32.const 0) $actual)
  (func $actual)
  (func (export "_start")
    (call_indirect (type $wanted) (i32.const 0))
    drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop drop))

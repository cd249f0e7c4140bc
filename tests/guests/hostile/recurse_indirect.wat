;; Calls itself through a table.
(module
  (memory (export "memory") 1)
  (type $deeper (func (param i64) (result i64)))
  (table 1 funcref)
  (elem (i32.const 0) $self)
  (func $self (type $deeper)
    (i64.add (i64.const 1) (call_indirect (type $deeper) (i64.add (local.get 0) (i64.const 1)) (i32.const 0))))
  (func (export "_start") (drop (call $self (i64.const 0)))))

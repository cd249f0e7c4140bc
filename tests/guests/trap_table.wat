;; Calls behind the end of a table.
(module
  (memory (export "memory") 1)
  (type $wanted (func))
  (table 2 funcref)
  (func (export "_start") (call_indirect (type $wanted) (i32.const 2))))

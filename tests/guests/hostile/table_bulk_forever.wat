;; Fills and copies a large table without end.
(module
  (memory (export "memory") 1)
  (table $t 100000 funcref)
  (func (export "_start")
    (loop $again
      (table.fill $t (i32.const 0) (ref.null func) (i32.const 100000))
      (table.copy $t $t (i32.const 0) (i32.const 1) (i32.const 99999))
      (br $again))))

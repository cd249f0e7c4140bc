;; Six instructions that do something; the two drops only shape the code.
(module
  (memory (export "memory") 1)
  (func (export "_start")
    (drop (i32.add (i32.const 1) (i32.const 2)))
    (drop (i32.mul (i32.const 3) (i32.const 4)))))

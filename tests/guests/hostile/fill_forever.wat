;; Fills half a mebibyte without end.
(module
  (memory (export "memory") 8)
  (func (export "_start") (loop $again (memory.fill (i32.const 0) (i32.const 1) (i32.const 0x80000)) (br $again))))

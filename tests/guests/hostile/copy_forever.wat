;; Moves half a mebibyte, less one byte, without end.
(module
  (memory (export "memory") 8)
  (func (export "_start") (loop $again (memory.copy (i32.const 1) (i32.const 0) (i32.const 0x7ffff)) (br $again))))

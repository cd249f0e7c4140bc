;; Copies a passive segment into memory without end.
(module
  (memory (export "memory") 1)
  (data $passive "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")
  (func (export "_start") (loop $again (memory.init $passive (i32.const 0) (i32.const 0) (i32.const 64)) (br $again))))

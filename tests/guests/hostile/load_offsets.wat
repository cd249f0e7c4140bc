;; Loads by the largest offset there is from the largest address there is.
(module
  (memory (export "memory") 1)
  (func (export "_start") (drop (v128.load offset=0xffffffff (i32.const -1)))))

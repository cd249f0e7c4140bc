;; Stores sixteen bytes of which the last is behind memory; nothing of it may be written, which the guest cannot tell any more.
(module
  (memory (export "memory") 1)
  (func (export "_start") (v128.store (i32.const 65521) (v128.const i64x2 -1 -1))))

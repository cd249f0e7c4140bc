;; Copies a segment that it dropped: its length is zero by then.
(module
  (memory (export "memory") 1)
  (data $passive "abc")
  (func (export "_start")
    (data.drop $passive)
    (memory.init $passive (i32.const 0) (i32.const 0) (i32.const 0))
    (memory.init $passive (i32.const 0) (i32.const 0) (i32.const 1))))

;; A reactor whose `alloc` names bytes that its memory does not have.
(module
  (memory (export "memory") 1)
  (func (export "alloc") (param $length i32) (result i32)
    (i32.const -1))
  (func (export "run") (param $at i32) (param $length i32) (result i64)
    (i64.const 0)))

;; Recurses without end while the instance is made.
(module
  (memory (export "memory") 1)
  (func $init (call $init))
  (start $init)
  (func (export "_start")))

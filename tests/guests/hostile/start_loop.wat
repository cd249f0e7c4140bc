;; Never gets to `_start`: its start function does not return.
(module
  (memory (export "memory") 1)
  (func $init (loop $again (br $again)))
  (start $init)
  (func (export "_start")))

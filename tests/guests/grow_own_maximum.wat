;; Is refused by its own declaration, not by a limit; then traps.
(module
  (memory (export "memory") 1 2)
  (func (export "_start")
    (if (i32.ne (memory.grow (i32.const 2)) (i32.const -1)) (then (return)))
    unreachable))

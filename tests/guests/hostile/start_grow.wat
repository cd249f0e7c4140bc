;; Takes all memory while the instance is made, then traps.
(module
  (memory (export "memory") 1)
  (func $init
    (loop $more (br_if $more (i32.ne (memory.grow (i32.const 1)) (i32.const -1))))
    unreachable)
  (start $init)
  (func (export "_start")))

;; Never returns: jumps back by the default of a table of labels.
(module
  (memory (export "memory") 1)
  (func (export "_start") (local $i i32)
    (loop $again
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_table $again $again $again $again (local.get $i)))))

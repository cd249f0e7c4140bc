;; Doubles the number of calls at each of forty levels: no loop, no deep stack, and years of work.
(module
  (memory (export "memory") 1)
  (func $double (param $level i32)
    (if (i32.eqz (local.get $level)) (then (return)))
    (call $double (i32.sub (local.get $level) (i32.const 1)))
    (call $double (i32.sub (local.get $level) (i32.const 1))))
  (func (export "_start") (call $double (i32.const 60))))

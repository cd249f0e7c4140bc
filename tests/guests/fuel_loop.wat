;; Ten rounds of seven instructions: get, const, add, tee, const, compare, branch.
(module
  (memory (export "memory") 1)
  (func (export "_start") (local $i i32)
    (loop $next
      (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 10))))))

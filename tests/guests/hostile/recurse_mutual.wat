;; Three functions that call each other in a ring.
(module
  (memory (export "memory") 1)
  (func $a (param i32) (result i32) (i32.add (i32.const 1) (call $b (local.get 0))))
  (func $b (param i32) (result i32) (i32.add (i32.const 1) (call $c (local.get 0))))
  (func $c (param i32) (result i32) (i32.add (i32.const 1) (call $a (local.get 0))))
  (func (export "_start") (drop (call $a (i32.const 0)))))

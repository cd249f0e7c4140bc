;; Never returns, and calls a function in each turn: no loop without a call, no call that goes deeper.
(module
  (memory (export "memory") 1)
  (global $turns (mut i64) (i64.const 0))
  (func $turn (global.set $turns (i64.add (global.get $turns) (i64.const 1))))
  (func (export "_start") (loop $again (call $turn) (br $again))))

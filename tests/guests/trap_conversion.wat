;; NaN as an integer.
(module
  (memory (export "memory") 1)
  (global $zero (mut f64) (f64.const 0))
  (func (export "_start") (drop (i32.trunc_f64_s (f64.div (global.get $zero) (global.get $zero))))))

;; Convention env: the first draw; an integer draw is zero and moves the generator on, which the second line of the log shows.
(module
  (import "env" "get_random" (func $draw (result f64)))
  (import "env" "get_random" (func $draw_int (result i32)))
  (import "env" "log_number" (func $log (param f64)))
  (import "env" "log_number" (func $log_int (param i32)))
  (func (export "main") (result f64) (local $first f64)
    (local.set $first (call $draw))
    (call $log_int (call $draw_int))
    (call $log (f64.mul (call $draw) (f64.const 4294967296)))
    (local.get $first)))

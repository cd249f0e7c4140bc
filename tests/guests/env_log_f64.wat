;; Convention env: numbers and the clock, as f64, into the log. Returns nothing.
(module
  (import "env" "log_number" (func $number (param f64)))
  (import "env" "get_time_ms" (func $time (result f64)))
  (func (export "main")
    (call $number (f64.const 0.1))
    (call $number (f64.const -1e21))
    (call $number (f64.const nan))
    (call $number (f64.const -inf))
    (call $number (call $time))
    (call $number (call $time))))

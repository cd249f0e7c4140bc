;; Convention env: five draws, each logged as the 32 bits that it stands for. Returns the last.
(module
  (import "env" "get_random" (func $draw (result f64)))
  (import "env" "log_number" (func $log (param i64)))
  (func $next (result f64) (local $x f64)
    (local.set $x (call $draw))
    (call $log (i64.trunc_f64_u (f64.mul (local.get $x) (f64.const 4294967296))))
    (local.get $x))
  (func (export "main") (result f64)
    (drop (call $next)) (drop (call $next)) (drop (call $next)) (drop (call $next))
    (call $next)))

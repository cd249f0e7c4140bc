;; Convention env: a result of its own kind.
(module (func (export "main") (result f64) (f64.const inf)))

;; Convention env: a result of its own kind.
(module (func (export "main") (result i32) (i32.const -5)))

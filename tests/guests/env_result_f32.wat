;; Convention env: a result of its own kind.
(module (func (export "main") (result f32) (f32.const 0.1)))

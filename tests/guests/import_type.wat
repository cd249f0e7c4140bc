;; fd_close by a type that it does not have.
(module
  (import "wasi_snapshot_preview1" "fd_close" (func (param i64)))
  (memory (export "memory") 1)
  (func (export "_start")))

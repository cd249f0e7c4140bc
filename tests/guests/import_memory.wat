(module
  (import "wasi_snapshot_preview1" "fd_close" (memory 1))
  (export "memory" (memory 0))
  (func (export "_start")))

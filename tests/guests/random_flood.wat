;; Asks for 3 MiB of random bytes at a time, without end.
(module
  (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
  (memory (export "memory") 64)
  (func (export "_start")
    (loop $again (br_if $again (i32.eqz (call $random (i32.const 0) (i32.const 3145728)))))))

;; Writes 400 times 4096 bytes to stderr, then "ok" to stdout.
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\00\10\00\00\00\10\00\00")
  (data (i32.const 8) "\20\00\00\00\02\00\00\00")
  (data (i32.const 32) "ok")
  (func (export "_start") (local $i i32)
    (memory.fill (i32.const 4096) (i32.const 0x78) (i32.const 4096))
    (loop $again
      ;; a cut log still says that everything was written
      (drop (call $write (i32.const 2) (i32.const 0) (i32.const 1) (i32.const 16)))
      (if (i32.ne (i32.load (i32.const 16)) (i32.const 4096)) (then unreachable))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $again (i32.lt_u (local.get $i) (i32.const 400))))
    (drop (call $write (i32.const 1) (i32.const 8) (i32.const 1) (i32.const 16)))))

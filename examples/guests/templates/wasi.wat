;; A guest of convention `wasi`, in WebAssembly's text format: `_start` reads stdin (descriptor 0) and writes stdout (1). This one
;; turns small ASCII letters into capitals.
(module
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  ;; At 0 an I/O vector, address and length; at 8 the count of bytes; at 1024 the buffer. At 16 the vector of the log's text.
  (data (i32.const 0) "\00\04\00\00\00\10\00\00")
  (data (i32.const 16) "\18\00\00\00\05\00\00\00done\n")
  (func $capital (param $c i32) (result i32)
    (select
      (i32.sub (local.get $c) (i32.const 32))
      (local.get $c)
      (i32.lt_u (i32.sub (local.get $c) (i32.const 97)) (i32.const 26))))
  (func (export "_start") (local $i i32)
    (block $end
      (loop $next
        (i32.store (i32.const 4) (i32.const 4096))
        (br_if $end (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
        (br_if $end (i32.eqz (i32.load (i32.const 8))))
        (local.set $i (i32.load (i32.const 8)))
        (loop $each
          (local.set $i (i32.sub (local.get $i) (i32.const 1)))
          (i32.store8 offset=1024 (local.get $i) (call $capital (i32.load8_u offset=1024 (local.get $i))))
          (br_if $each (local.get $i)))
        (i32.store (i32.const 4) (i32.load (i32.const 8)))
        (br_if $end (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
        (br $next)))
    (drop (call $write (i32.const 2) (i32.const 16) (i32.const 1) (i32.const 8)))))

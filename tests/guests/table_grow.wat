;; Exits with 0 if a table does not grow beyond the profile, else with 1.
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (table $t 1 funcref)
  (func (export "_start")
    (call $exit (i32.ne (table.grow $t (ref.null func) (i32.const 9000000)) (i32.const -1)))))

;; One export for each operation on a stretch of memory or of a table.
(module
  (memory (export "memory") 4 10)
  (table $a 3000 4000 funcref)
  (table $b 3000 funcref)
  (elem $some func $one $two $one)
  (elem (table $a) (i32.const 0) func $one $two $one $two)
  (data $text "the quick brown fox jumps over the lazy dog")

  (func $one (result i32) (i32.const 1))
  (func $two (result i32) (i32.const 2))

  ;; Bytes that differ from their neighbours.
  (func (export "prepare") (call $prepare))
  (func $prepare (local i32)
    (loop
      (i32.store (local.get 0) (i32.mul (local.get 0) (i32.const 0x9e3779b1)))
      (local.set 0 (i32.add (local.get 0) (i32.const 4)))
      (br_if 0 (i32.lt_u (local.get 0) (i32.const 262144)))))

  (func (export "fill") (param i32 i32 i32) (call $prepare)
    (memory.fill (local.get 0) (local.get 1) (local.get 2)))
  (func (export "copy") (param i32 i32 i32) (call $prepare)
    (memory.copy (local.get 0) (local.get 1) (local.get 2)))
  (func (export "init") (param i32 i32 i32)
    (memory.init $text (local.get 0) (local.get 1) (local.get 2)))
  (func (export "init_dropped") (param i32 i32 i32)
    (data.drop $text)
    (memory.init $text (local.get 0) (local.get 1) (local.get 2)))

  (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
  (func (export "grow_twice") (param i32 i32) (result i32)
    (drop (memory.grow (local.get 0)))
    (memory.grow (local.get 1)))

  (func (export "table_fill") (param i32 i32) (result i32)
    (table.fill $a (local.get 0) (ref.func $two) (local.get 1))
    (call_indirect $a (result i32) (local.get 0)))
  (func (export "table_copy") (param i32 i32 i32) (result i32)
    (table.copy $b $a (local.get 0) (local.get 1) (local.get 2))
    (call_indirect $b (result i32) (local.get 0)))
  (func (export "table_init") (param i32 i32 i32) (result i32)
    (table.init $b $some (local.get 0) (local.get 1) (local.get 2))
    (call_indirect $b (result i32) (local.get 0)))
  (func (export "table_grow") (param i32) (result i32)
    (i32.add (i32.mul (table.grow $a (ref.null func) (local.get 0)) (i32.const 10000)) (table.size $a))))

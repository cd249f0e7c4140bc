;; Grows a table element by element, until refused, and goes on asking.
(module
  (memory (export "memory") 1)
  (table $t 1 funcref)
  (func (export "_start") (loop $more (drop (table.grow $t (ref.null func) (i32.const 1))) (br $more))))

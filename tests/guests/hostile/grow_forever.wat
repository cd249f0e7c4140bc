;; Asks for memory without end, and never minds the answer.
(module
  (memory (export "memory") 1)
  (func (export "_start") (loop $more (drop (memory.grow (i32.const 1))) (br $more))))

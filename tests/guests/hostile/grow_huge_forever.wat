;; Asks for all the memory that 32 bits can name, again and again.
(module
  (memory (export "memory") 1)
  (func (export "_start") (loop $more (drop (memory.grow (i32.const -1))) (drop (memory.grow (i32.const 65535))) (br $more))))

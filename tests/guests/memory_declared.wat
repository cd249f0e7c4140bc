;; Declares 64 pages, 4 MiB, from the start.
(module
  (memory (export "memory") 64)
  (func (export "_start")))

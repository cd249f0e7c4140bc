// A Python object in the hands of threads that may let go of it at any time.
#pragma once

#include "bind.hpp"

namespace gstd::python {

/// Threads: get() with the GIL; it may be destroyed without.
class Held {
 public:
  explicit Held(py::object object) : object_(std::move(object)) {}
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;
  ~Held() {
    PyObject* const object = object_.release().ptr();
    // Where the interpreter ends, everything in it does.
    with_gil([object] { Py_XDECREF(object); });
  }
  const py::object& get() const noexcept { return object_; }

 private:
  py::object object_;
};

}  // namespace gstd::python

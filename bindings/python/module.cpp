#include <gstd/version.hpp>

#include "bind.hpp"

PYBIND11_MODULE(_core, module) {
  module.attr("__version__") = GSTD_VERSION_STRING;
  gstd::python::bind_errors(module);
  gstd::python::bind_basics(module);
  gstd::python::bind_signer(module);
  gstd::python::bind_sandbox(module);
  gstd::python::bind_pow(module);
  gstd::python::bind_client(module);
  gstd::python::bind_verify(module);
  gstd::python::bind_worker(module);
  gstd::python::bind_coordinator(module);
}

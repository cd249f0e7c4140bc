// One exception class per ErrorCode, all below gstd.Error, each with `.code`, `.reason` and the message.
#include <map>

#include "bind.hpp"

namespace gstd::python {
namespace {

struct ClassName {
  ErrorCode code;
  const char* name;
};

constexpr std::array kClassNames{
    ClassName{ErrorCode::cancelled, "Cancelled"},
    ClassName{ErrorCode::unknown, "UnknownError"},
    ClassName{ErrorCode::invalid_argument, "InvalidArgument"},
    ClassName{ErrorCode::deadline_exceeded, "DeadlineExceeded"},
    ClassName{ErrorCode::not_found, "NotFound"},
    ClassName{ErrorCode::already_exists, "AlreadyExists"},
    ClassName{ErrorCode::permission_denied, "PermissionDenied"},
    ClassName{ErrorCode::resource_exhausted, "ResourceExhausted"},
    ClassName{ErrorCode::failed_precondition, "FailedPrecondition"},
    ClassName{ErrorCode::aborted, "Aborted"},
    ClassName{ErrorCode::out_of_range, "OutOfRange"},
    ClassName{ErrorCode::unimplemented, "Unimplemented"},
    ClassName{ErrorCode::internal, "InternalError"},
    ClassName{ErrorCode::unavailable, "Unavailable"},
    ClassName{ErrorCode::data_loss, "DataLoss"},
    ClassName{ErrorCode::unauthenticated, "Unauthenticated"},
};

// The classes live as long as the interpreter, so their references are never given back.
std::map<ErrorCode, PyObject*>& classes() {
  static std::map<ErrorCode, PyObject*> all;
  return all;
}

void raise(const Error& error) {
  const auto found = classes().find(error.code);
  const py::handle type = found != classes().end() ? found->second : classes().at(ErrorCode::unknown);
  const py::object exception = type(error.message);
  exception.attr("code") = std::string(to_string(error.code));
  exception.attr("reason") = error.reason;
  PyErr_SetObject(type.ptr(), exception.ptr());
}

}  // namespace

void bind_errors(py::module_& module) {
  const std::string scope = "gstd.";
  const auto base = py::reinterpret_steal<py::object>(PyErr_NewExceptionWithDoc(
      "gstd.Error", "What the library refuses or cannot do; .code, .reason and a message.", nullptr, nullptr));
  base.attr("code") = "unknown";
  base.attr("reason") = "";
  module.attr("Error") = base;
  for (const ClassName& entry : kClassNames) {
    PyObject* type = PyErr_NewException((scope + entry.name).c_str(), base.ptr(), nullptr);
    if (type == nullptr) throw py::error_already_set();
    classes()[entry.code] = type;
    module.attr(entry.name) = py::handle(type);
    py::handle(type).attr("code") = std::string(to_string(entry.code));
  }
  py::register_local_exception_translator([](std::exception_ptr pointer) {
    try {
      if (pointer) std::rethrow_exception(pointer);
    } catch (const Raised& raised) {
      raise(raised.error);
    }
  });
}

}  // namespace gstd::python

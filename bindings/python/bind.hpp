// What the files of the extension module share: errors as exceptions, blocking calls without the GIL, conversions.
#pragma once

#include <pybind11/functional.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <gstd/client.hpp>

#include <functional>
#include <string>
#include <utility>

namespace gstd::python {

namespace py = pybind11;

/// An Error on its way to becoming a Python exception; errors.cpp translates it.
struct Raised {
  Error error;
};

/// The value, or the matching exception.
template <class T>
T unwrap(Result<T>&& result) {
  if (!result) throw Raised{std::move(result).error()};
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

/// Asks the thread that waits in run_blocking() for its `on_wake`. From any thread, without the GIL; returns at once.
using Wake = std::function<void()>;

/// Runs `call` on a thread of its own without the GIL, so that other Python threads go on and Ctrl-C is noticed: a pending signal
/// stops the call and raises KeyboardInterrupt. `call` gets the timeout, a token to stop at, and a way to have `on_wake` called
/// here, on the calling thread and with the GIL: once for all that asked meanwhile. What `on_wake` throws stops the call, too, and
/// is thrown on.
void run_blocking(double timeout_seconds, const std::function<void(const CallOptions&, const Wake&)>& call,
                  const std::function<void()>& on_wake);

/// run_blocking() for a call that answers a Result.
template <class Call>
auto blocking(double timeout_seconds, Call&& call, const std::function<void()>& on_wake) {
  using R = std::invoke_result_t<Call, const CallOptions&, const Wake&>;
  std::optional<R> result;
  run_blocking(
      timeout_seconds, [&](const CallOptions& options, const Wake& wake) { result.emplace(call(options, wake)); }, on_wake);
  return unwrap(*std::move(result));
}

/// The same for a call that needs nothing of Python until it ends.
template <class Call>
auto blocking(double timeout_seconds, Call&& call) {
  return blocking(timeout_seconds, [&](const CallOptions& options, const Wake&) { return call(options); }, {});
}

/// Runs `work` with the GIL, on a thread that Python need not know. False: the interpreter is ending, nothing ran.
bool with_gil(const std::function<void()>& work);

/// Deletes what Python lets go of without the GIL, which the object's own threads may be waiting for.
struct DeleteWithoutGil {
  template <class T>
  void operator()(T* object) const {
    const py::gil_scoped_release released;
    delete object;
  }
};

inline py::bytes to_python(BytesView view) { return {reinterpret_cast<const char*>(view.data()), view.size()}; }

/// Borrows; the object must stay alive, as arguments of a call do.
BytesView view_of(const py::bytes& object);

/// A digest given as 32 bytes or as 64 hexadecimal digits.
Digest digest_of(const py::object& object);

/// An amount of GSTD given as a text such as "0.1", a decimal.Decimal or an int. A float is refused: money is exact.
Amount amount_of(const py::object& object);
/// decimal.Decimal of GSTD.
py::object decimal_of(Amount amount);

/// Limits given by keyword; None keeps the default.
RunLimits limits_of(std::optional<std::uint64_t> fuel, std::optional<std::uint64_t> memory_bytes_max,
                    std::optional<double> wall_seconds, std::optional<std::uint64_t> output_bytes_max);

/// An aware datetime in UTC.
py::object datetime_of(Timestamp time);

/// The text of a JSON value, the same for the same value each time it is asked for.
std::string json_of(const py::object& value);
/// The value of a JSON text.
py::object value_of(std::string_view json);

using GrantTo = std::function<bool(const protocol::KeyWanted&)>;
/// Asks a callable, with the GIL, whether a device may have a key; what it raises says no, and goes to sys.unraisablehook. None: no
/// function.
GrantTo grant_to_of(const py::object& callable);

/// A convention by its name: "wasi", "gstd:env" or "reactor".
GuestConvention convention_of(const std::string& name);

void bind_errors(py::module_& module);
void bind_basics(py::module_& module);
void bind_signer(py::module_& module);
void bind_sandbox(py::module_& module);
void bind_pow(py::module_& module);
void bind_client(py::module_& module);
void bind_encryption(py::module_& module, py::class_<Client>& client);
void bind_login(py::module_& module, py::class_<Client>& client);
void bind_verify(py::module_& module);
void bind_worker(py::module_& module);
void bind_coordinator(py::module_& module);

}  // namespace gstd::python

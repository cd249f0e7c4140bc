#include <gstd/wasm.hpp>

#include "bind.hpp"

namespace gstd::python {
namespace {

// A sandbox with one compiled module: what a program that runs one guest wants.
class LoadedModule {
 public:
  LoadedModule(const py::bytes& wasm, unsigned slots, std::uint64_t memory_bytes_max)
      : sandbox_(unwrap(wasm::Sandbox::create({.slots = slots, .slot_memory_bytes_max = memory_bytes_max}))),
        memory_bytes_max_(memory_bytes_max),
        module_(compile(wasm)) {}

  wasm::Outcome run(const py::bytes& input, std::optional<std::uint64_t> fuel, std::optional<std::uint64_t> memory_bytes_max,
                    std::optional<double> wall_seconds, std::optional<std::uint64_t> output_bytes_max, double timeout) {
    const RunLimits limits = limits_of(fuel, memory_bytes_max.value_or(memory_bytes_max_), wall_seconds, output_bytes_max);
    const BytesView view = view_of(input);
    return blocking(timeout, [&](const CallOptions& options) { return sandbox_.run(module_, view, limits, options); });
  }

  const Digest& sha256() const { return module_.sha256(); }
  const std::string& engine() const { return sandbox_.engine(); }

 private:
  wasm::Module compile(const py::bytes& wasm) {
    const BytesView view = view_of(wasm);
    return blocking(std::chrono::duration<double>(kWallTimeMax).count(),
                    [&](const CallOptions&) { return sandbox_.compile(view); });
  }

  wasm::Sandbox sandbox_;
  std::uint64_t memory_bytes_max_;
  wasm::Module module_;
};

}  // namespace

void bind_sandbox(py::module_& module) {
  py::class_<wasm::Outcome>(module, "Outcome", "How one run of a guest ended.")
      .def_property_readonly("kind", [](const wasm::Outcome& outcome) { return std::string(to_string(outcome.kind)); })
      .def_property_readonly("comparable", [](const wasm::Outcome& outcome) { return is_comparable(outcome.kind); })
      .def_readonly("exit_code", &wasm::Outcome::exit_code)
      .def_readonly("trap", &wasm::Outcome::trap)
      .def_property_readonly("output", [](const wasm::Outcome& outcome) { return to_python(outcome.output); })
      .def_property_readonly("log", [](const wasm::Outcome& outcome) { return to_python(as_bytes(outcome.log)); })
      .def_readonly("fuel_used", &wasm::Outcome::fuel_used)
      .def_readonly("memory_bytes_peak", &wasm::Outcome::memory_bytes_peak)
      .def_property_readonly("wall_seconds",
                             [](const wasm::Outcome& outcome) { return std::chrono::duration<double>(outcome.wall_time).count(); })
      .def_readonly("message", &wasm::Outcome::message);
  py::class_<LoadedModule>(module, "Module", "A compiled WASI module in a sandbox of its own.")
      .def(py::init<const py::bytes&, unsigned, std::uint64_t>(), py::arg("wasm"), py::kw_only(), py::arg("slots") = 1,
           py::arg("memory_bytes_max") = RunLimits{}.memory_bytes_max)
      .def("run", &LoadedModule::run, py::arg("input") = py::bytes(), py::kw_only(), py::arg("fuel") = py::none(),
           py::arg("memory_bytes_max") = py::none(), py::arg("wall_seconds") = py::none(), py::arg("output_bytes_max") = py::none(),
           py::arg("timeout") = 60.0)
      .def_property_readonly("sha256", [](const LoadedModule& loaded) { return to_python(loaded.sha256().view()); })
      .def_property_readonly("engine", &LoadedModule::engine);
  module.def(
      "javascript_engine", [] { return to_python(wasm::javascript_engine()); },
      "QuickJS as a module; empty where gstd was built without it.");
  module.def(
      "javascript_input",
      [](std::string_view script, std::string_view input_json) {
        return to_python(unwrap(wasm::javascript_input(script, input_json)));
      },
      py::arg("script"), py::arg("input_json") = "", "The input of a run of javascript_engine().");
}

}  // namespace gstd::python

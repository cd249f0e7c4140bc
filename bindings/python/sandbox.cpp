#include <gstd/wasm.hpp>

#include <mutex>

#include "bind.hpp"

namespace gstd::python {
namespace {

GuestConvention convention_of(const std::string& name) {
  const auto convention = parse_guest_convention(name);
  if (!convention)
    throw Raised{{ErrorCode::invalid_argument, "convention must be \"wasi\", \"gstd:env\" or \"reactor\", not \"" + name + "\"",
                  "convention"}};
  return *convention;
}

wasm::Isolation isolation_of(const std::string& name) {
  if (name == "thread") return wasm::Isolation::thread;
  if (name == "process") return wasm::Isolation::process;
  throw Raised{{ErrorCode::invalid_argument, "isolation must be \"thread\" or \"process\", not \"" + name + "\"", "isolation"}};
}

// An instance of a reactor, with what must outlive it.
class OpenInstance {
 public:
  OpenInstance(std::shared_ptr<wasm::Sandbox> sandbox, wasm::Instance instance)
      : sandbox_(std::move(sandbox)), instance_(std::move(instance)) {}

  wasm::Outcome call(const py::bytes& input) {
    const BytesView view = view_of(input);
    // The guest's own wall time bounds the call.
    return blocking(std::chrono::duration<double>(kWallTimeMax).count(), [&](const CallOptions& options) -> Result<wasm::Outcome> {
      const std::lock_guard lock{*mutex_};
      if (!instance_) return Error{ErrorCode::failed_precondition, "the instance was closed", "instance_over"};
      return instance_->call(view, options);
    });
  }

  void close() {
    const py::gil_scoped_release released;
    const std::lock_guard lock{*mutex_};
    instance_.reset();
  }

 private:
  std::shared_ptr<wasm::Sandbox> sandbox_;
  std::unique_ptr<std::mutex> mutex_ = std::make_unique<std::mutex>();  // one call at a time, whichever threads ask
  std::optional<wasm::Instance> instance_;                              // guarded by mutex_
};

// A sandbox with one compiled module: what a program that runs one guest wants.
class LoadedModule {
 public:
  LoadedModule(const py::bytes& wasm, const std::string& convention, const std::string& isolation,
               const std::optional<std::string>& cache, unsigned slots, std::uint64_t memory_bytes_max, bool optimize)
      : convention_(convention_of(convention)),
        sandbox_(std::make_shared<wasm::Sandbox>(unwrap(wasm::Sandbox::create({.slots = slots,
                                                                               .slot_memory_bytes_max = memory_bytes_max,
                                                                               .isolation = isolation_of(isolation),
                                                                               .cache_directory = cache.value_or(std::string()),
                                                                               .optimize = optimize})))),
        memory_bytes_max_(memory_bytes_max),
        module_(compile(wasm)) {}

  wasm::Outcome run(const py::bytes& input, std::optional<std::uint64_t> fuel, std::optional<std::uint64_t> memory_bytes_max,
                    std::optional<double> wall_seconds, std::optional<std::uint64_t> output_bytes_max, double timeout) {
    const RunLimits limits = limits_of(fuel, memory_bytes_max.value_or(memory_bytes_max_), wall_seconds, output_bytes_max);
    const BytesView view = view_of(input);
    return blocking(timeout, [&](const CallOptions& options) { return sandbox_->run(module_, view, limits, options); });
  }

  std::unique_ptr<OpenInstance> open(std::optional<std::uint64_t> fuel, std::optional<std::uint64_t> memory_bytes_max,
                                     std::optional<double> wall_seconds, std::optional<std::uint64_t> output_bytes_max,
                                     double timeout) {
    const RunLimits limits = limits_of(fuel, memory_bytes_max.value_or(memory_bytes_max_), wall_seconds, output_bytes_max);
    return std::make_unique<OpenInstance>(
        sandbox_, blocking(timeout, [&](const CallOptions& options) { return sandbox_->open(module_, limits, options); }));
  }

  const Digest& sha256() const { return module_.sha256(); }
  const std::string& engine() const { return sandbox_->engine(); }
  std::string convention() const { return std::string(to_string(convention_)); }

 private:
  wasm::Module compile(const py::bytes& wasm) {
    const BytesView view = view_of(wasm);
    return blocking(std::chrono::duration<double>(kWallTimeMax).count(),
                    [&](const CallOptions& options) { return sandbox_->compile(view, convention_, options); });
  }

  GuestConvention convention_;
  std::shared_ptr<wasm::Sandbox> sandbox_;
  std::uint64_t memory_bytes_max_;
  wasm::Module module_;
};

wasm::ModuleInfo inspect(const py::bytes& wasm) {
  const BytesView view = view_of(wasm);
  return blocking(std::chrono::duration<double>(kWallTimeMax).count(), [&](const CallOptions&) { return wasm::inspect(view); });
}

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
      .def_readonly("message", &wasm::Outcome::message)
      .def_readonly("engine", &wasm::Outcome::engine);
  py::class_<OpenInstance>(module, "Instance", "An instance of a reactor that stays for many calls; to the end of a with block.")
      .def("call", &OpenInstance::call, py::arg("input") = py::bytes())
      .def("close", &OpenInstance::close)
      .def(
          "__enter__", [](OpenInstance& instance) -> OpenInstance& { return instance; }, py::return_value_policy::reference)
      .def("__exit__", [](OpenInstance& instance, const py::args&) { instance.close(); });
  py::class_<LoadedModule>(module, "Module", "A compiled module in a sandbox of its own.")
      .def(py::init<const py::bytes&, const std::string&, const std::string&, const std::optional<std::string>&, unsigned,
                    std::uint64_t, bool>(),
           py::arg("wasm"), py::kw_only(), py::arg("convention") = "wasi", py::arg("isolation") = "thread",
           py::arg("cache") = py::none(), py::arg("slots") = 1, py::arg("memory_bytes_max") = RunLimits{}.memory_bytes_max,
           py::arg("optimize") = true)
      .def("run", &LoadedModule::run, py::arg("input") = py::bytes(), py::kw_only(), py::arg("fuel") = py::none(),
           py::arg("memory_bytes_max") = py::none(), py::arg("wall_seconds") = py::none(), py::arg("output_bytes_max") = py::none(),
           py::arg("timeout") = 60.0)
      .def("open", &LoadedModule::open, py::kw_only(), py::arg("fuel") = py::none(), py::arg("memory_bytes_max") = py::none(),
           py::arg("wall_seconds") = py::none(), py::arg("output_bytes_max") = py::none(), py::arg("timeout") = 60.0)
      .def_property_readonly("convention", &LoadedModule::convention)
      .def_property_readonly("sha256", [](const LoadedModule& loaded) { return to_python(loaded.sha256().view()); })
      .def_property_readonly("engine", &LoadedModule::engine);
  py::class_<wasm::ModuleInfo>(module, "ModuleInfo", "What a module wants and offers, read without running it.")
      .def_property_readonly("sha256", [](const wasm::ModuleInfo& info) { return to_python(info.sha256.view()); })
      .def_readonly("size_bytes", &wasm::ModuleInfo::size_bytes)
      .def_readonly("imports", &wasm::ModuleInfo::imports)
      .def_readonly("exports", &wasm::ModuleInfo::exports)
      .def_readonly("memory_pages_min", &wasm::ModuleInfo::memory_pages_min)
      .def_readonly("memory_pages_max", &wasm::ModuleInfo::memory_pages_max)
      .def_readonly("features", &wasm::ModuleInfo::features)
      .def_property_readonly("convention",
                             [](const wasm::ModuleInfo& info) {
                               return info.convention ? std::optional(std::string(to_string(*info.convention))) : std::nullopt;
                             })
      .def_property_readonly("refusal", [](const wasm::ModuleInfo& info) {
        return info.refusal ? std::optional(info.refusal->message) : std::nullopt;
      });
  module.def("inspect", &inspect, py::arg("wasm"));
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

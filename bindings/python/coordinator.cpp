#include <gstd/coordinator.hpp>

#include "bind.hpp"

namespace gstd::python {
namespace {

std::unique_ptr<Coordinator> start(const std::string& database, std::uint16_t port, std::optional<unsigned> difficulty_bits,
                                   double lease_seconds) {
  const py::gil_scoped_release released;
  CoordinatorOptions options;
  options.store = database.empty() ? store::open_memory() : unwrap(store::open_sqlite({.path = database}));
  options.port = port;
  options.difficulty_bits = difficulty_bits;
  options.lease_time = std::chrono::milliseconds{static_cast<std::int64_t>(lease_seconds * 1000)};
  return std::make_unique<Coordinator>(unwrap(Coordinator::start(std::move(options))));
}

}  // namespace

void bind_coordinator(py::module_& module) {
  const auto without_gil = py::call_guard<py::gil_scoped_release>();
  py::class_<Coordinator>(module, "Coordinator",
                          "A coordinator in this process, on loopback; to the end of a with block, or stop().")
      .def(py::init(&start), py::kw_only(), py::arg("database") = "", py::arg("port") = 0, py::arg("difficulty_bits") = py::none(),
           py::arg("lease_seconds") = 30.0)
      .def_property_readonly("url", &Coordinator::url)
      .def(
          "deposit",
          [](Coordinator& coordinator, const std::string& id, const std::string& wallet, const py::object& amount) {
            const WalletId to = unwrap(WalletId::parse(wallet));
            const Amount credited = amount_of(amount);
            const Amount balance = blocking(60.0, [&](const CallOptions&) { return coordinator.deposit(id, to, credited); });
            return decimal_of(balance);
          },
          py::arg("deposit_id"), py::arg("wallet"), py::arg("amount"))
      .def("check_ledger",
           [](const Coordinator& coordinator) { blocking(60.0, [&](const CallOptions&) { return coordinator.check_ledger(); }); })
      .def("stop", &Coordinator::stop, without_gil)
      .def(
          "__enter__", [](Coordinator& coordinator) -> Coordinator& { return coordinator; }, py::return_value_policy::reference)
      .def("__exit__", [](Coordinator& coordinator, const py::args&) {
        const py::gil_scoped_release released;
        coordinator.stop();
      });
}

}  // namespace gstd::python

#include <gstd/coordinator.hpp>

#include "bind.hpp"

namespace gstd::python {
namespace {

// What Python holds. stop() lets go of the coordinator and so of its database, which Python cannot name on its own; calls that
// other threads have under way keep it until they end. Read and changed with the GIL held.
struct Handle {
  std::shared_ptr<Coordinator> running;
  std::string url;

  std::shared_ptr<Coordinator> get() const {
    if (!running) throw Raised{{ErrorCode::failed_precondition, "this coordinator was stopped; start another", "stopped"}};
    return running;
  }

  void stop() {
    std::shared_ptr<Coordinator> stopping = std::exchange(running, nullptr);
    const py::gil_scoped_release released;
    if (stopping) stopping->stop();
    stopping.reset();  // here, since closing the database may take its time
  }
};

std::unique_ptr<Handle> start(const std::string& database, std::uint16_t port, std::optional<unsigned> difficulty_bits,
                              double lease_seconds, const std::optional<SigningKey>& key, const std::string& certificate_file,
                              const std::string& key_file, const std::string& client_ca_file,
                              const std::vector<std::string>& login_domains, double session_seconds) {
  const py::gil_scoped_release released;
  CoordinatorOptions options;
  options.store = database.empty() ? store::open_memory() : unwrap(store::open_sqlite({.path = database}));
  options.port = port;
  options.difficulty_bits = difficulty_bits;
  options.key = key;
  options.login.domains = login_domains;
  options.login.session_time = std::chrono::seconds{static_cast<std::int64_t>(session_seconds)};
  if (!certificate_file.empty() || !key_file.empty() || !client_ca_file.empty()) {
    net::ServerTls& tls = options.tls.emplace();
    tls.certificate_file = certificate_file;
    tls.key_file = key_file;
    tls.client_ca_file = client_ca_file;
  }
  options.lease_time = std::chrono::milliseconds{static_cast<std::int64_t>(lease_seconds * 1000)};
  auto coordinator = std::make_shared<Coordinator>(unwrap(Coordinator::start(std::move(options))));
  std::string url = coordinator->url();
  return std::make_unique<Handle>(Handle{std::move(coordinator), std::move(url)});
}

}  // namespace

void bind_coordinator(py::module_& module) {
  py::class_<Handle>(module, "Coordinator", "A coordinator in this process, on loopback; to the end of a with block, or stop().")
      .def(py::init(&start), py::kw_only(), py::arg("database") = "", py::arg("port") = 0, py::arg("difficulty_bits") = py::none(),
           py::arg("lease_seconds") = 30.0, py::arg("key") = py::none(), py::arg("certificate_file") = "", py::arg("key_file") = "",
           py::arg("client_ca_file") = "", py::arg("login_domains") = std::vector<std::string>{},
           py::arg("session_seconds") = 3600.0)
      .def_readonly("url", &Handle::url)
      .def_property_readonly(
          "public_key", [](const Handle& handle) { return to_python(handle.get()->public_key().view()); },
          "Of the key that signs acceptances and the log of receipts.")
      .def(
          "deposit",
          [](const Handle& handle, const std::string& id, const std::string& wallet, const py::object& amount) {
            const auto coordinator = handle.get();
            const WalletId to = unwrap(WalletId::parse(wallet));
            const Amount credited = amount_of(amount);
            const Amount balance = blocking(60.0, [&](const CallOptions&) { return coordinator->deposit(id, to, credited); });
            return decimal_of(balance);
          },
          py::arg("deposit_id"), py::arg("wallet"), py::arg("amount"))
      .def("check_ledger",
           [](const Handle& handle) {
             const auto coordinator = handle.get();
             blocking(60.0, [&](const CallOptions&) { return coordinator->check_ledger(); });
           })
      .def(
          "reload_certificates",
          [](const Handle& handle) {
            const auto coordinator = handle.get();
            blocking(60.0, [&](const CallOptions&) { return coordinator->reload_certificates(); });
          },
          "Reads the files of TLS again; where one does not serve, those in use stay.")
      .def("stop", &Handle::stop, "Ends it and closes its database, which another may then open. Doing it again is fine.")
      .def(
          "__enter__", [](Handle& handle) -> Handle& { return handle; }, py::return_value_policy::reference)
      .def("__exit__", [](Handle& handle, const py::args&) { handle.stop(); });
}

}  // namespace gstd::python

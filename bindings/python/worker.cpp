#include <gstd/worker.hpp>

#include "bind.hpp"

namespace gstd::python {
namespace {

std::unique_ptr<Worker, DeleteWithoutGil> start(const std::string& url, const Signer& key, const std::string& wallet,
                                                unsigned slots, unsigned pow_threads, double pow_cpu_share,
                                                std::uint64_t memory_bytes_max, bool allow_plain_http, const std::string& ca_file,
                                                const std::vector<std::string>& pinned_public_keys,
                                                const std::string& client_certificate_file, const std::string& client_key_file,
                                                const std::optional<Signer>& owner, const std::string& device,
                                                const std::optional<SessionToken>& session,
                                                const std::optional<EncryptionKey>& encryption_key, double timeout) {
  WorkerOptions options;
  options.client.url = url;
  options.client.key = key;
  options.client.wallet = unwrap(WalletId::parse(wallet));
  options.client.allow_plain_http = allow_plain_http;
  options.client.ca_file = ca_file;
  options.client.pinned_public_keys = pinned_public_keys;
  options.client.client_certificate_file = client_certificate_file;
  options.client.client_key_file = client_key_file;
  options.client.owner = owner;
  if (!device.empty()) options.client.device = unwrap(DeviceId::parse(device));
  options.client.session = session;
  options.client.encryption_key = encryption_key;
  options.slots = slots;
  options.pow_threads = pow_threads;
  options.pow_cpu_share = pow_cpu_share;
  options.memory_bytes_max = memory_bytes_max;
  return std::unique_ptr<Worker, DeleteWithoutGil>{
      new Worker{blocking(timeout, [&](const CallOptions& call) { return Worker::start(options, call); })}};
}

py::dict stats_of(const Worker& worker) {
  const WorkerStats stats = worker.stats();
  py::dict all;
  all["claimed"] = stats.claimed;
  all["claims_refused"] = stats.claims_refused;
  all["completed"] = stats.completed;
  all["attempts_failed"] = stats.attempts_failed;
  all["pow_hashes"] = stats.pow_hashes;
  all["fuel_used"] = stats.fuel_used;
  all["earned"] = decimal_of(stats.earned);
  return all;
}

}  // namespace

void bind_worker(py::module_& module) {
  const auto without_gil = py::call_guard<py::gil_scoped_release>();
  py::class_<Worker, std::unique_ptr<Worker, DeleteWithoutGil>>(
      module, "Worker", "A worker in this process; works until stop(), or to the end of a with block.")
      .def(py::init(&start), py::arg("url"), py::kw_only(), py::arg("key"), py::arg("wallet"), py::arg("slots") = 1,
           py::arg("pow_threads") = 1, py::arg("pow_cpu_share") = 1.0, py::arg("memory_bytes_max") = RunLimits{}.memory_bytes_max,
           py::arg("allow_plain_http") = false, py::arg("ca_file") = "", py::arg("pinned_public_keys") = std::vector<std::string>{},
           py::arg("client_certificate_file") = "", py::arg("client_key_file") = "", py::arg("owner") = py::none(),
           py::arg("device") = "", py::arg("session") = py::none(), py::arg("encryption_key") = py::none(),
           py::arg("timeout") = 30.0)
      .def("pause", &Worker::pause, without_gil)
      .def("resume", &Worker::resume, without_gil)
      .def(
          "drain",
          [](Worker& worker, double timeout) {
            blocking(timeout, [&](const CallOptions& options) { return worker.drain(options); });
          },
          py::kw_only(), py::arg("timeout") = 60.0)
      .def("stop", &Worker::stop, without_gil)
      .def_property_readonly("stats", &stats_of)
      .def(
          "__enter__", [](Worker& worker) -> Worker& { return worker; }, py::return_value_policy::reference)
      .def("__exit__", [](Worker& worker, const py::args&) {
        const py::gil_scoped_release released;
        worker.stop();
      });
}

}  // namespace gstd::python

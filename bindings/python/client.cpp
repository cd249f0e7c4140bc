#include <gstd/wasm.hpp>

#include "bind.hpp"

namespace gstd::python {
namespace {

constexpr double kTimeout = 30.0;

TaskId task_id(const std::string& text) { return unwrap(TaskId::parse(text)); }

Client make_client(const std::string& url, const std::optional<Signer>& key, const std::string& wallet, bool allow_plain_http,
                   const std::string& ca_file, const std::vector<std::string>& pinned_public_keys,
                   const std::string& client_certificate_file, const std::string& client_key_file,
                   const std::optional<Signer>& owner, const std::string& device, const std::optional<SessionToken>& session,
                   const std::optional<EncryptionKey>& encryption_key, const py::object& grant_to) {
  ClientOptions options;
  options.url = url;
  options.key = key;
  if (!wallet.empty()) options.wallet = unwrap(WalletId::parse(wallet));
  options.allow_plain_http = allow_plain_http;
  options.ca_file = ca_file;
  options.pinned_public_keys = pinned_public_keys;
  options.client_certificate_file = client_certificate_file;
  options.client_key_file = client_key_file;
  options.owner = owner;
  options.session = session;
  options.encryption_key = encryption_key;
  options.grant_to = grant_to_of(grant_to);
  if (!device.empty()) options.device = unwrap(DeviceId::parse(device));
  return unwrap(Client::create(std::move(options)));
}

std::string create_js_task(const Client& client, const std::string& script, const py::object& input, const py::object& budget,
                           std::optional<std::uint64_t> fuel, std::optional<std::uint64_t> memory_bytes_max,
                           std::optional<double> wall_seconds, std::optional<std::uint64_t> output_bytes_max, int priority,
                           bool encrypted, const std::string& idempotency_key, double timeout) {
  if (script.empty()) throw py::value_error("the script is empty");
  TaskRequest request;
  request.encrypted = encrypted;
  request.script = script;
  request.module = sha256(wasm::javascript_engine());
  const std::string json = json_of(input);
  request.input.assign(json.begin(), json.end());
  request.budget = amount_of(budget);
  request.limits = limits_of(fuel, memory_bytes_max, wall_seconds, output_bytes_max);
  request.priority = priority;
  request.idempotency_key = idempotency_key;
  return blocking(timeout, [&](const CallOptions& options) { return client.create_task(request, options); }).task_id.str();
}

std::string create_task(const Client& client, const py::object& module, const py::bytes& input, const py::object& budget,
                        std::optional<std::uint64_t> fuel, std::optional<std::uint64_t> memory_bytes_max,
                        std::optional<double> wall_seconds, std::optional<std::uint64_t> output_bytes_max, int priority,
                        const std::string& convention, bool encrypted, const std::string& id, const std::string& idempotency_key,
                        double timeout) {
  TaskRequest request;
  request.encrypted = encrypted;
  if (!id.empty()) request.id = task_id(id);
  request.module = digest_of(module);
  const BytesView view = view_of(input);
  request.input.assign(view.begin(), view.end());
  request.budget = amount_of(budget);
  request.limits = limits_of(fuel, memory_bytes_max, wall_seconds, output_bytes_max);
  request.priority = priority;
  request.convention = convention_of(convention);
  request.idempotency_key = idempotency_key;
  return blocking(timeout, [&](const CallOptions& options) { return client.create_task(request, options); }).task_id.str();
}

void bind_devices(py::module_& module) {
  using protocol::DeviceView;
  py::class_<DeviceView>(module, "Device", "A device of a wallet, as its coordinator has it.")
      .def_property_readonly("device_id", [](const DeviceView& device) { return device.device_id.str(); })
      .def_property_readonly("public_key", [](const DeviceView& device) { return to_python(device.public_key.view()); })
      .def_property_readonly("owner_public_key", [](const DeviceView& device) { return to_python(device.owner_public_key.view()); })
      .def_property_readonly(
          "encryption_key",
          [](const DeviceView& device) -> py::object {
            if (!device.encryption_key) return py::none();
            return to_python(device.encryption_key->view());
          },
          "32 bytes, or None; verify() before encrypting for it.")
      .def_property_readonly("revoked", [](const DeviceView& device) { return device.revoked_at.has_value(); })
      .def(
          "verify", [](const DeviceView& device) { unwrap(protocol::verify_device_binding(device)); },
          "Raises Unauthenticated unless the device and the wallet's owner have signed that it is the wallet's.");
}

protocol::TaskResult result_from_json(const std::string& json, const std::optional<py::bytes>& content_key) {
  auto result = unwrap(protocol::read<protocol::TaskResult>(json));
  if (content_key) return unwrap(open_result(std::move(result), unwrap(ContentKey::from_bytes(view_of(*content_key)))));
  if (!result.encryption) return result;
  throw Raised{{ErrorCode::invalid_argument,
                "the result is of an encrypted task; give its content key, which its requester's client has", "encryption"}};
}

void bind_results(py::module_& module) {
  using protocol::TaskResult;
  using protocol::TaskView;
  py::class_<TaskView>(module, "Task", "Where a task stands.")
      .def_property_readonly("task_id", [](const TaskView& task) { return task.task_id.str(); })
      .def_property_readonly("state", [](const TaskView& task) { return std::string(to_string(task.status)); })
      .def_property_readonly("convention", [](const TaskView& task) { return std::string(to_string(task.convention)); })
      .def_property_readonly("budget", [](const TaskView& task) { return decimal_of(task.budget_gstd); })
      .def_readonly("attempt", &TaskView::attempt)
      .def_readonly("failures", &TaskView::failures)
      .def_readonly("last_error", &TaskView::last_error);
  py::class_<TaskResult>(module, "TaskResult", "An accepted result, as a worker signed it; verify() before believing it.")
      .def_static("from_json", &result_from_json, py::arg("json"), py::arg("content_key") = py::none(),
                  "From the API's own reply, GET /tasks/{id}/result; `content_key` opens that of an encrypted task.")
      .def_property_readonly("task_id", [](const TaskResult& result) { return result.task_id.str(); })
      .def_property_readonly("encrypted", [](const TaskResult& result) { return result.encryption.has_value(); })
      .def_property_readonly("outcome", [](const TaskResult& result) { return std::string(to_string(result.outcome)); })
      .def_readonly("exit_code", &TaskResult::exit_code)
      .def_readonly("attempt", &TaskResult::attempt)
      .def_readonly("fuel_used", &TaskResult::fuel_used)
      .def_property_readonly("output", [](const TaskResult& result) { return to_python(result.output); })
      .def_property_readonly("receipt", [](const TaskResult& result) { return to_python(result.receipt); })
      .def_property_readonly("signature", [](const TaskResult& result) { return to_python(result.signature.view()); })
      .def_property_readonly("worker_wallet", [](const TaskResult& result) { return result.worker_wallet.str(); })
      .def_property_readonly("worker_public_key",
                             [](const TaskResult& result) { return to_python(result.worker_public_key.view()); })
      .def(
          "receipt_json", [](const TaskResult& result) { return protocol::write(protocol::signed_receipt_of(result)); },
          "The signed receipt, to be kept in a file; gstd.verify() and `gstd verify` take it.")
      .def(
          "json", [](const TaskResult& result) { return value_of(as_text(result.output)); },
          "The output read as JSON, as scripts write it.")
      .def(
          "verify_js",
          [](const TaskResult& result, const std::string& script, const py::object& input) {
            const auto framed = unwrap(wasm::javascript_input(script, json_of(input)));
            unwrap(verify_result(result, sha256(wasm::javascript_engine()), sha256(framed)));
          },
          py::arg("script"), py::arg("input") = py::none(),
          "Raises DataLoss unless the worker signed exactly this result for this script and input, run by this library's engine.")
      .def(
          "verify",
          [](const TaskResult& result, const py::object& module_sha256, const py::bytes& input, const std::string& convention) {
            unwrap(verify_result(result, digest_of(module_sha256), sha256(view_of(input)), convention_of(convention)));
          },
          py::arg("module"), py::arg("input"), py::arg("convention") = "wasi",
          "Raises DataLoss unless the worker signed exactly this result for this module and input, run by this convention.");
}

}  // namespace

void bind_client(py::module_& module) {
  bind_devices(module);
  bind_results(module);
  py::class_<Client> bound(module, "Client", "A connection to one coordinator; may be shared between threads.");
  bind_encryption(module, bound);
  bind_login(module, bound);
  bound
      .def(py::init(&make_client), py::arg("url"), py::kw_only(), py::arg("key") = py::none(), py::arg("wallet") = "",
           py::arg("allow_plain_http") = false, py::arg("ca_file") = "", py::arg("pinned_public_keys") = std::vector<std::string>{},
           py::arg("client_certificate_file") = "", py::arg("client_key_file") = "", py::arg("owner") = py::none(),
           py::arg("device") = "", py::arg("session") = py::none(), py::arg("encryption_key") = py::none(),
           py::arg("grant_to") = py::none())
      .def_property_readonly("device", [](const Client& client) { return client.device().str(); })
      .def(
          "devices",
          [](const Client& client, double timeout) {
            return blocking(timeout, [&](const CallOptions& options) { return client.devices(options); });
          },
          py::kw_only(), py::arg("timeout") = kTimeout, "The devices of the wallet, revoked ones included.")
      .def(
          "rotate_key",
          [](const Client& client, const Signer& key, const std::optional<EncryptionKey>& encryption_key, double timeout) {
            blocking(timeout, [&](const CallOptions& options) { return client.rotate_key(key, encryption_key, options); });
          },
          py::arg("key"), py::kw_only(), py::arg("encryption_key") = py::none(), py::arg("timeout") = kTimeout,
          "Gives this device another key; this client's is refused from then on.")
      .def(
          "revoke_device",
          [](const Client& client, const std::string& id, double timeout) {
            const auto device = unwrap(DeviceId::parse(id));
            blocking(timeout, [&](const CallOptions& options) { return client.revoke_device(device, options); });
          },
          py::arg("device"), py::kw_only(), py::arg("timeout") = kTimeout, "Revokes a device's key, at once and for good.")
      .def_property_readonly("wallet", [](const Client& client) { return client.wallet().str(); })
      .def(
          "register",
          [](const Client& client, const std::string& device_type, double timeout) {
            blocking(timeout, [&](const CallOptions& options) { return client.register_device(device_type, options); });
          },
          py::arg("device_type") = "desktop", py::kw_only(), py::arg("timeout") = kTimeout)
      .def(
          "upload_module",
          [](const Client& client, const py::bytes& wasm, double timeout) {
            const BytesView view = view_of(wasm);
            const auto uploaded =
                blocking(timeout, [&](const CallOptions& options) { return client.upload_module(view, options); });
            return to_python(uploaded.sha256.view());
          },
          py::arg("wasm"), py::kw_only(), py::arg("timeout") = kTimeout)
      .def("create_task", &create_task, py::arg("module"), py::arg("input") = py::bytes(), py::kw_only(), py::arg("budget"),
           py::arg("fuel") = py::none(), py::arg("memory_bytes_max") = py::none(), py::arg("wall_seconds") = py::none(),
           py::arg("output_bytes_max") = py::none(), py::arg("priority") = kPriorityNormal, py::arg("convention") = "wasi",
           py::arg("encrypted") = false, py::arg("task_id") = "", py::arg("idempotency_key") = "", py::arg("timeout") = kTimeout)
      .def("create_js_task", &create_js_task, py::arg("script"), py::arg("input") = py::none(), py::kw_only(), py::arg("budget"),
           py::arg("fuel") = py::none(), py::arg("memory_bytes_max") = py::none(), py::arg("wall_seconds") = py::none(),
           py::arg("output_bytes_max") = py::none(), py::arg("priority") = kPriorityNormal, py::arg("encrypted") = false,
           py::arg("idempotency_key") = "", py::arg("timeout") = kTimeout,
           "A script instead of a module; its input is any value that is JSON, its output the result as JSON.")
      .def(
          "task",
          [](const Client& client, const std::string& id, double timeout) {
            return blocking(timeout, [&, task = task_id(id)](const CallOptions& options) { return client.task(task, options); });
          },
          py::arg("task_id"), py::kw_only(), py::arg("timeout") = kTimeout)
      .def(
          "cancel_task",
          [](const Client& client, const std::string& id, double timeout) {
            blocking(timeout, [&, task = task_id(id)](const CallOptions& options) { return client.cancel_task(task, options); });
          },
          py::arg("task_id"), py::kw_only(), py::arg("timeout") = kTimeout)
      .def(
          "wait_result",
          [](const Client& client, const std::string& id, double timeout) {
            return blocking(timeout,
                            [&, task = task_id(id)](const CallOptions& options) { return client.wait_result(task, options); });
          },
          py::arg("task_id"), py::kw_only(), py::arg("timeout") = 300.0)
      .def(
          "result",
          [](const Client& client, const std::string& id, double timeout) {
            return blocking(timeout, [&, task = task_id(id)](const CallOptions& options) { return client.result(task, options); });
          },
          py::arg("task_id"), py::kw_only(), py::arg("timeout") = kTimeout,
          "The result of a task that is done; of an encrypted one it is open.")
      .def(
          "prove_receipt",
          [](const Client& client, const protocol::TaskResult& result, double timeout) {
            auto proof = blocking(timeout, [&](const CallOptions& options) { return client.prove_receipt(result, options); });
            auto receipt = protocol::signed_receipt_of(result);
            receipt.tree_head = std::move(proof.head);
            receipt.inclusion = std::move(proof.inclusion);
            return protocol::write(receipt);
          },
          py::arg("result"), py::kw_only(), py::arg("timeout") = kTimeout,
          "Raises DataLoss unless the coordinator's log has the result; gives the receipt with the proof, as receipt_json().")
      .def(
          "log_head",
          [](const Client& client, const std::optional<std::string>& last, double timeout) {
            std::optional<protocol::SignedTreeHead> kept;
            if (last) {
              kept = unwrap(protocol::read<protocol::SignedTreeHead>(*last));
              unwrap(protocol::verify_tree_head(*kept));
            }
            LogWatcher watcher{client, std::move(kept)};
            return protocol::write(blocking(timeout, [&](const CallOptions& options) { return watcher.update(options); }));
          },
          py::arg("last") = py::none(), py::kw_only(), py::arg("timeout") = kTimeout,
          "The signed head of the log of receipts as JSON; raises DataLoss unless the log continues that of `last`, an earlier "
          "one.")
      .def(
          "balance",
          [](const Client& client, double timeout) {
            return decimal_of(blocking(timeout, [&](const CallOptions& options) { return client.balance(options); }).gstd_balance);
          },
          py::kw_only(), py::arg("timeout") = kTimeout);
}

}  // namespace gstd::python

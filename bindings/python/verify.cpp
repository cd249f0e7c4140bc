#include <gstd/verify.hpp>

#include "bind.hpp"

namespace gstd::python {
namespace {

protocol::SignedReceipt receipt_of(const py::object& object) {
  if (py::isinstance<protocol::TaskResult>(object)) {
    const auto& result = object.cast<const protocol::TaskResult&>();
    auto receipt = protocol::signed_receipt_of(result);
    receipt.output = result.output;
    return receipt;
  }
  if (py::isinstance<py::bytes>(object))
    return unwrap(protocol::read<protocol::SignedReceipt>(as_text(view_of(py::reinterpret_borrow<py::bytes>(object)))));
  return unwrap(protocol::read<protocol::SignedReceipt>(object.cast<std::string>()));
}

std::optional<BytesView> borrowed(const std::optional<py::bytes>& object) {
  if (!object) return std::nullopt;
  return view_of(*object);
}

Verdict verify_receipt_of(const py::object& receipt, const std::optional<py::bytes>& module, const std::optional<py::bytes>& input,
                          const std::optional<py::bytes>& output, const std::optional<py::bytes>& public_key,
                          const std::string& worker, const std::optional<py::bytes>& coordinator_key, double timeout) {
  const auto signed_receipt = receipt_of(receipt);
  Evidence evidence;
  evidence.module = borrowed(module);
  evidence.input = borrowed(input);
  evidence.output = borrowed(output);
  if (public_key) evidence.key = unwrap(PublicKey::from_bytes(view_of(*public_key)));
  if (!worker.empty()) evidence.worker = unwrap(WalletId::parse(worker));
  if (coordinator_key) evidence.coordinator_key = unwrap(PublicKey::from_bytes(view_of(*coordinator_key)));
  return blocking(timeout, [&](const CallOptions& options) { return verify(signed_receipt, evidence, options); });
}

}  // namespace

void bind_verify(py::module_& module) {
  py::class_<Finding>(module, "Finding", "One thing that a receipt says, held against what is at hand.")
      .def_property_readonly("aspect", [](const Finding& finding) { return std::string(to_string(finding.aspect)); })
      .def_property_readonly("agreement", [](const Finding& finding) { return std::string(to_string(finding.agreement)); })
      .def_readonly("receipt", &Finding::receipt)
      .def_readonly("here", &Finding::here)
      .def_readonly("message", &Finding::message);
  py::class_<Verdict>(module, "Verdict", "What a verification comes to: confirmed, refuted or inconclusive.")
      .def_property_readonly("conclusion", [](const Verdict& verdict) { return std::string(to_string(verdict.conclusion)); })
      .def_readonly("reason", &Verdict::reason)
      .def_readonly("message", &Verdict::message)
      .def_readonly("findings", &Verdict::findings)
      .def_readonly("outcome", &Verdict::outcome, "Of the run here; None where there was none.");
  module.def("verify", &verify_receipt_of, py::arg("receipt"), py::arg("module") = py::none(), py::arg("input") = py::none(),
             py::kw_only(), py::arg("output") = py::none(), py::arg("public_key") = py::none(), py::arg("worker") = "",
             py::arg("coordinator_key") = py::none(), py::arg("timeout") = 60.0,
             "Checks a receipt (a TaskResult, or the JSON of one or of its receipt): signature, output and, with module and input, "
             "the run again.");
}

}  // namespace gstd::python

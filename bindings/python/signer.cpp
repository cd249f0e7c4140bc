// Signatures from Python: a callable that gets the bytes to sign and a reply, which it answers now or later.
#include "bind.hpp"
#include "held.hpp"

namespace gstd::python {
namespace {

// Without the traceback: the words end up in an error's message.
std::string words_of(const py::error_already_set& raised) {
  const std::string type = raised.type().attr("__name__").cast<std::string>();
  const std::string text = py::str(raised.value()).cast<std::string>();
  return text.empty() ? type : type + ": " + text;
}

Signer make_signer(const py::bytes& public_key, py::object ask) {
  const auto key = unwrap(PublicKey::from_bytes(view_of(public_key)));
  return Signer::external(key, [held = std::make_shared<const Held>(std::move(ask))](BytesView message, const SignReply& reply) {
    with_gil([&] {
      try {
        held->get()(to_python(message), reply);
      } catch (const py::error_already_set& raised) {
        try {
          reply.refuse(words_of(raised));
        } catch (const py::error_already_set&) {
          reply.refuse("an exception that has no words");
        }
      }
    });
  });
}

}  // namespace

void bind_signer(py::module_& module) {
  py::class_<SignReply>(module, "SignReply")
      .def(
          "answer",
          [](const SignReply& reply, const py::bytes& signature) {
            return reply.answer(unwrap(Signature::from_bytes(view_of(signature))));
          },
          py::arg("signature"))
      .def(
          "refuse", [](const SignReply& reply, const std::string& why) { return reply.refuse(why); }, py::arg("why"));
  py::class_<Signer>(module, "Signer")
      .def(py::init([](const SigningKey& key) { return Signer{key}; }), py::arg("key"))
      .def(py::init(&make_signer), py::arg("public_key"), py::arg("ask"))
      .def_property_readonly("public_key", [](const Signer& signer) { return to_python(signer.public_key().view()); });
  py::implicitly_convertible<SigningKey, Signer>();
}

}  // namespace gstd::python

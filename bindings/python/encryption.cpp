// Encrypted tasks: their keys, and who is granted them.
#include <gstd/sealing.hpp>

#include "bind.hpp"
#include "held.hpp"

namespace gstd::python {

GrantTo grant_to_of(const py::object& callable) {
  if (callable.is_none()) return {};
  if (PyCallable_Check(callable.ptr()) == 0) throw py::type_error("grant_to must be callable");
  return [held = std::make_shared<const Held>(callable)](const protocol::KeyWanted& wanted) {
    bool granted = false;
    with_gil([&] {
      try {
        granted = py::bool_(held->get()(py::cast(wanted)));
      } catch (py::error_already_set& raised) {
        raised.discard_as_unraisable("gstd grant_to");
      }
    });
    return granted;
  };
}

void bind_encryption(py::module_& module, py::class_<Client>& client) {
  using protocol::KeyWanted;
  py::class_<EncryptionKey>(module, "EncryptionKey", "An X25519 key pair, from which the keys of encrypted tasks come.")
      .def_static(
          "generate", [] { return EncryptionKey::generate(); }, "A new random key.")
      .def_static(
          "from_secret", [](const py::bytes& secret) { return unwrap(EncryptionKey::from_secret(view_of(secret))); },
          py::arg("secret"), "The key of 32 bytes, as secret() gave them.")
      .def_static(
          "derive", [](const SigningKey& key) { return unwrap(EncryptionKey::derive(key.seed().view())); }, py::arg("key"),
          "The one that goes with a signing key: what a client uses that was given none.")
      .def_property_readonly(
          "public_key", [](const EncryptionKey& key) { return to_python(key.public_key().view()); }, "32 bytes.")
      .def(
          "secret", [](const EncryptionKey& key) { return to_python(key.secret().view()); },
          "The 32 bytes, to be kept where secrets are.");
  py::class_<KeyWanted>(module, "KeyWanted", "A worker's question for the key of an encrypted task, signed by its device.")
      .def_property_readonly("task_id", [](const KeyWanted& wanted) { return wanted.task_id.str(); })
      .def_readonly("attempt", &KeyWanted::attempt)
      .def_property_readonly("device_id", [](const KeyWanted& wanted) { return wanted.device_id.str(); })
      .def_property_readonly("device_public_key",
                             [](const KeyWanted& wanted) { return to_python(wanted.device_public_key.view()); })
      .def_property_readonly("encryption_key", [](const KeyWanted& wanted) { return to_python(wanted.encryption_key.view()); });

  client
      .def(
          "content_key",
          [](const Client& self, const std::string& id) {
            return to_python(unwrap(self.content_key(unwrap(TaskId::parse(id)))).view());
          },
          py::arg("task_id"), "The key of this client's encrypted task of that id: a secret, for TaskResult.from_json() elsewhere.")
      .def(
          "follow_task", [](const Client& self, const std::string& id) { self.follow_task(unwrap(TaskId::parse(id))); },
          py::arg("task_id"), "Makes an encrypted task one whose keys grant_keys() grants, after a restart.")
      .def(
          "grant_keys",
          [](const Client& self, double wait, double timeout) {
            if (!(wait >= 0 && wait <= timeout)) throw py::value_error("wait must be from zero to timeout");
            const std::chrono::milliseconds first{static_cast<std::int64_t>(wait * 1000)};
            return blocking(timeout, [&](const CallOptions& options) { return self.grant_keys(first, options); });
          },
          py::kw_only(), py::arg("wait") = 10.0, py::arg("timeout") = 30.0,
          "Grants the keys that are wanted for the tasks that this client follows, after waiting up to `wait` seconds for the "
          "first; "
          "how many. wait_result() does so, too; whoever follows many tasks calls this over and over while any is on its way.");
}

}  // namespace gstd::python

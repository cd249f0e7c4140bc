// Wallets that log in: what they are asked, what they answer, and the sessions that follow.
#include <gstd/login.hpp>
#include <gstd/net.hpp>

#include "bind.hpp"

namespace gstd::python {
namespace {

constexpr double kTimeout = 30.0;

// Reads the object's own characters, so that no copy is left here. What Python itself keeps is Python's.
SessionToken token_of(const py::str& text) {
  Py_ssize_t size = 0;
  const char* data = PyUnicode_AsUTF8AndSize(text.ptr(), &size);
  if (data == nullptr) throw py::error_already_set();
  return unwrap(SessionToken::parse({data, static_cast<std::size_t>(size)}));
}

py::object prove(const protocol::LoginPayload& payload, const Signer& key, const std::string& version, const std::string& domain,
                 double timeout) {
  const WalletLogin wallet{.version = unwrap(parse_wallet_version(version)), .domain = domain};
  return value_of(
      protocol::write(blocking(timeout, [&](const CallOptions& options) { return prove_wallet(payload, key, wallet, options); })));
}

WalletSession log_in(const Client& client, const py::object& proof, double timeout) {
  const std::string json = py::isinstance<py::str>(proof) ? proof.cast<std::string>() : json_of(proof);
  const auto login = unwrap(protocol::read<protocol::Login>(json));
  return blocking(timeout, [&](const CallOptions& options) { return client.login(login, options); });
}

}  // namespace

void bind_login(py::module_& module, py::class_<Client>& client) {
  using protocol::LoginPayload;
  py::class_<SessionToken>(module, "SessionToken", "The token of a session: a secret, wiped when the last that uses it goes.")
      .def(py::init(&token_of), py::arg("text"))
      .def(
          "reveal", [](const SessionToken& token) { return py::str(token.reveal().data(), token.reveal().size()); },
          "The text, to be kept where secrets are.");
  py::class_<WalletSession>(module, "Session", "What a login gives.")
      .def_readonly("token", &WalletSession::token)
      .def_property_readonly("wallet", [](const WalletSession& session) { return session.wallet.str(); })
      .def_property_readonly("expires_at", [](const WalletSession& session) { return datetime_of(session.expires_at); })
      .def_property_readonly("renewable_until", [](const WalletSession& session) { return datetime_of(session.renewable_until); });
  py::class_<LoginPayload>(module, "LoginPayload", "What a wallet is to sign, for one login.")
      .def_readonly("payload", &LoginPayload::payload)
      .def_readonly("domains", &LoginPayload::domains)
      .def_readonly("network", &LoginPayload::network)
      .def_property_readonly("expires_at", [](const LoginPayload& payload) { return datetime_of(payload.expires_at); })
      .def_property_readonly("server_time", [](const LoginPayload& payload) { return datetime_of(payload.server_time); });
  module.def("prove_wallet", &prove, py::arg("payload"), py::arg("key"), py::kw_only(), py::arg("version") = "v5r1",
             py::arg("domain") = "", py::arg("timeout") = kTimeout,
             "What the TON wallet of `key` answers, for Client.login(). `domain`: default the first of the payload's.");

  module.def(
      "wipe_http_memory", [] { unwrap(net::wipe_http_memory()); },
      "Has libcurl wipe all memory that it gives back, which holds tokens now and then; for programs, before anything else.");

  client
      .def(
          "login_payload",
          [](const Client& self, double timeout) {
            return blocking(timeout, [&](const CallOptions& options) { return self.login_payload(options); });
          },
          py::kw_only(), py::arg("timeout") = kTimeout, "What a wallet is to sign: ask it for ton_addr and ton_proof with this.")
      .def("login", &log_in, py::arg("proof"), py::kw_only(), py::arg("timeout") = kTimeout,
           "Begins a session, which this client uses from then on. `proof`: a wallet's answer as docs/protocol.md, \"Login\", has "
           "it, "
           "a mapping or its JSON.")
      .def(
          "refresh_session",
          [](const Client& self, double timeout) {
            return datetime_of(
                blocking(timeout, [&](const CallOptions& options) { return self.refresh_session(options); }).expires_at);
          },
          py::kw_only(), py::arg("timeout") = kTimeout, "Gives the session more time, and tells until when.")
      .def(
          "logout",
          [](const Client& self, bool everywhere, double timeout) {
            blocking(timeout, [&](const CallOptions& options) { return self.logout(everywhere, options); });
          },
          py::arg("everywhere") = false, py::kw_only(), py::arg("timeout") = kTimeout,
          "Ends the session, or every session of its wallet; this client then has none.");
}

}  // namespace gstd::python

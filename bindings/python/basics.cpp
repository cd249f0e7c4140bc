// Keys, digests, amounts and limits.
#include <pybind11/stl/filesystem.h>

#include <gstd/key_file.hpp>

#include "bind.hpp"

namespace gstd::python {

BytesView view_of(const py::bytes& object) {
  char* data = nullptr;
  py::ssize_t size = 0;
  if (PyBytes_AsStringAndSize(object.ptr(), &data, &size) != 0) throw py::error_already_set();
  return {reinterpret_cast<const std::uint8_t*>(data), static_cast<std::size_t>(size)};
}

Digest digest_of(const py::object& object) {
  if (py::isinstance<py::bytes>(object)) return unwrap(Digest::from_bytes(view_of(object)));
  return unwrap(Digest::parse_hex(object.cast<std::string>()));
}

Amount amount_of(const py::object& object) {
  if (py::isinstance<py::float_>(object))
    throw py::type_error("an amount of GSTD is a text, a Decimal or an int; a float is not exact");
  return unwrap(parse_amount(py::str(object).cast<std::string>()));
}

py::object decimal_of(Amount amount) { return py::module_::import("decimal").attr("Decimal")(format_amount(amount)); }

RunLimits limits_of(std::optional<std::uint64_t> fuel, std::optional<std::uint64_t> memory_bytes_max,
                    std::optional<double> wall_seconds, std::optional<std::uint64_t> output_bytes_max) {
  RunLimits limits;
  if (fuel) limits.fuel = *fuel;
  if (memory_bytes_max) limits.memory_bytes_max = *memory_bytes_max;
  if (wall_seconds) limits.wall_time = std::chrono::milliseconds{static_cast<std::int64_t>(*wall_seconds * 1000)};
  if (output_bytes_max) limits.output_bytes_max = *output_bytes_max;
  unwrap(check_limits(limits));
  return limits;
}

py::object datetime_of(Timestamp time) {
  const py::module_ datetime = py::module_::import("datetime");
  const py::object epoch = datetime.attr("datetime").attr("fromtimestamp")(0, datetime.attr("timezone").attr("utc"));
  py::dict since;
  since["milliseconds"] = time.time_since_epoch().count();
  return epoch + datetime.attr("timedelta")(**since);
}

std::string json_of(const py::object& value) {
  py::dict options;
  options["ensure_ascii"] = false;
  options["allow_nan"] = false;
  options["separators"] = py::make_tuple(",", ":");
  return py::module_::import("json").attr("dumps")(value, **options).cast<std::string>();
}

py::object value_of(std::string_view json) {
  return py::module_::import("json").attr("loads")(py::bytes(json.data(), json.size()));
}

GuestConvention convention_of(const std::string& name) {
  if (const auto convention = parse_guest_convention(name)) return *convention;
  throw Raised{{ErrorCode::invalid_argument, "convention must be \"wasi\", \"gstd:env\" or \"reactor\"", "field"}};
}

namespace {

// A passphrase as Python has it; the copy that is made of it here is wiped. What Python itself keeps is Python's.
SecretBytes passphrase_of(const py::object& object) {
  if (object.is_none()) return {};
  const py::bytes encoded = py::isinstance<py::str>(object) ? py::bytes(object.attr("encode")()) : object.cast<py::bytes>();
  return SecretBytes::copy_of(view_of(encoded));
}

void save_key(const SigningKey& key, const std::filesystem::path& path, const py::object& passphrase, bool unencrypted) {
  const SecretBytes secret = passphrase_of(passphrase);
  const py::gil_scoped_release released;
  unwrap(write_key_file(path, key, {.passphrase = secret.view(), .unencrypted = unencrypted}));
}

SigningKey load_key(const std::filesystem::path& path, const py::object& passphrase) {
  const SecretBytes secret = passphrase_of(passphrase);
  const py::gil_scoped_release released;
  return unwrap(read_key_file(path, secret.view()));
}

}  // namespace

void bind_basics(py::module_& module) {
  py::class_<SigningKey>(module, "Key", "An Ed25519 key pair.")
      .def_static(
          "generate", [] { return SigningKey::generate(); }, "A new random key.")
      .def_static(
          "from_seed", [](const py::bytes& seed) { return unwrap(SigningKey::from_seed(view_of(seed))); }, py::arg("seed"),
          "The key of a 32-byte seed.")
      .def_static("load", &load_key, py::arg("path"), py::arg("passphrase") = py::none(),
                  "The key of a key file. The file must be this user's and closed to others.")
      .def("save", &save_key, py::arg("path"), py::arg("passphrase") = py::none(), py::kw_only(), py::arg("unencrypted") = false,
           "Creates a key file, encrypted with a passphrase (bytes, or a str as UTF-8); never overwrites one.")
      .def_property_readonly(
          "public_key", [](const SigningKey& key) { return to_python(key.public_key().view()); }, "32 bytes.")
      .def(
          "sign", [](const SigningKey& key, const py::bytes& message) { return to_python(key.sign(view_of(message)).view()); },
          py::arg("message"), "64 bytes.");
  module.def(
      "sha256", [](const py::bytes& data) { return to_python(sha256(view_of(data)).view()); }, py::arg("data"));
}

}  // namespace gstd::python

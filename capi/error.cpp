#include <gstd/version.hpp>

#include "handles.hpp"

namespace gstd::capi {

gstd_status fail(gstd_error** out, Error&& error) noexcept {
  const auto status = static_cast<gstd_status>(error.code);
  if (out != nullptr)
    if (auto* details = new (std::nothrow) gstd_error{std::move(error)}) *out = details;
  return status;
}

Result<GuestConvention> convention_of(std::int32_t number) {
  const auto convention = static_cast<GuestConvention>(number);
  if (parse_guest_convention(to_string(convention)) == convention) return convention;
  return Error{ErrorCode::invalid_argument, "convention must be a GSTD_CONVENTION_ number", "field"};
}

Result<Digest> digest(const std::uint8_t* data, std::string_view name) {
  if (data == nullptr) return missing(name);
  return Digest::from_bytes({data, Digest::kSize});
}

}  // namespace gstd::capi

extern "C" {

const char* gstd_version(void) { return GSTD_VERSION_STRING; }

// The names are string literals, so that data() is NUL-terminated; here and for outcomes and states.
const char* gstd_status_name(gstd_status status) {
  return status == GSTD_OK ? "ok" : gstd::to_string(static_cast<gstd::ErrorCode>(status)).data();
}

gstd_status gstd_error_status(const gstd_error* error) {
  return error == nullptr ? GSTD_OK : static_cast<gstd_status>(error->error.code);
}
const char* gstd_error_message(const gstd_error* error) { return error == nullptr ? "" : error->error.message.c_str(); }
const char* gstd_error_reason(const gstd_error* error) { return error == nullptr ? "" : error->error.reason.c_str(); }
void gstd_error_free(gstd_error* error) { delete error; }

}  // extern "C"

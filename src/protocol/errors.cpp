// The error form, written for every refusal and read from any server, also from one that does not know our form.
#include <array>

#include "protocol/json_text.hpp"
#include "protocol/reader.hpp"

namespace gstd::protocol {
namespace {

constexpr std::size_t kReasonCharsMax = 64;
constexpr std::size_t kForeignBodyCharsMax = 200;

// What asks for more is not about a moment's load.
constexpr std::chrono::milliseconds kRetryAfterMax = std::chrono::hours{24};

struct StatusOfCode {
  ErrorCode code;
  int status;
};

// gRPC's own mapping to HTTP.
constexpr std::array kStatuses{
    StatusOfCode{ErrorCode::cancelled, 499},
    StatusOfCode{ErrorCode::unknown, 500},
    StatusOfCode{ErrorCode::invalid_argument, 400},
    StatusOfCode{ErrorCode::deadline_exceeded, 504},
    StatusOfCode{ErrorCode::not_found, 404},
    StatusOfCode{ErrorCode::already_exists, 409},
    StatusOfCode{ErrorCode::permission_denied, 403},
    StatusOfCode{ErrorCode::resource_exhausted, 429},
    StatusOfCode{ErrorCode::failed_precondition, 400},
    StatusOfCode{ErrorCode::aborted, 409},
    StatusOfCode{ErrorCode::out_of_range, 400},
    StatusOfCode{ErrorCode::unimplemented, 501},
    StatusOfCode{ErrorCode::internal, 500},
    StatusOfCode{ErrorCode::unavailable, 503},
    StatusOfCode{ErrorCode::data_loss, 500},
    StatusOfCode{ErrorCode::unauthenticated, 401},
};

// The three fields of the form, each of which a foreign server may leave out or use for something else.
struct ErrorForm {
  std::string error;
  std::string code;
  std::string reason;
};

std::optional<ErrorForm> read_form(std::string_view body) {
  ErrorForm form;
  const auto take = [&form](std::string_view key, reading::ondemand::value& value) -> Result<void> {
    std::string* const out = key == "error" ? &form.error : key == "code" ? &form.code : key == "reason" ? &form.reason : nullptr;
    if (!out || !reading::is_type(value, reading::ondemand::json_type::string)) return reading::skip(value, 1);
    auto text = reading::read_string({value, reading::Path{}, 1}, {});
    if (!text) return std::move(text).error();
    *out = *text;
    return {};
  };
  const auto done =
      reading::read_document(body, [&take](reading::ondemand::object& root) { return reading::for_each_field(root, take); });
  if (!done || form.error.empty()) return std::nullopt;
  return form;
}

// The platform has sentences under "reason"; ours is one stable word.
bool is_reason_word(std::string_view text) noexcept {
  return text.size() <= kReasonCharsMax &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos;
}

// What of a body that is no error form may go into a message: its printable ASCII, not much of it.
std::string printable(std::string_view body) {
  std::string text;
  for (const char c : body.substr(0, kForeignBodyCharsMax)) text += c >= ' ' && c <= '~' ? c : ' ';
  return text;
}

}  // namespace

int http_status(ErrorCode code) noexcept {
  for (const auto& entry : kStatuses)
    if (entry.code == code) return entry.status;
  return 500;
}

ErrorCode error_code(int http_status) noexcept {
  switch (http_status) {
    case 401:
      return ErrorCode::unauthenticated;
    case 403:
      return ErrorCode::permission_denied;
    case 404:
    case 410:
      return ErrorCode::not_found;
    case 405:
    case 501:
      return ErrorCode::unimplemented;
    case 409:
      return ErrorCode::aborted;
    case 412:
      return ErrorCode::failed_precondition;
    case 413:
    case 429:
    case 431:
      return ErrorCode::resource_exhausted;
    case 499:
      return ErrorCode::cancelled;
    case 408:  // with 502 to 504: what the platform's own client repeats
    case 502:
    case 503:
    case 504:
      return ErrorCode::unavailable;
    default:
      break;
  }
  if (http_status >= 400 && http_status < 500) return ErrorCode::invalid_argument;
  return http_status >= 500 && http_status < 600 ? ErrorCode::internal : ErrorCode::unknown;
}

std::string write_error(const Error& error, std::chrono::milliseconds retry_after) {
  std::string out = write_error(error);
  out.pop_back();
  return out += ",\"retry_after_ms\":" + std::to_string(retry_after.count()) + "}";
}

std::optional<std::chrono::milliseconds> read_retry_after(std::string_view body) {
  std::optional<std::int64_t> time;
  const auto take = [&time](std::string_view key, reading::ondemand::value& value) -> Result<void> {
    if (key != "retry_after_ms" || !reading::is_type(value, reading::ondemand::json_type::number)) return reading::skip(value, 1);
    std::int64_t number = 0;
    if (value.get_int64().get(number) != simdjson::SUCCESS) return reading::skip(value, 1);
    time = number;
    return {};
  };
  const auto done =
      reading::read_document(body, [&take](reading::ondemand::object& root) { return reading::for_each_field(root, take); });
  if (!done || !time || *time < 0 || *time > kRetryAfterMax.count()) return std::nullopt;
  return std::chrono::milliseconds{*time};
}

std::string write_error(const Error& error) {
  std::string out = R"({"error":)";
  append_json_string(out, error.message);
  out += R"(,"code":)";
  append_json_string(out, to_string(error.code));
  out += R"(,"reason":)";
  append_json_string(out, error.reason);
  out += '}';
  return out;
}

Error read_error(int http_status, std::string_view body) {
  const ErrorCode by_status = error_code(http_status);
  auto form = read_form(body);
  if (!form)
    return {by_status, "the server answered HTTP " + std::to_string(http_status) + " with \"" + printable(body) + "\"", {}};
  return {parse_error_code(form->code).value_or(by_status), std::move(form->error),
          is_reason_word(form->reason) ? std::move(form->reason) : std::string()};
}

}  // namespace gstd::protocol

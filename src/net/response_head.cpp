#include "net/response_head.hpp"

#include <algorithm>
#include <array>
#include <boost/beast/http/status.hpp>
#include <cstdio>

#include "net/field.hpp"

namespace gstd::net {
namespace {

constexpr std::array<std::string_view, 4> kOwnFields{"Content-Length", "Transfer-Encoding", "Connection", "Date"};

// RFC 9110 section 5.6.7, e.g. "Sun, 06 Nov 1994 08:49:37 GMT". strftime() would follow the process's locale.
std::string format_date(Timestamp now) {
  using namespace std::chrono;
  constexpr std::array<const char*, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<const char*, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = floor<days>(now);
  const year_month_day date{day};
  const hh_mm_ss time{floor<seconds>(now - day)};
  char text[64];
  std::snprintf(text, sizeof text, "%s, %02u %s %04d %02d:%02d:%02d GMT", kDays[weekday{day}.c_encoding()],
                static_cast<unsigned>(date.day()), kMonths[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  return text;
}

void append_field(std::string& head, std::string_view name, std::string_view value) {
  head.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

bool is_sendable(const Response& response) noexcept {
  if (response.status < 200 || response.status > 599) return false;
  return std::all_of(response.headers.begin(), response.headers.end(),
                     [](const Headers::Field& field) { return is_token(field.name) && is_field_value(field.value); });
}

bool has_body(int status) noexcept { return status != 204 && status != 304; }

std::string format_head(const Response& response, bool close, Timestamp now) {
  const auto reason = boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(response.status));
  std::string head = "HTTP/1.1 " + std::to_string(response.status) + " ";
  head.append(reason.data(), reason.size()).append("\r\n");
  append_field(head, "Date", format_date(now));
  const auto is_own = [](std::string_view name) {
    return std::any_of(kOwnFields.begin(), kOwnFields.end(), [&](std::string_view own) { return equal_ignoring_case(name, own); });
  };
  for (const auto& [name, value] : response.headers)
    if (!is_own(name)) append_field(head, name, value);
  if (has_body(response.status)) append_field(head, "Content-Length", std::to_string(response.body.size()));
  // Who names a protocol to upgrade to has to name that field, too (RFC 9110 section 7.8).
  const bool offers_upgrade = response.headers.find("Upgrade").has_value();
  if (close || offers_upgrade) append_field(head, "Connection", !offers_upgrade ? "close" : close ? "Upgrade, close" : "Upgrade");
  head += "\r\n";
  return head;
}

}  // namespace gstd::net

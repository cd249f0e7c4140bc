#include <gstd/base.hpp>

#include <cstdio>

namespace gstd {
namespace {

using namespace std::chrono;

class SystemClock final : public Clock {
 public:
  Timestamp now() const override { return time_point_cast<milliseconds>(std::chrono::system_clock::now()); }
  nanoseconds steady() const override { return steady_clock::now().time_since_epoch(); }
};

Error bad_time(std::string_view text) {
  return {ErrorCode::invalid_argument, "\"" + std::string(text.substr(0, 40)) + "\" is not an RFC 3339 time", "time"};
}

// Reads `count` digits at `at`; -1 where there are none.
int digits(std::string_view text, std::size_t at, std::size_t count) noexcept {
  if (at + count > text.size()) return -1;
  int value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

}  // namespace

const Clock& system_clock() noexcept {
  // Never destroyed: threads of the host may use it while the process ends.
  static const SystemClock& clock = *new SystemClock;
  return clock;
}

std::string format_rfc3339(Timestamp time) {
  const auto day = floor<days>(time);
  const year_month_day date{day};
  const hh_mm_ss clock{time - day};
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()),
                static_cast<int>(clock.subseconds().count()));
  return text;
}

Result<Timestamp> parse_rfc3339(std::string_view text) {
  constexpr std::size_t kSecondsEnd = 19;  // "2026-01-22T12:00:00"
  if (text.size() < kSecondsEnd + 1 || text.size() > 40) return bad_time(text);
  const int y = digits(text, 0, 4), mo = digits(text, 5, 2), d = digits(text, 8, 2);
  const int h = digits(text, 11, 2), mi = digits(text, 14, 2), s = digits(text, 17, 2);
  const bool shape = text[4] == '-' && text[7] == '-' && (text[10] == 'T' || text[10] == 't') && text[13] == ':' && text[16] == ':';
  // A leap second (60) is read as the second after it.
  if (!shape || y < 1 || mo < 1 || d < 1 || h < 0 || h > 23 || mi < 0 || mi > 59 || s < 0 || s > 60) return bad_time(text);
  const year_month_day date{year{y}, month{static_cast<unsigned>(mo)}, day{static_cast<unsigned>(d)}};
  if (!date.ok()) return bad_time(text);

  std::size_t i = kSecondsEnd;
  int fraction = 0;
  if (text[i] == '.') {
    const std::size_t start = ++i;
    for (; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i)
      if (i < start + 3) fraction = fraction * 10 + (text[i] - '0');
    if (i == start) return bad_time(text);
    for (std::size_t read = i - start; read < 3; ++read) fraction *= 10;
  }
  minutes offset{0};
  const std::string_view zone = text.substr(i);
  if (zone.size() == 6 && (zone[0] == '+' || zone[0] == '-') && zone[3] == ':') {
    const int zh = digits(zone, 1, 2), zm = digits(zone, 4, 2);
    if (zh < 0 || zh > 23 || zm < 0 || zm > 59) return bad_time(text);
    offset = (zone[0] == '-' ? -1 : 1) * (hours{zh} + minutes{zm});
  } else if (zone != "Z" && zone != "z") {
    return bad_time(text);
  }
  const Timestamp time{sys_days{date} + hours{h} + minutes{mi} + seconds{s} + milliseconds{fraction} - offset};
  // The offset or a leap second may have carried it beyond the years that format_rfc3339() can write.
  constexpr auto kFirst = sys_days{year{1} / 1 / 1}, kEnd = sys_days{year{10'000} / 1 / 1};
  if (time < kFirst || time >= kEnd) return bad_time(text);
  return time;
}

}  // namespace gstd

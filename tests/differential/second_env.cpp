#include "second_env.hpp"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace second_engine {
namespace {

constexpr std::uint32_t kOutputBytesMax = 1048576;
constexpr std::uint64_t kNsPerMs = 1000000;

double as_double(const EnvValue& value) {
  if (value.type == 'f') {
    const auto bits = static_cast<std::uint32_t>(value.bits);
    float narrow = 0;
    std::memcpy(&narrow, &bits, sizeof narrow);
    return narrow;
  }
  double wide = 0;
  std::memcpy(&wide, &value.bits, sizeof wide);
  return wide;
}

EnvValue from_double(double wide) {
  EnvValue value{'d', 0};
  std::memcpy(&value.bits, &wide, sizeof wide);
  return value;
}

// The digits of Number::toString of ECMAScript: the fewest that read back as the same number, found by trying, and its decimal
// exponent: 0.DIGITS times ten to that power.
std::string shortest_digits(double value, int& exponent) {
  char text[64];
  for (int precision = 1; precision <= 17; ++precision) {
    std::snprintf(text, sizeof text, "%.*e", precision - 1, value);
    if (std::strtod(text, nullptr) == value) break;
  }
  std::string digits;
  const char* at = text;
  for (; *at != 'e'; ++at)
    if (*at >= '0' && *at <= '9') digits += *at;
  exponent = std::atoi(at + 1) + 1;
  while (digits.size() > 1 && digits.back() == '0') digits.pop_back();
  return digits;
}

std::string number_text(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Infinity" : "Infinity";
  if (value == 0) return "0";
  if (value < 0) return "-" + number_text(-value);
  int point = 0;
  const std::string digits = shortest_digits(value, point);
  const int count = static_cast<int>(digits.size());
  if (point > 0 && point <= 21) {
    if (count <= point) return digits + std::string(static_cast<std::size_t>(point - count), '0');
    return digits.substr(0, static_cast<std::size_t>(point)) + "." + digits.substr(static_cast<std::size_t>(point));
  }
  if (point > -6 && point <= 0) return "0." + std::string(static_cast<std::size_t>(-point), '0') + digits;
  const int power = point - 1;
  const std::string tail = std::string("e") + (power < 0 ? "-" : "+") + std::to_string(std::abs(power));
  return count == 1 ? digits + tail : digits.substr(0, 1) + "." + digits.substr(1) + tail;
}

std::string value_text(const EnvValue& value) {
  if (value.type == 'i') return std::to_string(static_cast<std::int32_t>(value.bits));
  if (value.type == 'I') return std::to_string(static_cast<std::int64_t>(value.bits));
  return number_text(as_double(value));
}

void log_line(World& world, const std::string& line) {
  const std::size_t room = static_cast<std::size_t>(world.task.log_bytes_max) - world.log.size();
  if (room > 0) world.log += line.substr(0, room - 1) + "\n";
}

// Whether `next` may follow as the second byte of a sequence that begins with `lead`; what stands behind only has to be 80 to bf.
bool may_follow(unsigned lead, unsigned next) {
  const unsigned low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
  const unsigned high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
  return next >= low && next <= high;
}

// h = 31 h + c over the UTF-16 units of the seed. What is not UTF-8 counts as U+FFFD, once for each longest part of a sequence that
// might have become one.
std::int32_t seed_of(const std::string& text) {
  std::uint32_t h = 0;
  const auto add = [&h](std::uint32_t unit) { h = 31 * h + unit; };
  const auto byte = [&text](std::size_t at) { return static_cast<unsigned>(static_cast<unsigned char>(text[at])); };
  for (std::size_t i = 0; i < text.size();) {
    const unsigned lead = byte(i++);
    const int wanted = lead < 0x80                   ? 0
                       : lead >= 0xc2 && lead < 0xe0 ? 1
                       : lead >= 0xe0 && lead < 0xf0 ? 2
                       : lead >= 0xf0 && lead < 0xf5 ? 3
                                                     : -1;
    std::uint32_t point = wanted <= 0 ? lead : lead & (0x3fu >> wanted);
    int got = 0;
    while (got < wanted && i < text.size() && (got == 0 ? may_follow(lead, byte(i)) : (byte(i) & 0xc0) == 0x80)) {
      point = point << 6 | (byte(i++) & 0x3f);
      ++got;
    }
    if (got != wanted) {
      add(0xfffd);
    } else if (point >= 0x10000) {
      add(0xd800 + ((point - 0x10000) >> 10));
      add(0xdc00 + ((point - 0x10000) & 0x3ff));
    } else {
      add(point);
    }
  }
  return static_cast<std::int32_t>(h);
}

double draw(World& world, EnvState& state) {
  if (!state.random) state.random = seed_of(world.task.input);
  auto s = static_cast<std::uint32_t>(*state.random);
  s ^= s << 13;
  const std::uint32_t sign = s >> 31 != 0 ? 0xffffffffu << 15 : 0;
  s ^= s >> 17 | sign;  // an arithmetic shift
  s ^= s << 5;
  state.random = static_cast<std::int32_t>(s);
  return s / 4294967296.0;
}

}  // namespace

bool call_env(World& world, EnvState& state, const std::string& name, GuestMemory memory, const std::vector<EnvValue>& arguments,
              EnvValue& result) {
  const auto argument = [&](std::size_t i) { return static_cast<std::uint32_t>(arguments[i].bits); };
  if (name == "log_string") {
    if (!memory.holds(argument(0), argument(1))) return false;
    log_line(world, std::string(reinterpret_cast<const char*>(memory.data) + argument(0), argument(1)));
  } else if (name == "log_number") {
    log_line(world, value_text(arguments[0]));
  } else if (name == "get_time_ms") {
    const std::uint64_t ms = world.now_ns / kNsPerMs;
    world.now_ns += kNsPerMs;
    result = result.type == 'i' ? EnvValue{'i', ms} : from_double(static_cast<double>(ms));
  } else if (name == "get_input_length") {
    result.bits = world.task.input.size();
  } else if (name == "get_input_byte") {
    result.bits = argument(0) < world.task.input.size() ? static_cast<unsigned char>(world.task.input[argument(0)]) : 0;
  } else if (name == "set_output_length") {
    const auto length = static_cast<std::int32_t>(argument(0));
    state.length = length < 0                                             ? 0
                   : static_cast<std::uint32_t>(length) < kOutputBytesMax ? static_cast<std::uint32_t>(length)
                                                                          : kOutputBytesMax;
  } else if (name == "set_output_byte") {
    if (argument(0) >= kOutputBytesMax) return true;
    if (state.bytes.size() <= argument(0)) state.bytes.resize(argument(0) + 1);
    state.bytes[argument(0)] = static_cast<char>(argument(1));
  } else if (name == "get_random") {
    const double number = draw(world, state);
    result = result.type == 'i' ? EnvValue{'i', 0} : from_double(number);
  }
  return true;
}

std::string env_output(const EnvState& state, const EnvValue& value) {
  if (state.length > 0) {
    std::string output = state.bytes;
    output.resize(state.length);
    return output;
  }
  if (value.type == 0) return "null";
  if ((value.type == 'f' || value.type == 'd') && !std::isfinite(as_double(value))) return "null";
  return value_text(value);
}

}  // namespace second_engine

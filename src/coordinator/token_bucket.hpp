// A token bucket in whole numbers: it holds `burst` tokens, and `per_second` come back in a second, each nanosecond its share.
#pragma once

#include <gstd/coordinator.hpp>

#include <algorithm>

namespace gstd::coordinator {

/// Over any stretch of time t no more than burst + per_second * t tokens are granted, given back ones not counted. Pure: the caller
/// says what time it is, and which terms hold. Time that goes backwards counts as standing still. One thread at a time.
class TokenBucket {
 public:
  using Nanoseconds = std::chrono::nanoseconds;

  TokenBucket(const RateLimit& terms, Nanoseconds now) : level_(capacity(terms)), at_(now) {}

  /// Takes that many, at most `burst`, or none. Nothing: taken. Else how long until there are so many, if nobody takes any.
  std::optional<Nanoseconds> take(const RateLimit& terms, std::uint32_t tokens, Nanoseconds now) {
    level_ = level_at(terms, now);
    at_ = std::max(at_, now);
    const std::uint64_t wanted = kUnit * tokens;
    if (wanted <= level_) {
      level_ -= wanted;
      return std::nullopt;
    }
    const std::uint64_t missing = wanted - level_;
    return Nanoseconds{static_cast<Nanoseconds::rep>(missing / terms.per_second + (missing % terms.per_second != 0 ? 1 : 0))};
  }

  /// As if they had not been taken.
  void give_back(const RateLimit& terms, std::uint32_t tokens) { level_ = std::min(capacity(terms), level_ + kUnit * tokens); }

  /// Nobody can tell it from a new one.
  bool is_full(const RateLimit& terms, Nanoseconds now) const { return level_at(terms, now) == capacity(terms); }

 private:
  // What one token is of the level: so that a nanosecond brings `per_second` of it, without a remainder to be lost.
  static constexpr std::uint64_t kUnit = 1'000'000'000;
  static_assert(kRateMax <= UINT64_MAX / kUnit / 2, "a level plus what is given back fits");

  static std::uint64_t capacity(const RateLimit& terms) { return kUnit * terms.burst; }

  std::uint64_t level_at(const RateLimit& terms, Nanoseconds now) const {
    if (now <= at_) return level_;
    const auto elapsed = static_cast<std::uint64_t>((now - at_).count());
    const std::uint64_t missing = capacity(terms) - level_;
    // Compared by division, since the product may not fit.
    return elapsed > missing / terms.per_second ? capacity(terms) : level_ + elapsed * terms.per_second;
  }

  std::uint64_t level_;
  Nanoseconds at_;
};

}  // namespace gstd::coordinator

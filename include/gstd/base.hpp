// The words that every room shares: results and errors, bytes, ids, amounts, limits of a run, time, randomness, logging.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <compare>
#include <cstdint>
#include <functional>
#include <limits>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

/// Says that a condition holds unless there is a bug. Debug and test builds, those without NDEBUG, print where it does not and
/// abort; release builds do not even evaluate it. Bad input and failing systems are never asserted: they are Errors.
#ifdef NDEBUG
#define GSTD_ASSERT(condition) static_cast<void>(sizeof(!(condition)))
#else
#define GSTD_ASSERT(condition) ((condition) ? static_cast<void>(0) : ::gstd::assertion_failed(#condition, __FILE__, __LINE__))
#endif

namespace gstd {

/// What GSTD_ASSERT calls: one line to stderr, then abort().
[[noreturn]] void assertion_failed(const char* condition, const char* file, int line) noexcept;

// ---------------------------------------------------------------------------------------------------------------------
// Errors

/// What kind of failure it is, with gRPC's names, numbers and meanings. Numbers are part of the ABI: append only.
/// `unavailable`: retry the same call. `aborted`: redo the larger step. `failed_precondition`: do not retry until something
/// changes.
enum class ErrorCode : std::int32_t {
  cancelled = 1,
  unknown = 2,
  invalid_argument = 3,
  deadline_exceeded = 4,
  not_found = 5,
  already_exists = 6,
  permission_denied = 7,
  resource_exhausted = 8,
  failed_precondition = 9,
  aborted = 10,
  out_of_range = 11,
  unimplemented = 12,
  internal = 13,
  unavailable = 14,
  data_loss = 15,
  unauthenticated = 16,
};

/// The code's name as it stands on the wire and in logs, e.g. "failed_precondition".
std::string_view to_string(ErrorCode code) noexcept;

/// The code with that name; nothing for any other text.
std::optional<ErrorCode> parse_error_code(std::string_view name) noexcept;

/// A failure that callers branch on (`code`, and `reason` where one code has several causes) and people read (`message`).
struct Error {
  ErrorCode code = ErrorCode::unknown;
  std::string message;  ///< One sentence, with the remedy where there is one. Never holds a secret.
  std::string reason;   ///< Stable snake_case word, e.g. "lease_stale"; empty where the code says it all. See docs/protocol.md.

  bool operator==(const Error&) const = default;
};

/// A value or an Error. Member names are those of std::expected, which C++20 does not have yet.
/// Reading the value of a failed Result, or the error of a good one, is a bug: undefined in release, checked in debug builds.
template <class T>
class [[nodiscard]] Result {
 public:
  using value_type = T;

  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool has_value() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  T& operator*() & noexcept { return *value(); }
  const T& operator*() const& noexcept { return *value(); }
  T&& operator*() && noexcept { return std::move(*value()); }
  T* operator->() noexcept { return value(); }
  const T* operator->() const noexcept { return value(); }

  Error& error() & noexcept { return *failure(); }
  const Error& error() const& noexcept { return *failure(); }
  Error&& error() && noexcept { return std::move(*failure()); }

  template <class U>
  T value_or(U&& fallback) && {
    return has_value() ? std::move(**this) : static_cast<T>(std::forward<U>(fallback));
  }

 private:
  T* value() noexcept {
    GSTD_ASSERT(has_value());
    return std::get_if<0>(&state_);
  }
  const T* value() const noexcept {
    GSTD_ASSERT(has_value());
    return std::get_if<0>(&state_);
  }
  Error* failure() noexcept {
    GSTD_ASSERT(!has_value());
    return std::get_if<1>(&state_);
  }
  const Error* failure() const noexcept {
    GSTD_ASSERT(!has_value());
    return std::get_if<1>(&state_);
  }

  std::variant<T, Error> state_;
};

/// Success without a value, or an Error.
template <>
class [[nodiscard]] Result<void> {
 public:
  using value_type = void;

  Result() = default;
  Result(Error error) : error_(std::move(error)) {}

  bool has_value() const noexcept { return !error_.has_value(); }
  explicit operator bool() const noexcept { return has_value(); }
  Error& error() & noexcept { return *failure(); }
  const Error& error() const& noexcept { return *failure(); }
  Error&& error() && noexcept { return std::move(*failure()); }

 private:
  Error* failure() noexcept {
    GSTD_ASSERT(!has_value());
    return &*error_;
  }
  const Error* failure() const noexcept {
    GSTD_ASSERT(!has_value());
    return &*error_;
  }

  std::optional<Error> error_;
};

/// How long a blocking call may take, and how another thread ends it early.
struct CallOptions {
  std::chrono::milliseconds timeout{30'000};  ///< Spent: `deadline_exceeded`.
  std::stop_token stop{};                     ///< Stop requested: `cancelled`.
};

// ---------------------------------------------------------------------------------------------------------------------
// Bytes

using Bytes = std::vector<std::uint8_t>;
using BytesView = std::span<const std::uint8_t>;

/// The bytes of a text, borrowed from it.
BytesView as_bytes(std::string_view text) noexcept;

/// The bytes as text, one char each; borrowed from them.
std::string_view as_text(BytesView bytes) noexcept;

/// The beginning of `text`, at most `bytes_max` bytes of it, that ends with a whole UTF-8 character. What is no UTF-8 is just cut.
/// Source: RFC 3629 section 3.
std::string_view clip_utf8(std::string_view text, std::size_t bytes_max) noexcept;

/// Lower-case hexadecimal digits, two per byte.
std::string encode_hex(BytesView bytes);

/// Errors: invalid_argument: odd length, or a character that is not a hexadecimal digit. Both cases of letters are read.
Result<Bytes> decode_hex(std::string_view text);

/// Source: RFC 4648 section 4, standard alphabet with padding.
std::string encode_base64(BytesView bytes);

/// Errors: invalid_argument: anything but the one canonical spelling (padding present, unused bits zero, no white space).
Result<Bytes> decode_base64(std::string_view text);

/// `N` bytes with a meaning: a Digest is not a PublicKey although both are 32 bytes. Textual form: lower-case hex.
template <std::size_t N, class Tag>
struct FixedBytes {
  static constexpr std::size_t kSize = N;
  std::array<std::uint8_t, N> bytes{};

  /// Errors: invalid_argument: not exactly 2 * N hexadecimal digits.
  static Result<FixedBytes> parse_hex(std::string_view text) {
    auto decoded = decode_hex(text);
    if (!decoded) return std::move(decoded).error();
    return from_bytes(*decoded);
  }

  /// Errors: invalid_argument: not exactly N bytes.
  static Result<FixedBytes> from_bytes(BytesView view) {
    if (view.size() != N)
      return Error{ErrorCode::invalid_argument, "expected " + std::to_string(N) + " bytes, got " + std::to_string(view.size()), {}};
    FixedBytes out;
    for (std::size_t i = 0; i < N; ++i) out.bytes[i] = view[i];
    return out;
  }

  std::string hex() const { return encode_hex(bytes); }
  BytesView view() const noexcept { return bytes; }
  auto operator<=>(const FixedBytes&) const = default;
};

using Digest = FixedBytes<32, struct DigestTag>;        ///< SHA-256.
using PublicKey = FixedBytes<32, struct PublicKeyTag>;  ///< Ed25519.
using Signature = FixedBytes<64, struct SignatureTag>;  ///< Ed25519.

// ---------------------------------------------------------------------------------------------------------------------
// Ids

/// Longest id of any kind, in characters. The platform's own are at most 66 (a raw TON address).
inline constexpr std::size_t kIdCharsMax = 128;

/// Errors: invalid_argument: empty, longer than kIdCharsMax, or a character outside [A-Za-z0-9._:@+=/-].
Result<void> check_id(std::string_view text);

/// An opaque, bounded, printable name. Ids of different kinds do not convert into each other.
template <class Tag>
class Id {
 public:
  Id() = default;

  /// Errors: those of check_id().
  static Result<Id> parse(std::string_view text) {
    if (auto checked = check_id(text); !checked) return std::move(checked).error();
    Id id;
    id.text_ = text;
    return id;
  }

  const std::string& str() const noexcept { return text_; }
  bool empty() const noexcept { return text_.empty(); }
  auto operator<=>(const Id&) const = default;

 private:
  std::string text_;
};

using TaskId = Id<struct TaskIdTag>;      ///< UUID v4 when made here; other coordinators use other forms.
using WalletId = Id<struct WalletIdTag>;  ///< Who pays or earns. Opaque here: a TON address is parsed only where money leaves.
using DeviceId = Id<struct DeviceIdTag>;  ///< One machine or program of a wallet.

// ---------------------------------------------------------------------------------------------------------------------
// Money

/// GSTD in its smallest unit, 1e-9. Never a float.
struct Amount {
  std::int64_t nano = 0;
  auto operator<=>(const Amount&) const = default;
};

inline constexpr std::int64_t kNanoPerGstd = 1'000'000'000;

/// Largest amount accepted from outside: ten million GSTD. 64 bits hold a sum of 922 of the largest; longer sums are checked, or
/// bounded by what was paid in.
inline constexpr Amount kAmountMax{10'000'000 * kNanoPerGstd};
static_assert(std::numeric_limits<std::int64_t>::max() / kAmountMax.nano >= 900);

/// Reads a decimal number of GSTD, e.g. "10.5" or "1e-3", exactly.
/// Errors: invalid_argument: not a number, negative, more than nine decimals that are not zero, above kAmountMax.
Result<Amount> parse_amount(std::string_view decimal);

/// Shortest decimal text, e.g. "10.5"; the inverse of parse_amount().
std::string format_amount(Amount amount);

// ---------------------------------------------------------------------------------------------------------------------
// A run: the terms that task, sandbox and receipt have in common

/// What one run of a guest may use. A run that reaches a limit ends with the outcome named after it.
struct RunLimits {
  std::uint64_t fuel = 10'000'000'000;            ///< About one per instruction; see docs/guests.md.
  std::uint64_t memory_bytes_max = 256ull << 20;  ///< Linear memory. 64 KiB to 4 GiB.
  std::chrono::milliseconds wall_time{30'000};    ///< At most kWallTimeMax.
  std::uint64_t output_bytes_max = 1ull << 20;    ///< At most kOutputBytesMax.
  std::uint64_t log_bytes_max = 64ull << 10;      ///< The guest's stderr; what is beyond is dropped, not an outcome.
  bool operator==(const RunLimits&) const = default;
};

inline constexpr std::chrono::milliseconds kWallTimeMax{60'000};  ///< The platform's bound on one run.
inline constexpr std::uint64_t kMemoryBytesMin = 64ull << 10;     ///< One page of WebAssembly.
inline constexpr std::uint64_t kMemoryBytesMax = 4ull << 30;      ///< 32-bit linear memory.
inline constexpr std::uint64_t kOutputBytesMax = 10ull << 20;     ///< The platform's bound on a result.
inline constexpr std::uint64_t kLogBytesMax = 1ull << 20;
inline constexpr std::uint64_t kFuelMax = 1'000'000'000'000;

/// Errors: invalid_argument: a limit is zero (log_bytes_max may be), or outside its bounds; the message names it.
Result<void> check_limits(const RunLimits& limits);

/// How a run ended. Numbers are part of the ABI and of signed receipts: append only.
enum class OutcomeKind : std::int32_t {
  completed = 0,  ///< Returned, or exit code 0.
  exited = 1,     ///< Exit code other than 0.
  trapped = 2,    ///< The guest did something WebAssembly forbids.
  fuel_exhausted = 3,
  memory_limit = 4,
  output_limit = 5,
  timed_out = 6,
  cancelled = 7,
  host_failure = 8,     ///< The sandbox itself failed (out of memory, ...); says nothing about the guest.
  stack_exhausted = 9,  ///< Call depth; depends on engine and machine.
  invalid_module = 10,  ///< Not a module that the profile accepts.
};

/// Stable snake_case name, e.g. "fuel_exhausted".
std::string_view to_string(OutcomeKind kind) noexcept;
std::optional<OutcomeKind> parse_outcome_kind(std::string_view name) noexcept;

/// True where every honest worker with the same engine sees the same outcome, so that it may be compared and paid; false where
/// the machine or the moment decides (time, cancellation, host, stack) and the attempt is only worth a retry.
bool is_comparable(OutcomeKind kind) noexcept;

/// What an outcome means for the task: "result" (completed, exited), "guest_failure" (any other that is_comparable()),
/// "not_comparable" (worth a retry only).
std::string_view outcome_class(OutcomeKind kind) noexcept;

/// How a receipt names input and output. Numbers are part of the ABI and of signed receipts: append only.
enum class CommitmentKind : std::int32_t {
  sha256 = 0,  ///< The SHA-256 of the bytes: who has them can compare, and who guesses them, too.
  keyed = 1,   ///< A commitment under a key of the task, which tells nothing to who lacks the key.
};

/// Stable name: "sha256", "keyed".
std::string_view to_string(CommitmentKind kind) noexcept;
std::optional<CommitmentKind> parse_commitment_kind(std::string_view name) noexcept;

/// A fresh value that the coordinator gives with each claim, and that the attempt's receipt repeats: so it was not made before.
using ReceiptNonce = FixedBytes<32, struct ReceiptNonceTag>;

/// How a guest gets its input and gives its result; part of a task. Numbers are part of the ABI and of signed receipts: append
/// only. docs/guests.md describes each, with templates.
enum class GuestConvention : std::int32_t {
  wasi = 0,     ///< A program: stdin, stdout, stderr, exit code.
  env = 1,      ///< The platform's `env.*` imports and an exported `main`; texts name it "gstd:env".
  reactor = 2,  ///< A library: exported `alloc` and `run`, for many small inputs on one instance.
};

/// Stable name: "wasi", "gstd:env", "reactor".
std::string_view to_string(GuestConvention convention) noexcept;
std::optional<GuestConvention> parse_guest_convention(std::string_view name) noexcept;

// ---------------------------------------------------------------------------------------------------------------------
// Time

using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;

/// RFC 3339 in UTC with milliseconds: "2026-01-22T12:00:00.123Z".
std::string format_rfc3339(Timestamp time);

/// Errors: invalid_argument: not RFC 3339 with an offset, or outside the years 0001 to 9999. Digits beyond milliseconds are
/// dropped.
Result<Timestamp> parse_rfc3339(std::string_view text);

/// Where the time comes from. Threads: implementations are safe to share.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Timestamp now() const = 0;                    ///< Wall clock; may jump.
  virtual std::chrono::nanoseconds steady() const = 0;  ///< Never goes back; only differences mean something.
};

/// The operating system's clocks. Lives as long as the process.
const Clock& system_clock() noexcept;

/// A clock that stands until it is moved, for tests and simulations. Both readings move together.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Timestamp start = Timestamp{std::chrono::seconds{1'768'757'000}}) : start_(start) {}
  Timestamp now() const override { return start_ + std::chrono::duration_cast<std::chrono::milliseconds>(steady()); }
  std::chrono::nanoseconds steady() const override { return std::chrono::nanoseconds{elapsed_ns_.load()}; }
  void advance(std::chrono::milliseconds by) { elapsed_ns_ += std::chrono::nanoseconds{by}.count(); }

 private:
  Timestamp start_;
  std::atomic<std::int64_t> elapsed_ns_{0};
};

// ---------------------------------------------------------------------------------------------------------------------
// Randomness

/// Where random bytes come from. Threads: implementations are safe to share.
class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<std::uint8_t> out) = 0;
};

/// The operating system's generator (getrandom), fit for keys. Lives as long as the process.
Random& system_random() noexcept;

/// A reproducible generator for tests and simulations. NOT fit for keys.
/// Source: SplitMix64 (Steele, Lea, Flood 2014).
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : state_(seed) {}
  void fill(std::span<std::uint8_t> out) override;

 private:
  std::mutex mutex_;
  std::uint64_t state_;  // guarded by mutex_
};

/// A random UUID version 4 as text. Source: RFC 9562 section 5.4.
std::string make_uuid(Random& random);

// ---------------------------------------------------------------------------------------------------------------------
// Logging

enum class LogLevel : std::int32_t { debug = 0, info = 1, warning = 2, error = 3 };
std::string_view to_string(LogLevel level) noexcept;

/// Where a handle's messages go; an empty function is silence, the default. The library itself never prints.
/// Threads: called from any thread of the handle that it was given to, never concurrently by one handle.
using LogSink = std::function<void(LogLevel level, std::string_view message)>;

}  // namespace gstd

template <class Tag>
struct std::hash<gstd::Id<Tag>> {
  std::size_t operator()(const gstd::Id<Tag>& id) const noexcept { return std::hash<std::string>{}(id.str()); }
};

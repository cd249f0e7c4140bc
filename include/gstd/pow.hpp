// Proof of work: the price of a claim. Challenge, verification, solver and its SIMD kernels.
#pragma once

#include <gstd/base.hpp>

namespace gstd::pow {

/// What is hashed; docs/pow.md, "What is hashed". Coordinator and worker agree on one per challenge.
enum class Version : std::uint8_t {
  v1 = 1,  ///< The platform's: `challenge || task || wallet || nonce` as text, plainly concatenated, so that neighbours may blur.
  v2 = 2,  ///< SHA-256 of a domain tag and length-prefixed fields, then SHA-256 of that digest, zeros and a nonce of eight bytes.
};

/// What a worker must answer before a task is given to it.
struct Challenge {
  std::string challenge;  ///< 64 lower-case hex digits; version 1 hashes them as text, version 2 as the 32 bytes they spell.
  TaskId task;
  WalletId wallet;
  unsigned difficulty_bits = 0;  ///< Leading zero bits wanted, 0 to kDifficultyBitsMax.
  Timestamp expires_at{};        ///< The last moment at which it is alive.
  Version version = Version::v1;
};

inline constexpr unsigned kDifficultyBitsMax = 256;
inline constexpr std::size_t kChallengeHexChars = 64;
inline constexpr std::size_t kNonceCharsMax = 64;  ///< Of version 1.
inline constexpr std::size_t kNonceHexChars = 16;  ///< Of version 2: eight bytes.
inline constexpr unsigned kThreadsMax = 1024;

/// How long a challenge lives. Source: docs/protocol.md, "Proof of work" (the platform's five minutes).
inline constexpr std::chrono::minutes kChallengeLifetime{5};

struct Solution {
  std::string nonce;  ///< As it goes over the wire. Version 1: 13 to 25 decimal digits. Version 2: 16 lower-case hex digits.
  Digest digest;
  std::uint64_t hashes = 0;  ///< Attempts made, this one included.
};

/// How far a search is.
struct SolveProgress {
  std::uint64_t hashes = 0;              ///< Attempts made so far, by all threads.
  double hashes_per_second = 0;          ///< On average, over all threads.
  std::chrono::milliseconds elapsed{0};  ///< Since the search began.
  /// 2^difficulty_bits attempts at that rate: a search has no memory, however long it took.
  std::chrono::milliseconds expected_left{0};
};

/// The cores of the machine less one, at least one: the host's own work goes on.
unsigned default_threads() noexcept;

struct SolveOptions {
  std::chrono::milliseconds budget{60'000};  ///< Wall time. Some of the nonces are tried however small it is.
  std::stop_token stop{};                    ///< Ends the search within a fraction of a millisecond per thread.
  unsigned threads = default_threads();      ///< 1 to kThreadsMax. The caller's thread is one of them. With one thread, the same
                                             ///< challenge always gives the same nonce.
  double cpu_share = 1;                      ///< How much of each thread's time is worked, kCpuShareMin to 1; the rest it sleeps.
  std::string kernel{};                      ///< Empty: GSTD_POW_KERNEL from the environment, else the fastest one.
  std::uint64_t offset = 0;  ///< So many nonces are left to others. Processes that search for one challenge together take offsets
                             ///< far apart: version 1 has 9 * 10^12 nonces at least, version 2 has 2^64. Rounded up to what is
                             ///< tried at once (2000 nonces).
  std::function<void(const SolveProgress&)> on_progress{};  ///< Called on the caller's thread. Must not throw.
  std::chrono::milliseconds progress_interval{100};         ///< Between two calls, at least; above zero.
  const Clock* clock = nullptr;  ///< For the challenge's expiry, the budget and the progress; null: system_clock().
};

inline constexpr double kCpuShareMin = 0.01;

/// Finds a nonce whose SHA-256 digest starts with `challenge.difficulty_bits` zero bits.
/// Errors:    invalid_argument, before any work: "pow_challenge" (malformed, or difficulty above 256), "pow_threads" (none or too
///            many), "pow_cpu_share", "pow_progress_interval", "pow_kernel_unknown", "pow_kernel_unsupported".
///            deadline_exceeded: "pow_budget_spent" (may be retried), "pow_expired" (ask for another challenge).
///            out_of_range: "pow_nonces_exhausted". resource_exhausted: "pow_memory". cancelled: stop requested.
/// Threads:   any thread; blocks the caller and starts `options.threads - 1` more, all ended when it returns. Nothing keeps running
///            behind it, and nothing of it holds up the exit of the process.
/// Source:    FIPS 180-4 section 6.2; hashed layout and order of the nonces in docs/pow.md.
Result<Solution> solve(const Challenge& challenge, const SolveOptions& options = {});

/// A checked answer: how many zero bits the digest has, and whether they suffice.
struct Verdict {
  bool valid = false;
  unsigned leading_zeros = 0;
  Digest digest;
};

/// Hashes one answer. Whether the challenge is still alive is the coordinator's business, not this function's.
/// Errors: invalid_argument: malformed challenge, or a nonce whose form check_nonce() refuses.
Result<Verdict> verify(const Challenge& challenge, std::string_view nonce);

/// Whether a nonce has the form that its version hashes.
/// Errors: invalid_argument, reason "pow_nonce". Version 1: empty, over kNonceCharsMax, neither unsigned 64-bit decimal nor an even
/// number of hex digits (with or without "0x"), as the platform's verifier decides. Version 2: not 16 lower-case hex digits.
Result<void> check_nonce(Version version, std::string_view nonce);

/// The platform's difficulty for a reward: clamp(16 + trunc(2 * log10(reward / 0.1)), 12, 24), and 16 for none.
unsigned difficulty_bits_for(Amount reward) noexcept;

/// 32 random bytes as the platform spells them.
std::string make_challenge(Random& random);

/// A way of hashing that is built in; `supported` says whether this CPU can run it.
struct KernelInfo {
  std::string_view name;
  unsigned lanes;
  bool supported;
};

/// All kernels; usually each is faster than those before it.
std::vector<KernelInfo> kernels();

/// The one that solve() takes when its options name none.
/// Errors: invalid_argument: GSTD_POW_KERNEL names one that is unknown or that this CPU cannot run.
Result<std::string_view> active_kernel();

/// Hashes per second of one kernel on `threads` threads, over the platform's real layout, measured for `duration`.
/// An empty name: the active kernel. Errors: invalid_argument: unknown or unsupported kernel, zero or too many threads, no
/// duration.
Result<double> measure_kernel(std::string_view name, unsigned threads, std::chrono::milliseconds duration);

}  // namespace gstd::pow

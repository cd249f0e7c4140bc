#include <algorithm>
#include <type_traits>
#include <utility>

#include "handles.hpp"

using namespace gstd::capi;

namespace {

gstd::Result<gstd::pow::Challenge> parse(const char* challenge, const char* task, const char* wallet, uint32_t difficulty_bits,
                                         int32_t version) {
  if (challenge == nullptr || task == nullptr || wallet == nullptr) return missing("challenge, task and wallet");
  auto task_id = gstd::TaskId::parse(task);
  if (!task_id) return std::move(task_id).error();
  auto wallet_id = gstd::WalletId::parse(wallet);
  if (!wallet_id) return std::move(wallet_id).error();
  // Whatever fits is the library's to judge; the rest would become another number.
  if (!std::in_range<std::underlying_type_t<gstd::pow::Version>>(version))
    return gstd::Error{gstd::ErrorCode::invalid_argument, "no challenge has version " + std::to_string(version), "pow_challenge"};
  // Only a search minds when it expires, and its options say so.
  return gstd::pow::Challenge{challenge,       *std::move(task_id),    *std::move(wallet_id),
                              difficulty_bits, gstd::Timestamp::max(), static_cast<gstd::pow::Version>(version)};
}

std::string_view text_or_empty(const char* text) { return text == nullptr ? std::string_view{} : text; }

// Nothing beyond the last, and nothing where there is no memory for the list.
gstd::pow::KernelInfo kernel_at(std::size_t index) noexcept {
  try {
    const auto all = gstd::pow::kernels();
    if (index < all.size()) return all[index];
  } catch (...) {
  }
  return {"", 0, false};
}

}  // namespace

extern "C" {

gstd_pow_options* gstd_pow_options_new(void) {
  return make_or_null<gstd_pow_options>([] { return gstd::pow::SolveOptions{}; });
}
void gstd_pow_options_set_threads(gstd_pow_options* options, uint32_t threads) {
  if (options != nullptr) options->options.threads = threads;
}
void gstd_pow_options_set_cpu_share(gstd_pow_options* options, double share) {
  if (options != nullptr) options->options.cpu_share = share;
}
void gstd_pow_options_set_offset(gstd_pow_options* options, uint64_t offset) {
  if (options != nullptr) options->options.offset = offset;
}
gstd_status gstd_pow_options_set_kernel(gstd_pow_options* options, const char* kernel, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (options == nullptr) return missing("options");
    options->options.kernel = text_or_empty(kernel);
    return {};
  });
}
void gstd_pow_options_set_expires_at(gstd_pow_options* options, int64_t unix_ms) {
  if (options != nullptr) options->expires_at = gstd::Timestamp{std::chrono::milliseconds{unix_ms}};
}
void gstd_pow_options_set_progress(gstd_pow_options* options, gstd_pow_progress_callback callback, void* user_data,
                                   uint32_t interval_ms) {
  if (options == nullptr) return;
  if (callback == nullptr) {
    // The interval means nothing without a callback, and zero would be refused later.
    options->options.progress_interval = gstd::pow::SolveOptions{}.progress_interval;
    options->options.on_progress = {};
    return;
  }
  options->options.progress_interval = std::chrono::milliseconds{interval_ms};
  // Two pointers fit std::function's own storage, so this does not allocate.
  options->options.on_progress = [callback, user_data](const gstd::pow::SolveProgress& progress) {
    callback(user_data, progress.hashes, progress.hashes_per_second, static_cast<uint64_t>(progress.elapsed.count()),
             static_cast<uint64_t>(progress.expected_left.count()));
  };
}
void gstd_pow_options_free(gstd_pow_options* options) { delete options; }

gstd_status gstd_pow_solve(const char* challenge, const char* task, const char* wallet, uint32_t difficulty_bits, int32_t version,
                           const gstd_pow_options* options, uint32_t timeout_ms, const gstd_stop* stop, gstd_solution** out,
                           gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (out == nullptr) return missing("out");
    auto parsed = parse(challenge, task, wallet, difficulty_bits, version);
    if (!parsed) return std::move(parsed).error();
    const auto call = call_options(timeout_ms, stop);
    auto solving = options == nullptr ? gstd::pow::SolveOptions{} : options->options;
    if (options != nullptr) parsed->expires_at = options->expires_at;
    solving.budget = call.timeout;
    solving.stop = call.stop;
    auto solution = gstd::pow::solve(*parsed, solving);
    if (!solution) return std::move(solution).error();
    *out = new gstd_solution{*std::move(solution)};
    return {};
  });
}

const char* gstd_solution_nonce(const gstd_solution* solution) {
  return solution == nullptr ? "" : solution->solution.nonce.c_str();
}
void gstd_solution_digest(const gstd_solution* solution, uint8_t* digest) {
  if (solution != nullptr && digest != nullptr) std::ranges::copy(solution->solution.digest.bytes, digest);
}
uint64_t gstd_solution_hashes(const gstd_solution* solution) { return solution == nullptr ? 0 : solution->solution.hashes; }
void gstd_solution_free(gstd_solution* solution) { delete solution; }

gstd_status gstd_pow_verify(const char* challenge, const char* task, const char* wallet, uint32_t difficulty_bits, int32_t version,
                            const char* nonce, int32_t* valid, uint32_t* leading_zeros, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (nonce == nullptr || valid == nullptr) return missing("nonce and valid");
    const auto parsed = parse(challenge, task, wallet, difficulty_bits, version);
    if (!parsed) return parsed.error();
    const auto verdict = gstd::pow::verify(*parsed, nonce);
    if (!verdict) return verdict.error();
    *valid = verdict->valid ? 1 : 0;
    if (leading_zeros != nullptr) *leading_zeros = verdict->leading_zeros;
    return {};
  });
}

size_t gstd_pow_kernel_count(void) {
  try {
    return gstd::pow::kernels().size();
  } catch (...) {
    return 0;
  }
}
// The names are string literals, so that data() is NUL-terminated.
const char* gstd_pow_kernel_name(size_t index) { return kernel_at(index).name.data(); }
uint32_t gstd_pow_kernel_lanes(size_t index) { return kernel_at(index).lanes; }
int32_t gstd_pow_kernel_supported(size_t index) { return kernel_at(index).supported ? 1 : 0; }

gstd_status gstd_pow_active_kernel(const char** name, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (name == nullptr) return missing("name");
    const auto active = gstd::pow::active_kernel();
    if (!active) return active.error();
    *name = active->data();
    return {};
  });
}

gstd_status gstd_pow_measure_kernel(const char* kernel, uint32_t threads, uint32_t duration_ms, double* hashes_per_second,
                                    gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (hashes_per_second == nullptr) return missing("hashes_per_second");
    const auto rate = gstd::pow::measure_kernel(text_or_empty(kernel), threads, std::chrono::milliseconds{duration_ms});
    if (!rate) return rate.error();
    *hashes_per_second = *rate;
    return {};
  });
}

}  // extern "C"

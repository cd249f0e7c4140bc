#include "handles.hpp"

using namespace gstd::capi;

namespace {

gstd::Result<gstd::pow::Challenge> parse(const char* challenge, const char* task, const char* wallet, uint32_t difficulty_bits) {
  if (challenge == nullptr || task == nullptr || wallet == nullptr) return missing("challenge, task and wallet");
  auto task_id = gstd::TaskId::parse(task);
  if (!task_id) return std::move(task_id).error();
  auto wallet_id = gstd::WalletId::parse(wallet);
  if (!wallet_id) return std::move(wallet_id).error();
  // When it expires is between the caller and the coordinator; here the timeout bounds the search.
  return gstd::pow::Challenge{challenge, *std::move(task_id), *std::move(wallet_id), difficulty_bits, gstd::Timestamp::max()};
}

}  // namespace

extern "C" {

gstd_status gstd_pow_solve(const char* challenge, const char* task, const char* wallet, uint32_t difficulty_bits, uint32_t threads,
                           uint32_t timeout_ms, const gstd_stop* stop, gstd_solution** out, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (out == nullptr) return missing("out");
    const auto parsed = parse(challenge, task, wallet, difficulty_bits);
    if (!parsed) return parsed.error();
    gstd::pow::SolveOptions options;
    options.budget = std::chrono::milliseconds{timeout_ms};
    options.stop = call_options(timeout_ms, stop).stop;
    options.threads = threads;
    auto solution = gstd::pow::solve(*parsed, options);
    if (!solution) return std::move(solution).error();
    *out = new gstd_solution{*std::move(solution)};
    return {};
  });
}

const char* gstd_solution_nonce(const gstd_solution* solution) {
  return solution == nullptr ? "" : solution->solution.nonce.c_str();
}
uint64_t gstd_solution_hashes(const gstd_solution* solution) { return solution == nullptr ? 0 : solution->solution.hashes; }
void gstd_solution_free(gstd_solution* solution) { delete solution; }

gstd_status gstd_pow_verify(const char* challenge, const char* task, const char* wallet, uint32_t difficulty_bits,
                            const char* nonce, int32_t* valid, uint32_t* leading_zeros, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (nonce == nullptr || valid == nullptr) return missing("nonce and valid");
    const auto parsed = parse(challenge, task, wallet, difficulty_bits);
    if (!parsed) return parsed.error();
    const auto verdict = gstd::pow::verify(*parsed, nonce);
    if (!verdict) return verdict.error();
    *valid = verdict->valid ? 1 : 0;
    if (leading_zeros != nullptr) *leading_zeros = verdict->leading_zeros;
    return {};
  });
}

}  // extern "C"

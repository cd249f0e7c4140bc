#include <gstd/pow.hpp>

#include <cmath>
#include <cstdio>

#include "common.hpp"
#include "signals.hpp"

namespace gstd::cli {
namespace {

struct BenchOptions {
  unsigned threads = 1;
  double seconds = 1;
  bool json = false;
};

// The form of the JSON is fixed: others' scripts read it.
int bench(const BenchOptions& options) {
  const auto selected = pow::active_kernel();
  if (!selected) return report(selected.error(), options.json);
  boost::json::array rows;
  for (const pow::KernelInfo& kernel : pow::kernels()) {
    double rate = 0;
    if (kernel.supported) {
      const std::chrono::milliseconds duration{static_cast<std::int64_t>(options.seconds * 1000)};
      const auto measured = pow::measure_kernel(kernel.name, options.threads, duration);
      if (!measured) return report(measured.error(), options.json);
      rate = *measured;
    }
    if (!options.json)
      std::printf("%-12.*s %2u lanes  %s\n", static_cast<int>(kernel.name.size()), kernel.name.data(), kernel.lanes,
                  kernel.supported ? (std::to_string(rate / 1e6) + " million hashes/s").c_str() : "not supported by this CPU");
    rows.push_back(
        boost::json::object{{"name", kernel.name}, {"supported", kernel.supported}, {"hashes_per_second", std::llround(rate)}});
  }
  if (options.json)
    print_json(boost::json::object{{"kernels", rows}, {"selected", *selected}});
  else
    std::printf("selected: %.*s\n", static_cast<int>(selected->size()), selected->data());
  return kOk;
}

struct ChallengeOptions {
  std::string challenge;
  std::string task;
  std::string wallet;
  unsigned difficulty = 16;
  std::string nonce;
  unsigned threads = 0;
  bool json = false;

  void add_options(CLI::App& command) {
    command.add_option("--challenge", challenge, "64 hexadecimal digits")->required();
    command.add_option("--task", task, "Task id")->required();
    command.add_option("--wallet", wallet, "The worker's wallet")->required();
    command.add_option("--difficulty", difficulty, "Leading zero bits")->capture_default_str();
    add_json_option(command, json);
  }

  Result<pow::Challenge> parse() const {
    auto task_id = TaskId::parse(task);
    if (!task_id) return std::move(task_id).error();
    auto wallet_id = WalletId::parse(wallet);
    if (!wallet_id) return std::move(wallet_id).error();
    // Whether it has expired is known to the coordinator that issued it, not here.
    return pow::Challenge{challenge, *std::move(task_id), *std::move(wallet_id), difficulty, Timestamp::max()};
  }
};

int solve(const ChallengeOptions& options) {
  const auto challenge = options.parse();
  if (!challenge) return report(challenge.error(), options.json);
  Signals signals;
  pow::SolveOptions solve_options;
  solve_options.budget = pow::kChallengeLifetime;
  solve_options.threads = options.threads;
  solve_options.stop = signals.first();
  const auto solution = pow::solve(*challenge, solve_options);
  if (!solution) return report(solution.error(), options.json);
  if (options.json)
    print_json(boost::json::object{{"nonce", solution->nonce}, {"digest", solution->digest.hex()}, {"hashes", solution->hashes}});
  else
    std::printf("%s\n", solution->nonce.c_str());
  return kOk;
}

int verify(const ChallengeOptions& options) {
  const auto challenge = options.parse();
  if (!challenge) return report(challenge.error(), options.json);
  const auto verdict = pow::verify(*challenge, options.nonce);
  if (!verdict) return report(verdict.error(), options.json);
  if (options.json)
    print_json(boost::json::object{
        {"valid", verdict->valid}, {"leading_zeros", verdict->leading_zeros}, {"digest", verdict->digest.hex()}});
  else
    std::printf("%s: %u leading zero bits, %s\n", verdict->valid ? "valid" : "not valid", verdict->leading_zeros,
                verdict->digest.hex().c_str());
  return verdict->valid ? kOk : kFailed;
}

}  // namespace

void add_pow(CLI::App& program, int& exit_code) {
  auto* command = program.add_subcommand("pow", "Proof of work: measure, solve, verify");
  command->require_subcommand(1);

  auto bench_options = std::make_shared<BenchOptions>();
  auto* bench_command = command->add_subcommand("bench", "Hashes per second of every kernel on this machine");
  bench_command->add_option("--threads", bench_options->threads, "Threads")->check(CLI::Range(1u, 1024u))->capture_default_str();
  bench_command->add_option("--seconds", bench_options->seconds, "How long for each kernel")
      ->check(CLI::Range(0.01, 600.0))
      ->capture_default_str();
  add_json_option(*bench_command, bench_options->json);
  bench_command->callback([bench_options, &exit_code] { exit_code = bench(*bench_options); });

  auto solve_options = std::make_shared<ChallengeOptions>();
  auto* solve_command = command->add_subcommand("solve", "Find a nonce for a challenge");
  solve_options->add_options(*solve_command);
  solve_command->add_option("--threads", solve_options->threads, "Threads; 0: all cores but one")->capture_default_str();
  solve_command->callback([solve_options, &exit_code] { exit_code = solve(*solve_options); });

  auto verify_options = std::make_shared<ChallengeOptions>();
  auto* verify_command = command->add_subcommand("verify", "Check a nonce; exit code 1 where it is not valid");
  verify_options->add_options(*verify_command);
  verify_command->add_option("--nonce", verify_options->nonce, "The answer")->required();
  verify_command->callback([verify_options, &exit_code] { exit_code = verify(*verify_options); });
}

}  // namespace gstd::cli

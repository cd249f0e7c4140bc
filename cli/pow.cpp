#include <gstd/pow.hpp>

#include <array>
#include <cmath>
#include <cstdio>

#include "common.hpp"
#include "progress.hpp"
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
  unsigned version = static_cast<unsigned>(pow::Version::v1);
  bool json = false;

  void add_options(CLI::App& command) {
    command.add_option("--challenge", challenge, "64 hexadecimal digits")->required();
    command.add_option("--task", task, "Task id")->required();
    command.add_option("--wallet", wallet, "The worker's wallet")->required();
    command.add_option("--difficulty", difficulty, "Leading zero bits")->capture_default_str();
    command.add_option("--challenge-version", version, "What is hashed; the challenge says it")
        ->check(CLI::Range(static_cast<unsigned>(pow::Version::v1), static_cast<unsigned>(pow::Version::v2)))
        ->capture_default_str();
    add_json_option(command, json);
  }

  Result<pow::Challenge> parse() const {
    auto task_id = TaskId::parse(task);
    if (!task_id) return std::move(task_id).error();
    auto wallet_id = WalletId::parse(wallet);
    if (!wallet_id) return std::move(wallet_id).error();
    // Only a search minds when it expires.
    return pow::Challenge{challenge,  *std::move(task_id), *std::move(wallet_id),
                          difficulty, Timestamp::max(),    static_cast<pow::Version>(version)};
  }
};

// CLI11 shows the message of what it throws.
Timestamp time_option(const std::string& text) {
  const auto time = parse_rfc3339(text);
  if (!time) throw CLI::ValidationError(time.error().message);
  return *time;
}

struct SolveCommand : ChallengeOptions {
  unsigned threads = pow::default_threads();
  double cpu_share = 1;
  std::uint64_t offset = 0;
  std::string kernel;
  Timestamp expires_at = Timestamp::max();
  double timeout_seconds = std::chrono::duration<double>(pow::kChallengeLifetime).count();

  void add_options(CLI::App& command) {
    ChallengeOptions::add_options(command);
    command.add_option("--threads", threads, "Threads; default: the machine's cores less one")
        ->check(CLI::Range(1u, pow::kThreadsMax))
        ->capture_default_str();
    command.add_option("--cpu-share", cpu_share, "The part of each thread's time that is worked")
        ->check(CLI::Range(pow::kCpuShareMin, 1.0))
        ->capture_default_str();
    command.add_option("--offset", offset, "Nonces left to others that search, too")->capture_default_str();
    command.add_option("--kernel", kernel, "One that `gstd pow bench` lists; default: GSTD_POW_KERNEL, else the fastest");
    command
        .add_option_function<std::string>(
            "--expires-at", [this](const std::string& text) { expires_at = time_option(text); },
            "When the challenge expires, as its coordinator said: the search goes no further")
        ->type_name("RFC3339");
    command.add_option("--timeout", timeout_seconds, "Seconds to search for")->check(CLI::Range(0.001, 1e9))->capture_default_str();
  }
};

std::string duration_text(std::chrono::milliseconds time) {
  constexpr double kMinute = 60, kHour = 60 * kMinute, kDay = 24 * kHour, kYear = 365 * kDay;
  const double seconds = std::chrono::duration<double>(time).count();
  if (seconds >= kYear) return "more than a year";
  std::array<char, 32> text;
  const auto format = [&](double value, const char* unit) { std::snprintf(text.data(), text.size(), "%.1f %s", value, unit); };
  if (seconds >= kDay)
    format(seconds / kDay, "days");
  else if (seconds >= kHour)
    format(seconds / kHour, "h");
  else if (seconds >= kMinute)
    format(seconds / kMinute, "min");
  else
    format(seconds, "s");
  return text.data();
}

std::string progress_text(const pow::SolveProgress& progress) {
  std::array<char, 96> figures;
  std::snprintf(figures.data(), figures.size(), "%.1f million hashes, %.1f million/s, ", static_cast<double>(progress.hashes) / 1e6,
                progress.hashes_per_second / 1e6);
  return figures.data() + duration_text(progress.elapsed) + ", nonce expected in " + duration_text(progress.expected_left);
}

int solve(const SolveCommand& options) {
  auto challenge = options.parse();
  if (!challenge) return report(challenge.error(), options.json);
  challenge->expires_at = options.expires_at;
  const Signals signals;
  const StatusLine line;
  pow::SolveOptions solving;
  solving.budget = std::chrono::milliseconds{std::llround(options.timeout_seconds * 1000)};
  solving.threads = options.threads;
  solving.cpu_share = options.cpu_share;
  solving.offset = options.offset;
  solving.kernel = options.kernel;
  solving.stop = signals.first();
  if (line.is_shown()) solving.on_progress = [&](const pow::SolveProgress& progress) { line.show(progress_text(progress)); };
  const auto solution = pow::solve(*challenge, solving);
  line.clear();
  if (!solution) return report(solution.error(), options.json);
  if (options.json)
    print_json(boost::json::object{{"nonce", solution->nonce}, {"digest", solution->digest.hex()}, {"hashes", solution->hashes}});
  else
    std::printf("%s\n", solution->nonce.c_str());
  return kOk;
}

struct VerifyCommand : ChallengeOptions {
  std::string nonce;
};

int verify(const VerifyCommand& options) {
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
  bench_command->add_option("--threads", bench_options->threads, "Threads")
      ->check(CLI::Range(1u, pow::kThreadsMax))
      ->capture_default_str();
  bench_command->add_option("--seconds", bench_options->seconds, "How long for each kernel")
      ->check(CLI::Range(0.01, 600.0))
      ->capture_default_str();
  add_json_option(*bench_command, bench_options->json);
  bench_command->callback([bench_options, &exit_code] { exit_code = bench(*bench_options); });

  auto solve_options = std::make_shared<SolveCommand>();
  auto* solve_command = command->add_subcommand("solve", "Find a nonce for a challenge");
  solve_options->add_options(*solve_command);
  solve_command->callback([solve_options, &exit_code] { exit_code = solve(*solve_options); });

  auto verify_options = std::make_shared<VerifyCommand>();
  auto* verify_command = command->add_subcommand("verify", "Check a nonce; exit code 1 where it is not valid");
  verify_options->add_options(*verify_command);
  verify_command->add_option("--nonce", verify_options->nonce, "The answer")->required();
  verify_command->callback([verify_options, &exit_code] { exit_code = verify(*verify_options); });
}

}  // namespace gstd::cli

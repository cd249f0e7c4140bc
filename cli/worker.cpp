#include <gstd/worker.hpp>

#include <atomic>
#include <cstdio>

#include "common.hpp"
#include "connection.hpp"
#include "signals.hpp"

namespace gstd::cli {
namespace {

constexpr std::chrono::seconds kDrainTime{60};

struct Options {
  Connection connection;
  unsigned slots = 1;
  unsigned pow_threads = 1;
  double pow_cpu_share = 1;
  std::uint64_t memory_mib = 256;
  std::uint64_t tasks = 0;
  std::string isolation = "auto";
  bool verbose = false;
  ModuleCache cache;
  bool json = false;
};

std::string_view name_of(WorkerEvent::Kind kind) {
  switch (kind) {
    case WorkerEvent::Kind::claimed:
      return "claimed";
    case WorkerEvent::Kind::claim_refused:
      return "claim_refused";
    case WorkerEvent::Kind::completed:
      return "completed";
    case WorkerEvent::Kind::attempt_failed:
      return "attempt_failed";
    case WorkerEvent::Kind::connection_lost:
      return "connection_lost";
    case WorkerEvent::Kind::connection_restored:
      return "connection_restored";
  }
  return "unknown";
}

void print_event(const WorkerEvent& event, bool json) {
  const std::string kind{name_of(event.kind)};
  if (json) {
    boost::json::object line{{"event", kind}};
    if (!event.task.empty()) line.insert({{"task", event.task.str()}, {"attempt", event.attempt}});
    if (event.outcome) line["outcome"] = to_string(*event.outcome);
    if (event.earned.nano != 0) line["earned"] = format_amount(event.earned);
    if (!event.message.empty()) line["message"] = event.message;
    print_json(line);
    return;
  }
  std::printf("%s", kind.c_str());
  if (!event.task.empty()) std::printf(" %s attempt %u", event.task.str().c_str(), event.attempt);
  if (event.earned.nano != 0) std::printf(" earned %s", format_amount(event.earned).c_str());
  std::printf("%s%s\n", event.message.empty() ? "" : ": ", event.message.c_str());
  std::fflush(stdout);
}

void print_stats(const WorkerStats& stats, bool json) {
  if (json)
    print_json(boost::json::object{{"event", "stopped"},
                                   {"claimed", stats.claimed},
                                   {"claims_refused", stats.claims_refused},
                                   {"completed", stats.completed},
                                   {"attempts_failed", stats.attempts_failed},
                                   {"pow_hashes", stats.pow_hashes},
                                   {"pow_ms", stats.pow_time.count()},
                                   {"fuel_used", stats.fuel_used},
                                   {"earned", format_amount(stats.earned)}});
  else
    std::printf("claimed %llu, completed %llu, failed %llu, refused %llu, earned %s GSTD\n",
                static_cast<unsigned long long>(stats.claimed), static_cast<unsigned long long>(stats.completed),
                static_cast<unsigned long long>(stats.attempts_failed), static_cast<unsigned long long>(stats.claims_refused),
                format_amount(stats.earned).c_str());
}

// Strangers' programs are best kept out of this process, which holds the keys; where there is no runner, or the system does not let
// it confine itself, the sandbox alone has to do.
wasm::Isolation choose_isolation(const std::string& wanted, bool verbose) {
  if (wanted == "thread") return wasm::Isolation::thread;
  if (wanted == "process") return wasm::Isolation::process;
  const auto tried = wasm::Sandbox::create({.isolation = wasm::Isolation::process});
  if (tried) return wasm::Isolation::process;
  if (verbose) std::fprintf(stderr, "gstd: info: tasks run in this process: %s\n", tried.error().message.c_str());
  return wasm::Isolation::thread;
}

int work(const Options& options) {
  auto client = options.connection.client_options();
  if (!client) return report(client.error(), options.json);

  const Signals signals;
  std::stop_source enough;  // --tasks are done, or the first signal came
  const std::stop_callback on_signal{signals.first(), [&] { enough.request_stop(); }};
  std::atomic<std::uint64_t> finished{0};
  WorkerOptions settings;
  settings.client = *std::move(client);
  settings.slots = options.slots;
  settings.pow_threads = options.pow_threads;
  settings.pow_cpu_share = options.pow_cpu_share;
  settings.memory_bytes_max = options.memory_mib << 20;
  settings.module_cache_directory = options.cache.directory();
  settings.isolation = choose_isolation(options.isolation, options.verbose);
  settings.on_event = [&](const WorkerEvent& event) {
    print_event(event, options.json);
    if (event.kind == WorkerEvent::Kind::completed && ++finished == options.tasks) enough.request_stop();
  };
  settings.log = [verbose = options.verbose](LogLevel level, std::string_view message) {
    if (verbose || level >= LogLevel::warning)
      std::fprintf(stderr, "gstd: %s: %.*s\n", std::string(to_string(level)).c_str(), static_cast<int>(message.size()),
                   message.data());
  };
  auto worker = Worker::start(std::move(settings), {.stop = signals.first()});
  if (!worker) return report_call(worker.error(), options.json);

  // The first signal lets tasks under way finish; the second, or a minute, gives them back.
  wait_for(enough.get_token());
  const auto drained = worker->drain({.timeout = kDrainTime, .stop = signals.second()});
  worker->stop();
  print_stats(worker->stats(), options.json);
  return drained ? kOk : kInterrupted;
}

}  // namespace

void add_worker(CLI::App& program, int& exit_code) {
  auto* command = program.add_subcommand("worker", "Earn: claim tasks, run them in the sandbox, sign and submit");
  auto options = std::make_shared<Options>();
  options->connection.add_options(*command, true);
  command->add_option("--slots", options->slots, "Tasks at once")->check(CLI::Range(1u, 256u))->capture_default_str();
  command->add_option("--pow-threads", options->pow_threads, "Threads per proof of work")
      ->check(CLI::Range(1u, pow::kThreadsMax))
      ->capture_default_str();
  command->add_option("--pow-cpu-share", options->pow_cpu_share, "The part of each of those threads' time that is worked")
      ->check(CLI::Range(pow::kCpuShareMin, 1.0))
      ->capture_default_str();
  command->add_option("--memory-mib", options->memory_mib, "Linear memory per task")
      ->check(CLI::Range(1u, 4096u))
      ->capture_default_str();
  command
      ->add_option("--isolation", options->isolation,
                   "Where tasks run: process (each in a child that may do next to nothing), thread, or auto: process if possible")
      ->check(CLI::IsMember({"auto", "process", "thread"}))
      ->capture_default_str();
  command->add_option("--tasks", options->tasks, "Stop after so many; 0: at a signal")->capture_default_str();
  command->add_flag("--verbose", options->verbose, "Log on stderr what is done, not only what goes wrong");
  options->cache.add_options(*command);
  add_json_option(*command, options->json);
  command->footer("The first SIGINT or SIGTERM finishes tasks under way; the second gives them back at once.");
  command->callback([options, &exit_code] { exit_code = work(*options); });
}

}  // namespace gstd::cli

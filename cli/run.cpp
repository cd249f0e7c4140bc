#include <gstd/wasm.hpp>

#include <cstdio>
#include <map>

#include "common.hpp"
#include "signals.hpp"

namespace gstd::cli {
namespace {

struct Options {
  std::filesystem::path module;
  std::filesystem::path script;
  std::filesystem::path input;
  std::filesystem::path output;
  std::uint64_t fuel = RunLimits{}.fuel;
  std::uint64_t memory_mib = RunLimits{}.memory_bytes_max >> 20;
  std::int64_t timeout_ms = RunLimits{}.wall_time.count();
  wasm::Isolation isolation = wasm::Isolation::thread;
  ModuleCache cache;
  bool json = false;
};

// The form of the JSON is fixed: others' scripts read it.
void print_outcome(const wasm::Outcome& outcome, const std::string& engine) {
  print_json(boost::json::object{{"outcome", to_string(outcome.kind)},
                                 {"exit_code", outcome.exit_code},
                                 {"fuel", outcome.fuel_used},
                                 {"output_bytes", outcome.output.size()},
                                 {"output_sha256", sha256(outcome.output).hex()},
                                 {"comparable", is_comparable(outcome.kind)},
                                 {"engine", engine},
                                 {"wall_ms", std::chrono::duration<double, std::milli>(outcome.wall_time).count()},
                                 {"trap", outcome.trap},
                                 {"message", outcome.message},
                                 {"log", outcome.log}});
}

Result<wasm::Outcome> run_module(wasm::Sandbox& sandbox, BytesView module, BytesView input, const RunLimits& limits) {
  auto compiled = sandbox.compile(module);
  if (!compiled) {
    if (compiled.error().reason != "module_invalid") return std::move(compiled).error();
    wasm::Outcome outcome;
    outcome.kind = OutcomeKind::invalid_module;
    outcome.message = compiled.error().message;
    return outcome;
  }
  // Only from here on is there something that a signal has to end with care.
  const Signals signals;
  return sandbox.run(*compiled, input, limits, {.timeout = limits.wall_time, .stop = signals.first()});
}

// A script is an input of the embedded engine, together with its own.
Result<Bytes> frame_script(const std::filesystem::path& script, BytesView input) {
  const auto text = read_file(script, wasm::kJavascriptBytesMax);
  if (!text) return text.error();
  return wasm::javascript_input(as_text(*text), as_text(input));
}

int run(const Options& options) {
  Result<Bytes> module = Bytes{};
  if (options.script.empty()) module = read_file(options.module, wasm::kModuleBytesMax);
  if (!module) return report(module.error(), options.json);
  Result<Bytes> input = Bytes{};
  if (!options.input.empty()) input = read_file(options.input, protocol::kInputBytesMax);
  if (input && !options.script.empty()) input = frame_script(options.script, *input);
  if (!input) return report(input.error(), options.json);

  RunLimits limits;
  limits.fuel = options.fuel;
  limits.memory_bytes_max = options.memory_mib << 20;
  limits.wall_time = std::chrono::milliseconds{options.timeout_ms};
  if (auto checked = check_limits(limits); !checked) return report(checked.error(), options.json);
  auto sandbox = wasm::Sandbox::create({.slots = 1,
                                        .slot_memory_bytes_max = limits.memory_bytes_max,
                                        .isolation = options.isolation,
                                        .cache_directory = options.cache.directory()});
  if (!sandbox) return report(sandbox.error(), options.json);
  const auto outcome =
      run_module(*sandbox, options.script.empty() ? BytesView{*module} : wasm::javascript_engine(), *input, limits);
  if (!outcome) return report(outcome.error(), options.json);

  // With --json stdout belongs to the JSON.
  const std::filesystem::path output = options.output.empty() && !options.json ? "-" : options.output;
  if (!output.empty())
    if (auto written = write_file(output, outcome->output); !written) return report(written.error(), options.json);
  if (options.json) {
    print_outcome(*outcome, sandbox->engine());
  } else {
    std::fputs(outcome->log.c_str(), stderr);
    std::fprintf(stderr, "gstd: %s, exit code %d, fuel %llu, %.3f ms%s%s\n", std::string(to_string(outcome->kind)).c_str(),
                 outcome->exit_code, static_cast<unsigned long long>(outcome->fuel_used),
                 std::chrono::duration<double, std::milli>(outcome->wall_time).count(), outcome->message.empty() ? "" : ": ",
                 outcome->message.c_str());
  }
  return outcome->kind == OutcomeKind::cancelled ? kInterrupted : kOk;
}

}  // namespace

void add_run(CLI::App& program, int& exit_code) {
  auto* command = program.add_subcommand("run", "Run a WASI module or a script here, in the sandbox that workers use");
  auto options = std::make_shared<Options>();
  auto* module = command->add_option("MODULE", options->module, "WebAssembly file");
  auto* script =
      command->add_option("--js", options->script, "Instead of a module: a JavaScript file, whose `input` is the JSON of --input");
  module->excludes(script);
  command->add_option("--input", options->input, "File for the guest's stdin; - for this program's");
  command->add_option("--output", options->output, "File for the guest's stdout; default: this program's (-), with --json nowhere");
  command->add_option("--fuel", options->fuel, "Fuel, about one per instruction")->capture_default_str();
  command->add_option("--memory-mib", options->memory_mib, "Linear memory")->check(CLI::Range(1u, 4096u))->capture_default_str();
  command->add_option("--timeout-ms", options->timeout_ms, "Wall clock")->capture_default_str();
  command->add_option("--isolation", options->isolation, "Where the module compiles and runs: thread or process")
      ->transform(CLI::CheckedTransformer(
          std::map<std::string, wasm::Isolation>{{"thread", wasm::Isolation::thread}, {"process", wasm::Isolation::process}}))
      ->default_str("thread");
  options->cache.add_options(*command);
  add_json_option(*command, options->json);
  command->footer("Exits with 0 whenever an outcome was reached, also a trap or an exhausted limit; with 130 after Ctrl-C.");
  command->callback([options, &exit_code] {
    if (options->module.empty() && options->script.empty()) throw CLI::RequiredError("MODULE or --js");
    if (options->json && options->output == "-")
      throw CLI::ValidationError("--output - and --json would both print to stdout; name a file");
    exit_code = run(*options);
  });
}

}  // namespace gstd::cli

#include <gstd/wasm.hpp>

#include <algorithm>
#include <cstdio>
#include <span>
#include <utility>

#include "common.hpp"
#include "connection.hpp"
#include "ends.hpp"
#include "progress.hpp"
#include "signals.hpp"

namespace gstd::cli {
namespace {

struct Options {
  Connection connection;
  std::filesystem::path module;
  std::filesystem::path script_file;  // instead of the module
  std::string script;
  std::vector<std::filesystem::path> inputs;
  std::filesystem::path output_dir;
  std::filesystem::path receipt;
  std::filesystem::path receipt_dir;
  Amount budget{kNanoPerGstd / 10};
  RunLimits limits;
  std::uint64_t memory_mib = RunLimits{}.memory_bytes_max >> 20;
  std::int64_t timeout_ms = RunLimits{}.wall_time.count();
  int priority = kPriorityNormal;
  GuestConvention convention = GuestConvention::wasi;
  bool encrypted = false;
  std::int64_t wait_s = 0;
  Bytes standard_input;  // for the input "-"
  bool json = false;
};

struct Submitted {
  std::filesystem::path input;
  Digest input_sha256;
  protocol::TaskCreated task;
};

// What a receipt has to name: for a script, input and script in one.
Result<Digest> input_digest(const Options& options, BytesView input) {
  if (options.script.empty()) return sha256(input);
  auto framed = wasm::javascript_input(options.script, as_text(input));
  if (!framed) return std::move(framed).error();
  return sha256(*framed);
}

// The bytes that are run: the module, or for a script this program's own engine, so that its result can be verified without
// believing the coordinator about that either.
Result<Bytes> read_module(Options& options) {
  if (options.script_file.empty()) return read_file(options.module, wasm::kModuleBytesMax);
  auto script = read_file(options.script_file, protocol::kScriptBytesMax);
  if (!script) return std::move(script).error();
  if (script->empty()) return Error{ErrorCode::invalid_argument, options.script_file.string() + " is empty", "script"};
  options.script = as_text(*script);
  const BytesView engine = wasm::javascript_engine();
  return Bytes(engine.begin(), engine.end());
}

// Uploads only what is not there: the same module serves many tasks.
Result<void> ensure_module(const Client& client, const Digest& sha256, BytesView content, std::stop_token stop) {
  const auto known = client.module_metadata(sha256, {.stop = stop});
  if (known) return {};
  if (known.error().code != ErrorCode::not_found) return known.error();
  auto uploaded = client.upload_module(content, {.stop = stop});
  if (!uploaded) return std::move(uploaded).error();
  return {};
}

Result<Submitted> submit_one(const Client& client, const Options& options, const Digest& module, const std::filesystem::path& input,
                             std::stop_token stop) {
  Result<Bytes> content = options.standard_input;
  if (!input.empty() && input != "-") content = read_file(input, protocol::kInputBytesMax);
  if (!content) return std::move(content).error();
  TaskRequest request;
  request.module = module;
  request.budget = options.budget;
  request.limits = options.limits;
  request.priority = options.priority;
  request.convention = options.convention;
  request.script = options.script;
  request.encrypted = options.encrypted;
  auto digest = input_digest(options, *content);
  if (!digest) return std::move(digest).error();
  request.input = *std::move(content);
  auto created = client.create_task(request, {.stop = stop});
  if (!created) return std::move(created).error();
  return Submitted{input, *digest, *std::move(created)};
}

// What is paid for and not waited for, or not any longer: with --wait stdout belongs to the guests' output.
void print_submitted(const Options& options, std::span<const Submitted> tasks) {
  for (const Submitted& submitted : tasks)
    if (options.json)
      std::printf("%s\n", protocol::write(submitted.task).c_str());
    else
      std::fprintf(options.wait_s == 0 ? stdout : stderr, "%s %s\n", submitted.task.task_id.str().c_str(),
                   std::string(to_string(submitted.task.status)).c_str());
}

// Where a file of one task goes: beside the others in `folder`, named after its input and task.
std::filesystem::path path_in(const std::filesystem::path& folder, const Submitted& submitted, std::string_view extension) {
  const std::string stem = submitted.input.empty() || submitted.input == "-" ? "result" : submitted.input.filename().string();
  return folder / (stem + "." + submitted.task.task_id.str() + std::string(extension));
}

std::filesystem::path output_path(const Options& options, const Submitted& submitted) {
  return path_in(options.output_dir, submitted, ".out");
}

// Empty where nobody asked for one.
std::filesystem::path receipt_path(const Options& options, const Submitted& submitted) {
  if (options.receipt_dir.empty()) return options.receipt;
  return path_in(options.receipt_dir, submitted, ".receipt.json");
}

void print_result(const Options& options, const Submitted& submitted, const protocol::TaskResult& result, bool has_file) {
  const std::string file = has_file ? output_path(options, submitted).string() : "";
  if (options.json) {
    print_json(boost::json::object{{"task", result.task_id.str()},
                                   {"input", submitted.input.string()},
                                   {"status", to_string(result.status)},
                                   {"outcome", to_string(result.outcome)},
                                   {"exit_code", result.exit_code},
                                   {"attempt", result.attempt},
                                   {"fuel", result.fuel_used},
                                   {"output_bytes", result.output.size()},
                                   {"output_sha256", result.output_sha256.hex()},
                                   {"output_file", file},
                                   {"receipt_file", receipt_path(options, submitted).string()},
                                   {"worker", result.worker_wallet.str()},
                                   {"verified", true}});
    return;
  }
  std::fprintf(stderr, "%s %s by %s, attempt %u, fuel %llu, signature verified%s%s\n", result.task_id.str().c_str(),
               std::string(to_string(result.outcome)).c_str(), result.worker_wallet.str().c_str(), result.attempt,
               static_cast<unsigned long long>(result.fuel_used), has_file ? ", output in " : "", file.c_str());
}

// Waits for one task, verifies what comes back and hands its output on.
Result<OutcomeKind> collect(const Client& client, const Options& options, const Digest& module, const Submitted& submitted,
                            const CallOptions& call, Progress& progress) {
  auto result = client.wait_result(submitted.task.task_id, call);
  if (!result) return std::move(result).error();
  if (auto receipt = verify_result(*result, module, submitted.input_sha256, options.convention); !receipt)
    return std::move(receipt).error();
  progress.clear();
  const bool to_file = !options.output_dir.empty();
  if (to_file) {
    if (auto written = write_file(output_path(options, submitted), result->output); !written) return std::move(written).error();
  } else if (!options.json) {
    if (auto written = write_file("-", result->output); !written) return std::move(written).error();
  }
  if (const auto receipt = receipt_path(options, submitted); !receipt.empty())
    if (auto written = write_receipt_file(receipt, client, *result, call); !written) return std::move(written).error();
  print_result(options, submitted, *result, to_file);
  return result->outcome;
}

// The results come in the order of the inputs, as scripts want them; the bar moves with every end, in whichever order.
int wait_all(const Client& client, const Options& options, const Digest& module, std::span<const Submitted> tasks,
             std::uint64_t newest_event, std::stop_token stop) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{options.wait_s};
  const auto left = [&]() -> CallOptions {
    const auto time = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    return {.timeout = std::max(time, std::chrono::milliseconds{1}), .stop = stop};
  };
  int exit_code = kOk;
  Progress progress{"tasks", tasks.size()};
  Ends ends{client, newest_event};
  for (const Submitted& submitted : tasks) ends.add(submitted.task.task_id);
  if (options.encrypted) ends.grant_keys();
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    ends.wait_for(tasks[i].task.task_id, left(), progress);
    const auto outcome = collect(client, options, module, tasks[i], left(), progress);
    if (!outcome) {
      progress.clear();
      const int code = report_call(outcome.error(), options.json);
      // A task that ended badly does not stop the wait for the others; a coordinator that is gone does.
      if (outcome.error().code != ErrorCode::failed_precondition && outcome.error().code != ErrorCode::data_loss) {
        print_submitted(options, tasks.subspan(i));
        return code;
      }
      exit_code = kTaskFailed;
    } else if (*outcome != OutcomeKind::completed) {
      exit_code = kTaskFailed;
    }
    ends.note(tasks[i].task.task_id, progress);
  }
  return exit_code;
}

int submit(Options options) {
  options.limits.memory_bytes_max = options.memory_mib << 20;
  options.limits.wall_time = std::chrono::milliseconds{options.timeout_ms};
  auto settings = options.connection.client_options();
  if (!settings) return report(settings.error(), options.json);
  auto client = Client::create(*std::move(settings));
  if (!client) return report(client.error(), options.json);
  const auto module = read_module(options);
  if (!module) return report(module.error(), options.json);
  const Digest module_sha256 = sha256(*module);
  // Every input is looked at before the first is paid for.
  for (const auto& input : options.inputs)
    if (input != "-")
      if (auto content = read_file(input, protocol::kInputBytesMax); !content) return report(content.error(), options.json);
  if (options.inputs.empty()) options.inputs.emplace_back();
  if (std::ranges::find(options.inputs, "-") != options.inputs.end()) {
    auto typed = read_file("-", protocol::kInputBytesMax);
    if (!typed) return report(typed.error(), options.json);
    options.standard_input = *std::move(typed);
  }

  const Signals signals;
  const std::stop_token stop = signals.first();
  if (auto registered = client->register_device("desktop", {.stop = stop}); !registered)
    return report_call(registered.error(), options.json);
  if (auto there = ensure_module(*client, module_sha256, *module, stop); !there) return report_call(there.error(), options.json);
  // Before the first task is there, so that no end of one is missed.
  Result<std::uint64_t> newest_event = std::uint64_t{0};
  if (options.wait_s != 0) newest_event = client->newest_event({.stop = stop});
  if (!newest_event) return report_call(newest_event.error(), options.json);
  std::vector<Submitted> tasks;
  for (const auto& input : options.inputs) {
    auto submitted = submit_one(*client, options, module_sha256, input, stop);
    if (!submitted) {
      if (options.wait_s != 0) print_submitted(options, tasks);
      return report_call(submitted.error(), options.json);
    }
    tasks.push_back(*std::move(submitted));
    if (options.wait_s == 0) print_submitted(options, std::span{&tasks.back(), 1});
  }
  return options.wait_s == 0 ? kOk : wait_all(*client, options, module_sha256, tasks, *newest_event, stop);
}

}  // namespace

void add_submit(CLI::App& program, int& exit_code) {
  auto* command = program.add_subcommand("submit", "Pay for tasks: one run of a module per input");
  auto options = std::make_shared<Options>();
  options->connection.add_options(*command, true);
  command->add_option("MODULE", options->module, "WebAssembly file; with --js the first INPUT");
  command->add_option("INPUT", options->inputs, "Files for the guest's stdin, a task each; none: one task with empty input");
  auto* script = command->add_option("--js", options->script_file, "JavaScript file instead of MODULE; each INPUT is JSON then");
  command
      ->add_option_function<std::string>(
          "--budget", [options](const std::string& text) { options->budget = amount_option(text); },
          "GSTD for each accepted result, fee included; default 0.1")
      ->type_name("AMOUNT");
  command->add_option("--wait", options->wait_s, "Seconds to wait for results, verified; 0: only print the task ids")
      ->check(CLI::Range(0, 86'400))
      ->capture_default_str();
  command->add_option("--output-dir", options->output_dir, "Existing folder for outputs, a file each; default: stdout")
      ->check(CLI::ExistingDirectory);
  command->add_option("--receipt", options->receipt, "File for the worker's signed receipt, for `gstd verify`; one task only");
  command->add_option("--receipt-dir", options->receipt_dir, "Existing folder for receipts, a file each")
      ->check(CLI::ExistingDirectory);
  command->add_option("--fuel", options->limits.fuel, "Fuel of each run")->capture_default_str();
  command->add_option("--memory-mib", options->memory_mib, "Linear memory of each run")
      ->check(CLI::Range(1u, 4096u))
      ->capture_default_str();
  command->add_option("--timeout-ms", options->timeout_ms, "Wall clock of each run")->capture_default_str();
  command->add_option("--priority", options->priority, "1 first, 5 last")
      ->check(CLI::Range(kPriorityHighest, kPriorityLowest))
      ->capture_default_str();
  command
      ->add_option_function<std::string>(
          "--convention", [options](const std::string& text) { options->convention = *parse_guest_convention(text); },
          "How the module gets its input; default wasi: by stdin")
      ->check(CLI::IsMember({"wasi", "gstd:env", "reactor"}))
      ->excludes(script);
  command->add_flag(
      "--encrypt", options->encrypted,
      "Seal inputs and results, so that only the assigned workers can read them; with --wait, since keys are granted meanwhile");
  add_json_option(*command, options->json);
  command->callback([options, &exit_code] {
    if (options->encrypted && options->wait_s == 0)
      throw CLI::ValidationError("--encrypt needs --wait: workers get their keys from here while it waits");
    if (options->script_file.empty() && options->module.empty()) throw CLI::RequiredError("MODULE, or --js with a script,");
    // Positions are counted before options are known: what stands first is an input where there is no module to name.
    if (!options->script_file.empty() && !options->module.empty())
      options->inputs.insert(options->inputs.begin(), std::exchange(options->module, {}));
    const bool wants_receipt = !options->receipt.empty() || !options->receipt_dir.empty();
    if (wants_receipt && options->wait_s == 0)
      throw CLI::ValidationError("--receipt and --receipt-dir need --wait: before its end a task has no receipt");
    if (!options->receipt.empty() && (options->inputs.size() > 1 || !options->receipt_dir.empty()))
      throw CLI::ValidationError("--receipt takes the receipt of one task; --receipt-dir those of several");
    exit_code = submit(*options);
  });
}

}  // namespace gstd::cli

#include <cstdio>

#include "common.hpp"
#include "connection.hpp"

namespace gstd::cli {
namespace {

struct Options {
  Connection connection;
  std::string task;
  std::filesystem::path receipt;
  std::filesystem::path output;
  bool json = false;
};

// The accepted result, held against what the task says about module and input; then its parts into the files that were named.
Result<void> save_result(const Client& client, const protocol::TaskView& task, const Options& options) {
  const auto result = client.result(task.task_id);
  if (!result) return result.error();
  if (auto receipt = verify_result(*result, task.module_sha256, task.input_sha256, task.convention); !receipt)
    return std::move(receipt).error();
  if (!options.output.empty())
    if (auto written = write_file(options.output, result->output); !written) return written;
  if (!options.receipt.empty()) return write_receipt_file(options.receipt, client, *result);
  return {};
}

int show_task(const Client& client, const Options& options) {
  const auto id = TaskId::parse(options.task);
  if (!id) return report(id.error(), options.json);
  const auto task = client.task(*id);
  if (!task) return report_call(task.error(), options.json);
  if (!options.receipt.empty() || !options.output.empty())
    if (auto saved = save_result(client, *task, options); !saved) return report_call(saved.error(), options.json);
  if (options.json) {
    std::printf("%s\n", protocol::write(*task).c_str());
    return kOk;
  }
  std::printf(
      "task:      %s\nstatus:    %s\nescrow:    %s\nrequester: %s\nbudget:    %s GSTD\nattempt:   %u (%u failed)\ncreated:   %s\n",
      task->task_id.str().c_str(), std::string(to_string(task->status)).c_str(), task->escrow_status.c_str(),
      task->requester_address.str().c_str(), format_amount(task->budget_gstd).c_str(), task->attempt, task->failures,
      format_rfc3339(task->created_at).c_str());
  if (task->assigned_device) std::printf("device:    %s\n", task->assigned_device->str().c_str());
  if (task->completed_at) std::printf("ended:     %s\n", format_rfc3339(*task->completed_at).c_str());
  if (task->outcome) std::printf("outcome:   %s\n", std::string(to_string(*task->outcome)).c_str());
  if (!task->last_error.empty()) std::printf("error:     %s\n", task->last_error.c_str());
  return kOk;
}

int show_coordinator(const Client& client, const Options& options) {
  const auto health = client.health();
  if (!health) return report_call(health.error(), options.json);
  const auto version = client.version();
  if (!version) return report_call(version.error(), options.json);
  const auto queue = client.queue_stats();
  if (!queue) return report_call(queue.error(), options.json);
  std::optional<protocol::WalletBalance> balance;
  if (client.public_key()) {
    auto known = client.balance();
    if (!known) return report_call(known.error(), options.json);
    balance = *std::move(known);
  }

  if (options.json) {
    // The messages' own JSON, joined as text: no field is spelled twice, and no amount passes through a double.
    std::string all = "{\"health\":" + protocol::write(*health) + ",\"version\":" + protocol::write(*version) +
                      ",\"queue\":" + protocol::write(*queue);
    if (balance) all += ",\"balance\":" + protocol::write(*balance);
    std::printf("%s}\n", all.c_str());
    return kOk;
  }
  std::printf(
      "coordinator: %s, %s (%s)\ntasks:       %llu pending, %llu assigned, %llu completed, %llu failed, %llu dead letters\n",
      options.connection.endpoint.url.c_str(), health->status.c_str(), version->software.c_str(),
      static_cast<unsigned long long>(queue->pending), static_cast<unsigned long long>(queue->assigned),
      static_cast<unsigned long long>(queue->completed), static_cast<unsigned long long>(queue->failed),
      static_cast<unsigned long long>(queue->dead_letter));
  if (balance)
    std::printf("wallet:      %s\nbalance:     %s GSTD, %s in escrow, %s earned\n", client.wallet().str().c_str(),
                format_amount(balance->gstd_balance).c_str(), format_amount(balance->locked_in_escrow).c_str(),
                format_amount(balance->total_earned).c_str());
  return kOk;
}

int status(const Options& options) {
  auto settings = options.connection.client_options();
  if (!settings) return report(settings.error(), options.json);
  const auto client = Client::create(*std::move(settings));
  if (!client) return report(client.error(), options.json);
  return options.task.empty() ? show_coordinator(*client, options) : show_task(*client, options);
}

}  // namespace

void add_status(CLI::App& program, int& exit_code) {
  auto* command = program.add_subcommand("status", "Show a task, or a coordinator's health, queue and, with a key, balance");
  auto options = std::make_shared<Options>();
  options->connection.add_options(*command, false);
  auto* task = command->add_option("TASK", options->task, "Task id");
  command->add_option("--receipt", options->receipt, "File for the receipt of the task's result, for `gstd verify`; needs --key")
      ->needs(task);
  command->add_option("--output", options->output, "File for the task's output; needs --key")->needs(task);
  add_json_option(*command, options->json);
  command->callback([options, &exit_code] {
    if (options->receipt == "-" || options->output == "-")
      throw CLI::ValidationError("--receipt and --output take a file; stdout has the task's state");
    exit_code = status(*options);
  });
}

}  // namespace gstd::cli

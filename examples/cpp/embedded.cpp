// A whole network in one process: a coordinator on a free port with everything in memory, a worker, and a requester.
//   embedded MODULE.wasm
#include <gstd/coordinator.hpp>
#include <gstd/worker.hpp>

#include "support.hpp"

using example::must;

namespace {

gstd::ClientOptions identity(const std::string& url, std::string_view wallet) {
  gstd::ClientOptions options;
  options.url = url;
  options.wallet = must(gstd::WalletId::parse(wallet), "the wallet");
  options.key = gstd::SigningKey::generate();
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: embedded MODULE.wasm\n";
    return 2;
  }
  gstd::CoordinatorOptions options;
  options.store = gstd::store::open_memory();
  options.difficulty_bits = 8;  // a toll that a laptop does not feel
  auto coordinator = must(gstd::Coordinator::start(options), "starting the coordinator");

  const auto requester = must(gstd::Client::create(identity(coordinator.url(), "alice")), "the requester");
  must(requester.register_device(), "registering the requester");
  must(coordinator.deposit("a-gift", requester.wallet(), {10 * gstd::kNanoPerGstd}), "paying in");
  const auto module = must(requester.upload_module(example::read_file(argv[1])), "uploading the module").sha256;

  gstd::WorkerOptions worker_options;
  worker_options.client = identity(coordinator.url(), "bob");
  worker_options.slots = 2;
  auto worker = must(gstd::Worker::start(std::move(worker_options)), "starting the worker");

  std::vector<std::pair<gstd::TaskId, gstd::Bytes>> tasks;
  for (const std::string_view text : {"one fish", "two fish", "red fish", "blue fish"}) {
    gstd::TaskRequest request;
    request.module = module;
    request.input = gstd::Bytes(text.begin(), text.end());
    request.budget = {gstd::kNanoPerGstd};
    tasks.emplace_back(must(requester.create_task(request), "creating a task").task_id, request.input);
  }
  for (const auto& [task, input] : tasks) {
    const auto result = must(requester.wait_result(task, {std::chrono::minutes{1}, {}}), "waiting");
    must(gstd::verify_result(result, module, gstd::sha256(input)), "verifying");
    std::cout << gstd::as_text(input) << " -> " << gstd::as_text(result.output) << "\n";
  }
  must(worker.drain(), "draining the worker");
  must(coordinator.check_ledger(), "checking the books");

  const auto left = must(requester.balance(), "the requester's balance");
  std::cout << "alice has " << gstd::format_amount(left.gstd_balance) << " GSTD left, bob has earned "
            << gstd::format_amount(worker.stats().earned) << "\n";
  return 0;
}

// A requester: has one file worked on by a network, verifies the result and prints it.
//   client URL WALLET MODULE.wasm INPUT
// The wallet must hold 1 GSTD. Each run makes a key of its own and binds the wallet to it; a real program keeps its key.
#include <gstd/client.hpp>

#include "support.hpp"

using example::must;

int main(int argc, char** argv) {
  if (argc != 5) {
    std::cerr << "usage: client URL WALLET MODULE.wasm INPUT\n";
    return 2;
  }
  gstd::ClientOptions options;
  options.url = argv[1];
  options.wallet = must(gstd::WalletId::parse(argv[2]), "the wallet");
  options.key = gstd::SigningKey::generate();
  const auto client = must(gstd::Client::create(options), "the client");
  must(client.register_device(), "registering");

  const auto module = must(client.upload_module(example::read_file(argv[3])), "uploading the module");
  gstd::TaskRequest request;
  request.module = module.sha256;
  request.input = example::read_file(argv[4]);
  request.budget = {gstd::kNanoPerGstd};
  const auto task = must(client.create_task(request), "creating the task").task_id;
  std::cerr << "task " << task.str() << "\n";

  const auto result = must(client.wait_result(task, {std::chrono::minutes{2}, {}}), "waiting for the result");
  const auto receipt = must(gstd::verify_result(result, module.sha256, gstd::sha256(request.input)), "verifying the result");
  std::cerr << "computed by " << receipt.worker.str() << " with " << receipt.engine << ", " << receipt.fuel_used << " fuel, "
            << gstd::to_string(receipt.outcome) << "\n";
  std::cout << gstd::as_text(result.output);
  return receipt.outcome == gstd::OutcomeKind::completed ? 0 : 1;
}

// A whole network in one process: a real coordinator on an ephemeral port, real workers, a real requester, guests from the tests.
#pragma once

#include <gtest/gtest.h>
#include <gstd/coordinator.hpp>
#include <gstd/worker.hpp>

#include <fstream>
#include <thread>

#include "support/lab.hpp"

namespace gstd::test {

inline const CallOptions kPatient{std::chrono::milliseconds{120'000}, {}};

/// Looks until `condition` holds; the bound is only there so that a failure ends, and far from what a success takes.
template <class Condition>
bool eventually(Condition condition) {
  for (int looks = 0; looks < 12'000; ++looks) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
  return false;
}

inline Bytes guest(const std::string& name) {
  std::ifstream file(GSTD_TEST_GUESTS_DIR "/" + name + ".wasm", std::ios::binary);
  EXPECT_TRUE(file) << name;
  return {std::istreambuf_iterator<char>(file), {}};
}

class Network {
 public:
  /// `tune_clients`: of all clients that are made here, and of workers.
  explicit Network(std::shared_ptr<store::Store> store, const std::function<void(CoordinatorOptions&)>& tune = {},
                   std::function<void(ClientOptions&)> tune_clients = {})
      : tune_clients_(std::move(tune_clients)) {
    options_.store = std::move(store);
    options_.threads = 4;
    options_.difficulty_bits = 4;
    using std::chrono::milliseconds;
    options_.retry.delays = {milliseconds{1}, milliseconds{1}, milliseconds{1}};
    if (tune) tune(options_);
    coordinator.emplace(must(Coordinator::start(options_)));
    const auto port = coordinator->url().substr(coordinator->url().rfind(':') + 1);
    options_.port = static_cast<std::uint16_t>(std::stoul(port));
    requester.emplace(must(Client::create(client_options("requester"))));
    must(requester->register_device());
    must(coordinator->deposit("start", requester->wallet(), kMoney));
  }

  static constexpr Amount kMoney{1'000 * kNanoPerGstd};
  static constexpr Amount kBudget{kNanoPerGstd};

  std::optional<Coordinator> coordinator;
  std::optional<Client> requester;

  /// The coordinator again, at the same address over the same store.
  void restart() { coordinator.emplace(must(Coordinator::start(options_))); }

  ClientOptions client_options(const std::string& name) const {
    ClientOptions options;
    options.url = (options_.tls ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(options_.port);
    options.key = must(SigningKey::from_seed(sha256(as_bytes("key of " + name)).view()));
    options.wallet = must(WalletId::parse("wallet-" + name));
    if (tune_clients_) tune_clients_(options);
    return options;
  }

  WorkerOptions worker_options(const std::string& name, unsigned slots = 1) const {
    WorkerOptions options;
    options.client = client_options(name);
    options.slots = slots;
    options.poll_wait = std::chrono::milliseconds{1'000};
    return options;
  }

  Digest upload(const std::string& name) const { return must(requester->upload_module(guest(name), kPatient)).sha256; }

  TaskId submit(const Digest& module, std::string_view input = {}, const RunLimits& limits = {},
                GuestConvention convention = GuestConvention::wasi) const {
    TaskRequest request;
    request.convention = convention;
    request.module = module;
    request.input = Bytes(input.begin(), input.end());
    request.budget = kBudget;
    request.limits = limits;
    return must(requester->create_task(request, kPatient)).task_id;
  }

  /// The result, verified.
  protocol::TaskResult result(const TaskId& task, const Digest& module, std::string_view input = {},
                              GuestConvention convention = GuestConvention::wasi) const {
    auto result = must(requester->wait_result(task, kPatient));
    must(verify_result(result, module, sha256(as_bytes(input)), convention));
    return result;
  }

  Amount balance_of(const std::string& name) const {
    const auto client = must(Client::create(client_options(name)));
    return must(client.balance(kPatient)).gstd_balance;
  }

  TaskState state_of(const TaskId& task) const { return must(requester->task(task, kPatient)).status; }

 private:
  CoordinatorOptions options_;
  std::function<void(ClientOptions&)> tune_clients_;
};

}  // namespace gstd::test

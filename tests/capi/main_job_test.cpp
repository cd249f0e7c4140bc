// Coordinator, worker and requester in one process, through the C ABI alone.
#include <atomic>
#include <cstring>

#include "handles.hpp"
#include "main_job.hpp"

namespace gstd::capi_test {
namespace {

// Goal:   a task is paid for, run, signed, verified; every party's figures agree.
// Method: one worker with a callback that counts.
TEST_F(MainJob, PaysForAVerifiedResult) {
  if (!kHasEngine) GTEST_SKIP() << "built without an engine";
  const std::string input = "hello";
  const auto id = create(input);
  std::atomic<int> completions{0};
  const WorkerOptionsHandle options{gstd_worker_options_new(options_for(url(), "worker").get())};
  gstd_worker_options_set_callback(
      options.get(),
      [](void* count, std::int32_t event, const char*, std::uint32_t, std::int32_t, std::int64_t, const char*) {
        if (event == GSTD_WORKER_COMPLETED) ++*static_cast<std::atomic<int>*>(count);
      },
      &completions);
  gstd_worker* raw = nullptr;
  gstd_error* error = nullptr;
  expect_ok(gstd_worker_start(options.get(), kTimeoutMs, nullptr, &raw, &error), error);
  const WorkerHandle worker{raw};

  gstd_result* result_raw = nullptr;
  expect_ok(gstd_client_wait_result(client_.get(), gstd_text_get(id.get()), kTimeoutMs, nullptr, &result_raw, &error), error);
  const ResultHandle result{result_raw};
  std::size_t size = 0;
  const std::uint8_t* output = gstd_result_output(result.get(), &size);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(output), size), input);
  EXPECT_STREQ(gstd_result_worker_wallet(result.get()), "worker");
  EXPECT_EQ(gstd_result_attempt(result.get()), 1u);

  std::uint8_t digest[32];
  gstd_sha256(reinterpret_cast<const std::uint8_t*>(input.data()), input.size(), digest);
  expect_ok(gstd_result_verify(result.get(), module_, digest, &error), error);
  digest[0] ^= 1;
  EXPECT_EQ(gstd_result_verify(result.get(), module_, digest, nullptr), GSTD_DATA_LOSS);

  expect_ok(gstd_worker_drain(worker.get(), kTimeoutMs, nullptr, &error), error);
  EXPECT_EQ(gstd_worker_completed(worker.get()), 1u);
  EXPECT_EQ(gstd_worker_earned(worker.get()), kBudget * 95 / 100);
  EXPECT_EQ(completions, 1);
  EXPECT_EQ(state_of(id.get()), GSTD_TASK_COMPLETED);
  EXPECT_EQ(balance(), kGrant - kBudget);
  expect_ok(gstd_coordinator_check_ledger(coordinator_.get(), &error), error);
}

// Goal:   a module is run by the convention that its request names, and its result is verified as that alone.
// Method: a reactor that answers with its input reversed; the verification of a WASI program refuses its receipt.
TEST_F(MainJob, RunsByTheConventionOfTheRequest) {
  if (!kHasEngine) GTEST_SKIP() << "built without an engine";
  const auto wasm = read_guest("reactor_echo");
  gstd_error* error = nullptr;
  expect_ok(gstd_client_upload_module(client_.get(), wasm.data(), wasm.size(), kTimeoutMs, nullptr, module_, &error), error);
  const RequestHandle request{gstd_task_request_new(module_, kBudget)};
  EXPECT_EQ(gstd_task_request_set_convention(request.get(), 3, nullptr), GSTD_INVALID_ARGUMENT);
  EXPECT_EQ(gstd_task_request_set_convention(request.get(), -1, nullptr), GSTD_INVALID_ARGUMENT);
  EXPECT_EQ(gstd_task_request_set_convention(nullptr, 0, nullptr), GSTD_INVALID_ARGUMENT);
  expect_ok(gstd_task_request_set_convention(request.get(), GSTD_CONVENTION_REACTOR, &error), error);
  const std::string input = "abc";
  const auto* data = reinterpret_cast<const std::uint8_t*>(input.data());
  expect_ok(gstd_task_request_set_input(request.get(), data, input.size(), &error), error);
  gstd_text* raw_id = nullptr;
  expect_ok(gstd_client_create_task(client_.get(), request.get(), kTimeoutMs, nullptr, &raw_id, &error), error);
  const TextHandle id{raw_id};

  const WorkerOptionsHandle options{gstd_worker_options_new(options_for(url(), "worker").get())};
  gstd_worker* raw_worker = nullptr;
  expect_ok(gstd_worker_start(options.get(), kTimeoutMs, nullptr, &raw_worker, &error), error);
  const WorkerHandle worker{raw_worker};
  gstd_result* raw_result = nullptr;
  expect_ok(gstd_client_wait_result(client_.get(), gstd_text_get(id.get()), kTimeoutMs, nullptr, &raw_result, &error), error);
  const ResultHandle result{raw_result};
  std::size_t size = 0;
  const std::uint8_t* output = gstd_result_output(result.get(), &size);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(output), size), "cba");

  std::uint8_t digest[32];
  gstd_sha256(data, input.size(), digest);
  expect_ok(gstd_result_verify_convention(result.get(), module_, digest, GSTD_CONVENTION_REACTOR, &error), error);
  EXPECT_EQ(gstd_result_verify_convention(result.get(), module_, digest, GSTD_CONVENTION_ENV, nullptr), GSTD_DATA_LOSS);
  EXPECT_EQ(gstd_result_verify_convention(result.get(), module_, digest, 3, nullptr), GSTD_INVALID_ARGUMENT);
  EXPECT_EQ(gstd_result_verify(result.get(), module_, digest, nullptr), GSTD_DATA_LOSS);
}

// Goal:   a script is a task, too, and its result is verified against this library's engine and its own frame.
// Method: a sum; another script and another input do not verify.
TEST_F(MainJob, RunsAScript) {
  std::size_t engine_size = 0;
  if (!kHasEngine || gstd_javascript_engine(&engine_size) == nullptr) GTEST_SKIP() << "built without an engine";
  EXPECT_GT(engine_size, 0u);
  const std::string script = "input.reduce((a, b) => a + b, 0)";
  const std::string input = "[1,2,3.5]";
  const auto* data = reinterpret_cast<const std::uint8_t*>(input.data());
  EXPECT_EQ(gstd_task_request_new_script(nullptr, 0, kBudget), nullptr);
  const RequestHandle request{gstd_task_request_new_script(script.data(), script.size(), kBudget)};
  gstd_error* error = nullptr;
  expect_ok(gstd_task_request_set_input(request.get(), data, input.size(), &error), error);
  gstd_text* raw_id = nullptr;
  expect_ok(gstd_client_create_task(client_.get(), request.get(), kTimeoutMs, nullptr, &raw_id, &error), error);
  const TextHandle id{raw_id};
  const WorkerOptionsHandle options{gstd_worker_options_new(options_for(url(), "worker").get())};
  gstd_worker* raw_worker = nullptr;
  expect_ok(gstd_worker_start(options.get(), kTimeoutMs, nullptr, &raw_worker, &error), error);
  const WorkerHandle worker{raw_worker};
  gstd_result* raw_result = nullptr;
  expect_ok(gstd_client_wait_result(client_.get(), gstd_text_get(id.get()), kTimeoutMs, nullptr, &raw_result, &error), error);
  const ResultHandle result{raw_result};
  std::size_t size = 0;
  const std::uint8_t* output = gstd_result_output(result.get(), &size);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(output), size), "6.5");
  expect_ok(gstd_result_verify_script(result.get(), script.data(), script.size(), data, input.size(), &error), error);
  EXPECT_EQ(gstd_result_verify_script(result.get(), script.data(), script.size() - 1, data, input.size(), nullptr), GSTD_DATA_LOSS);
  EXPECT_EQ(gstd_result_verify_script(result.get(), script.data(), script.size(), data, 0, nullptr), GSTD_DATA_LOSS);
  EXPECT_EQ(gstd_result_verify_script(result.get(), nullptr, 0, data, 0, nullptr), GSTD_INVALID_ARGUMENT);
}

// Goal:   conventions have the names that the protocol has.
// Method: each number, and one that is none.
TEST(Conventions, HaveTheirNames) {
  EXPECT_STREQ(gstd_convention_name(GSTD_CONVENTION_WASI), "wasi");
  EXPECT_STREQ(gstd_convention_name(GSTD_CONVENTION_ENV), "gstd:env");
  EXPECT_STREQ(gstd_convention_name(GSTD_CONVENTION_REACTOR), "reactor");
  EXPECT_STREQ(gstd_convention_name(3), "unknown");
}

// Goal:   a task that nobody has can be given up, and its money comes back.
// Method: no worker.
TEST_F(MainJob, CancelRefunds) {
  const auto id = create("x");
  EXPECT_EQ(balance(), kGrant - kBudget);
  gstd_error* error = nullptr;
  expect_ok(gstd_client_cancel_task(client_.get(), gstd_text_get(id.get()), kTimeoutMs, nullptr, &error), error);
  EXPECT_EQ(state_of(id.get()), GSTD_TASK_CANCELLED);
  EXPECT_EQ(balance(), kGrant);
}

// Goal:   a wait without a worker ends at its deadline, and what does not exist is not found.
// Method: 100 ms; an invented id.
TEST_F(MainJob, WaitsAndLookupsFailWithTheirStatus) {
  const auto id = create("x");
  gstd_result* result = nullptr;
  EXPECT_EQ(gstd_client_wait_result(client_.get(), gstd_text_get(id.get()), 100, nullptr, &result, nullptr),
            GSTD_DEADLINE_EXCEEDED);
  EXPECT_EQ(gstd_client_wait_result(client_.get(), "no-such-task", kTimeoutMs, nullptr, &result, nullptr), GSTD_NOT_FOUND);
  EXPECT_EQ(result, nullptr);
}

}  // namespace
}  // namespace gstd::capi_test

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

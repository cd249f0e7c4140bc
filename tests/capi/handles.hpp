// Handles that free themselves, and what a test of the C ABI asks of an error.
#pragma once

#include <gstd.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace gstd::capi_test {

template <auto Free>
struct Deleter {
  template <class T>
  void operator()(T* handle) const {
    Free(handle);
  }
};

using ErrorHandle = std::unique_ptr<gstd_error, Deleter<gstd_error_free>>;
using StopHandle = std::unique_ptr<gstd_stop, Deleter<gstd_stop_free>>;
using TextHandle = std::unique_ptr<gstd_text, Deleter<gstd_text_free>>;
using KeyHandle = std::unique_ptr<gstd_key, Deleter<gstd_key_free>>;
using EncryptionKeyHandle = std::unique_ptr<gstd_encryption_key, Deleter<gstd_encryption_key_free>>;
using LimitsHandle = std::unique_ptr<gstd_limits, Deleter<gstd_limits_free>>;
using SandboxHandle = std::unique_ptr<gstd_sandbox, Deleter<gstd_sandbox_free>>;
using ModuleHandle = std::unique_ptr<gstd_module, Deleter<gstd_module_free>>;
using OutcomeHandle = std::unique_ptr<gstd_outcome, Deleter<gstd_outcome_free>>;
using SandboxOptionsHandle = std::unique_ptr<gstd_sandbox_options, Deleter<gstd_sandbox_options_free>>;
using InstanceHandle = std::unique_ptr<gstd_instance, Deleter<gstd_instance_free>>;
using ModuleInfoHandle = std::unique_ptr<gstd_module_info, Deleter<gstd_module_info_free>>;
using PowOptionsHandle = std::unique_ptr<gstd_pow_options, Deleter<gstd_pow_options_free>>;
using SolutionHandle = std::unique_ptr<gstd_solution, Deleter<gstd_solution_free>>;
using ClientOptionsHandle = std::unique_ptr<gstd_client_options, Deleter<gstd_client_options_free>>;
using ClientHandle = std::unique_ptr<gstd_client, Deleter<gstd_client_free>>;
using DevicesHandle = std::unique_ptr<gstd_devices, Deleter<gstd_devices_free>>;
using LoginPayloadHandle = std::unique_ptr<gstd_login_payload, Deleter<gstd_login_payload_free>>;
using WalletProofHandle = std::unique_ptr<gstd_wallet_proof, Deleter<gstd_wallet_proof_free>>;
using SessionHandle = std::unique_ptr<gstd_session, Deleter<gstd_session_free>>;
using RequestHandle = std::unique_ptr<gstd_task_request, Deleter<gstd_task_request_free>>;
using ResultHandle = std::unique_ptr<gstd_result, Deleter<gstd_result_free>>;
using EvidenceHandle = std::unique_ptr<gstd_evidence, Deleter<gstd_evidence_free>>;
using VerdictHandle = std::unique_ptr<gstd_verdict, Deleter<gstd_verdict_free>>;
using WorkerOptionsHandle = std::unique_ptr<gstd_worker_options, Deleter<gstd_worker_options_free>>;
using WorkerHandle = std::unique_ptr<gstd_worker, Deleter<gstd_worker_free>>;
using CoordinatorHandle = std::unique_ptr<gstd_coordinator, Deleter<gstd_coordinator_free>>;

/// Whether the library under test was built with one; asking it would hide an engine that is missing by mistake.
inline constexpr bool kHasEngine = GSTD_TEST_HAS_ENGINE;

inline constexpr std::uint32_t kTimeoutMs = 60'000;

/// Takes the error over, and says it where a call was to succeed.
inline ErrorHandle expect_ok(gstd_status status, gstd_error* error) {
  ErrorHandle held{error};
  EXPECT_EQ(status, GSTD_OK) << gstd_error_message(error);
  return held;
}

/// Takes the error over: its reason, or why this is not the status that was expected.
inline std::string reason_of(gstd_status status, gstd_status expected, gstd_error*& error) {
  const ErrorHandle held{std::exchange(error, nullptr)};
  EXPECT_EQ(status, expected) << (held ? gstd_error_message(held.get()) : "");
  return held ? gstd_error_reason(held.get()) : "no error";
}

inline std::vector<std::uint8_t> read_guest(const std::string& name) {
  std::ifstream file(std::string(GSTD_TEST_GUESTS_DIR) + "/" + name + ".wasm", std::ios::binary);
  EXPECT_TRUE(file.is_open()) << name;
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace gstd::capi_test

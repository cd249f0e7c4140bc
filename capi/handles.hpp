// What stands behind the opaque handles of gstd.h, and the guard that every function with an error goes through.
#pragma once

#include <gstd/client.hpp>
#include <gstd/coordinator.hpp>
#include <gstd/crypto.hpp>
#include <gstd/pow.hpp>
#include <gstd/signer.hpp>
#include <gstd/verify.hpp>
#include <gstd/wasm.hpp>
#include <gstd/worker.hpp>

#include <memory>
#include <new>

#include "gstd.h"

struct gstd_error {
  gstd::Error error;
};

struct gstd_stop {
  std::stop_source source;
};

struct gstd_text {
  std::string text;
};

struct gstd_key {
  gstd::SigningKey key;
};

struct gstd_encryption_key {
  gstd::EncryptionKey key;
};

struct gstd_sign_reply {
  gstd::SignReply reply;
};

struct gstd_limits {
  gstd::RunLimits limits;
};

struct gstd_sandbox {
  std::shared_ptr<gstd::wasm::Sandbox> sandbox;
};

struct gstd_module {
  // Before the module, so that it goes after it: a module must not outlive its sandbox.
  std::shared_ptr<gstd::wasm::Sandbox> sandbox;
  gstd::wasm::Module module;
};

struct gstd_outcome {
  gstd::wasm::Outcome outcome;
};

struct gstd_sandbox_options {
  gstd::wasm::SandboxOptions options;
};

struct gstd_instance {
  // Before the instance, so that it goes after it.
  std::shared_ptr<gstd::wasm::Sandbox> sandbox;
  gstd::wasm::Instance instance;
};

struct gstd_module_info {
  gstd::wasm::ModuleInfo info;
};

struct gstd_pow_options {
  gstd::pow::SolveOptions options;
  gstd::Timestamp expires_at = gstd::Timestamp::max();  // of the challenge, which in C is no handle of its own
};

struct gstd_solution {
  gstd::pow::Solution solution;
};

struct gstd_client_options {
  gstd::ClientOptions options;
};

struct gstd_client {
  gstd::Client client;
};

struct gstd_devices {
  std::vector<gstd::protocol::DeviceView> devices;
};

struct gstd_login_payload {
  gstd::protocol::LoginPayload payload;
};

struct gstd_wallet_proof {
  gstd::protocol::Login login;
};

struct gstd_session {
  gstd::SecretBytes token;  // with the NUL at its end
  gstd::WalletSession session;
};

struct gstd_task_request {
  gstd::TaskRequest request;
};

struct gstd_result {
  gstd::protocol::TaskResult result;
};

struct gstd_evidence {
  std::optional<gstd::Bytes> module;
  std::optional<gstd::Bytes> input;
  std::optional<gstd::Bytes> output;
  std::optional<gstd::PublicKey> key;
  std::optional<gstd::WalletId> worker;
  std::optional<gstd::PublicKey> coordinator_key;
};

struct gstd_verdict {
  gstd::Verdict verdict;
};

struct gstd_worker_options {
  gstd::WorkerOptions options;
};

struct gstd_worker {
  gstd::Worker worker;
};

struct gstd_coordinator_options {
  std::string database;
  std::uint16_t port = 0;
  gstd::net::ServerTls tls;  // no file named: plain HTTP
  std::optional<unsigned> difficulty_bits;
  std::optional<std::chrono::milliseconds> lease_time;
  std::optional<gstd::SigningKey> key;
  gstd::LoginOptions login;
};

struct gstd_coordinator {
  gstd::Coordinator coordinator;
};

namespace gstd::capi {

/// Fills `*out`, where the caller asked for it, and gives the status. Never throws: without memory for the details the status
/// remains.
gstd_status fail(gstd_error** out, Error&& error) noexcept;

/// Runs `body`, which answers Result<void>; whatever it throws ends here.
template <class Body>
gstd_status guarded(gstd_error** error, Body&& body) noexcept {
  try {
    Result<void> done = body();
    if (done) return GSTD_OK;
    return fail(error, std::move(done).error());
  } catch (const std::bad_alloc&) {
    return fail(error, Error{ErrorCode::resource_exhausted, "out of memory", "memory"});
  } catch (const std::exception& thrown) {
    return fail(error, Error{ErrorCode::internal, thrown.what(), "exception"});
  } catch (...) {
    return fail(error, Error{ErrorCode::internal, "unknown exception", "exception"});
  }
}

/// A new handle, or NULL without memory: for the constructors that have no other way to fail.
template <class Handle, class Make>
Handle* make_or_null(Make&& make) noexcept {
  try {
    return new Handle{make()};
  } catch (...) {
    return nullptr;
  }
}

inline Error missing(std::string_view what) { return {ErrorCode::invalid_argument, std::string(what) + " is required", "null"}; }

inline CallOptions call_options(std::uint32_t timeout_ms, const gstd_stop* stop) {
  return {.timeout = std::chrono::milliseconds{timeout_ms}, .stop = stop == nullptr ? std::stop_token{} : stop->source.get_token()};
}

/// The bytes that a caller passed; NULL is fine for none.
inline BytesView bytes(const std::uint8_t* data, std::size_t size) { return data == nullptr ? BytesView{} : BytesView{data, size}; }

/// A digest that a caller passed by pointer. Errors: invalid_argument: NULL.
Result<Digest> digest(const std::uint8_t* data, std::string_view name);

/// Errors: invalid_argument: no GSTD_CONVENTION_ number.
Result<GuestConvention> convention_of(std::int32_t number);

/// Errors: invalid_argument: no GSTD_ISOLATION_ number.
Result<wasm::Isolation> isolation_of(std::int32_t number);

}  // namespace gstd::capi

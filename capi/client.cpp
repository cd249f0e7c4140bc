#include <gstd/wasm.hpp>

#include <algorithm>

#include "handles.hpp"

using namespace gstd::capi;

extern "C" {

gstd_client_options* gstd_client_options_new(const char* url) {
  return make_or_null<gstd_client_options>([url] {
    gstd::ClientOptions options;
    if (url != nullptr) options.url = url;
    return options;
  });
}
void gstd_client_options_set_key(gstd_client_options* options, const gstd_key* key) {
  if (options != nullptr && key != nullptr) options->options.key = key->key;
}
gstd_status gstd_client_options_set_wallet(gstd_client_options* options, const char* wallet, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (options == nullptr || wallet == nullptr) return missing("options and wallet");
    auto id = gstd::WalletId::parse(wallet);
    if (!id) return std::move(id).error();
    options->options.wallet = *std::move(id);
    return {};
  });
}
void gstd_client_options_set_allow_plain_http(gstd_client_options* options, int32_t allow) {
  if (options != nullptr) options->options.allow_plain_http = allow != 0;
}
gstd_status gstd_client_options_set_ca_file(gstd_client_options* options, const char* path, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (options == nullptr || path == nullptr) return missing("options and path");
    options->options.ca_file = path;
    return {};
  });
}
gstd_status gstd_client_options_add_pinned_public_key(gstd_client_options* options, const char* pin, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (options == nullptr || pin == nullptr) return missing("options and pin");
    options->options.pinned_public_keys.emplace_back(pin);
    return {};
  });
}
gstd_status gstd_client_options_set_client_certificate(gstd_client_options* options, const char* certificate_path,
                                                       const char* key_path, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (options == nullptr || certificate_path == nullptr || key_path == nullptr)
      return missing("options, certificate_path and key_path");
    std::string certificate = certificate_path;
    options->options.client_key_file = key_path;
    options->options.client_certificate_file = std::move(certificate);
    return {};
  });
}
void gstd_client_options_free(gstd_client_options* options) { delete options; }

gstd_status gstd_client_new(const gstd_client_options* options, gstd_client** out, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (options == nullptr || out == nullptr) return missing("options and out");
    auto client = gstd::Client::create(options->options);
    if (!client) return std::move(client).error();
    *out = new gstd_client{*std::move(client)};
    return {};
  });
}
void gstd_client_free(gstd_client* client) { delete client; }

gstd_status gstd_client_register_device(gstd_client* client, const char* device_type, uint32_t timeout_ms, const gstd_stop* stop,
                                        gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (client == nullptr || device_type == nullptr) return missing("client and device_type");
    return client->client.register_device(device_type, call_options(timeout_ms, stop));
  });
}

gstd_status gstd_client_upload_module(gstd_client* client, const uint8_t* data, size_t size, uint32_t timeout_ms,
                                      const gstd_stop* stop, uint8_t* sha256, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (client == nullptr || data == nullptr || sha256 == nullptr) return missing("client, data and sha256");
    const auto uploaded = client->client.upload_module(bytes(data, size), call_options(timeout_ms, stop));
    if (!uploaded) return uploaded.error();
    std::ranges::copy(uploaded->sha256.bytes, sha256);
    return {};
  });
}

gstd_task_request* gstd_task_request_new(const uint8_t* module_sha256, int64_t budget_nano) {
  if (module_sha256 == nullptr) return nullptr;
  return make_or_null<gstd_task_request>([&] {
    gstd::TaskRequest request;
    std::copy_n(module_sha256, gstd::Digest::kSize, request.module.bytes.begin());
    request.budget = gstd::Amount{budget_nano};
    return request;
  });
}

gstd_task_request* gstd_task_request_new_script(const char* script, size_t size, int64_t budget_nano) {
  if (script == nullptr) return nullptr;
  return make_or_null<gstd_task_request>([&] {
    gstd::TaskRequest request;
    request.script.assign(script, size);
    request.module = gstd::sha256(gstd::wasm::javascript_engine());
    request.budget = gstd::Amount{budget_nano};
    return request;
  });
}
gstd_status gstd_task_request_set_input(gstd_task_request* request, const uint8_t* data, size_t size, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (request == nullptr || (data == nullptr && size != 0)) return missing("request and data");
    const auto view = bytes(data, size);
    request->request.input.assign(view.begin(), view.end());
    return {};
  });
}
void gstd_task_request_set_limits(gstd_task_request* request, const gstd_limits* limits) {
  if (request != nullptr && limits != nullptr) request->request.limits = limits->limits;
}
void gstd_task_request_set_priority(gstd_task_request* request, int32_t priority) {
  if (request != nullptr) request->request.priority = priority;
}
gstd_status gstd_task_request_set_convention(gstd_task_request* request, int32_t convention, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (request == nullptr) return missing("request");
    const auto known = convention_of(convention);
    if (!known) return known.error();
    request->request.convention = *known;
    return {};
  });
}
gstd_status gstd_task_request_set_idempotency_key(gstd_task_request* request, const char* key, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (request == nullptr || key == nullptr) return missing("request and key");
    request->request.idempotency_key = key;
    return {};
  });
}
void gstd_task_request_set_encrypted(gstd_task_request* request, int32_t encrypted) {
  if (request != nullptr) request->request.encrypted = encrypted != 0;
}

void gstd_task_request_free(gstd_task_request* request) { delete request; }

gstd_status gstd_client_create_task(gstd_client* client, const gstd_task_request* request, uint32_t timeout_ms,
                                    const gstd_stop* stop, gstd_text** task_id, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (client == nullptr || request == nullptr || task_id == nullptr) return missing("client, request and task_id");
    const auto created = client->client.create_task(request->request, call_options(timeout_ms, stop));
    if (!created) return created.error();
    *task_id = new gstd_text{created->task_id.str()};
    return {};
  });
}

gstd_status gstd_client_cancel_task(gstd_client* client, const char* task_id, uint32_t timeout_ms, const gstd_stop* stop,
                                    gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (client == nullptr || task_id == nullptr) return missing("client and task_id");
    const auto id = gstd::TaskId::parse(task_id);
    if (!id) return id.error();
    return client->client.cancel_task(*id, call_options(timeout_ms, stop));
  });
}

const char* gstd_task_state_name(int32_t state) { return gstd::to_string(static_cast<gstd::TaskState>(state)).data(); }

gstd_status gstd_client_task_state(gstd_client* client, const char* task_id, uint32_t timeout_ms, const gstd_stop* stop,
                                   int32_t* state, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (client == nullptr || task_id == nullptr || state == nullptr) return missing("client, task_id and state");
    const auto id = gstd::TaskId::parse(task_id);
    if (!id) return id.error();
    const auto task = client->client.task(*id, call_options(timeout_ms, stop));
    if (!task) return task.error();
    *state = static_cast<int32_t>(task->status);
    return {};
  });
}

gstd_status gstd_client_balance(gstd_client* client, uint32_t timeout_ms, const gstd_stop* stop, int64_t* balance_nano,
                                gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (client == nullptr || balance_nano == nullptr) return missing("client and balance_nano");
    const auto balance = client->client.balance(call_options(timeout_ms, stop));
    if (!balance) return balance.error();
    *balance_nano = balance->gstd_balance.nano;
    return {};
  });
}

gstd_status gstd_client_wait_result(gstd_client* client, const char* task_id, uint32_t timeout_ms, const gstd_stop* stop,
                                    gstd_result** out, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (client == nullptr || task_id == nullptr || out == nullptr) return missing("client, task_id and out");
    const auto id = gstd::TaskId::parse(task_id);
    if (!id) return id.error();
    auto result = client->client.wait_result(*id, call_options(timeout_ms, stop));
    if (!result) return std::move(result).error();
    *out = new gstd_result{*std::move(result)};
    return {};
  });
}

gstd_status gstd_result_verify(const gstd_result* result, const uint8_t* module_sha256, const uint8_t* input_sha256,
                               gstd_error** error) {
  return gstd_result_verify_convention(result, module_sha256, input_sha256, GSTD_CONVENTION_WASI, error);
}

gstd_status gstd_result_verify_convention(const gstd_result* result, const uint8_t* module_sha256, const uint8_t* input_sha256,
                                          int32_t convention, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (result == nullptr) return missing("result");
    const auto known = convention_of(convention);
    if (!known) return known.error();
    const auto module = digest(module_sha256, "module_sha256");
    if (!module) return module.error();
    const auto input = digest(input_sha256, "input_sha256");
    if (!input) return input.error();
    if (auto receipt = gstd::verify_result(result->result, *module, *input, *known); !receipt) return std::move(receipt).error();
    return {};
  });
}

gstd_status gstd_result_verify_script(const gstd_result* result, const char* script, size_t size, const uint8_t* input,
                                      size_t input_size, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (result == nullptr || script == nullptr || (input == nullptr && input_size != 0)) return missing("result, script and input");
    const auto framed = gstd::wasm::javascript_input({script, size}, gstd::as_text(bytes(input, input_size)));
    if (!framed) return framed.error();
    const auto engine = gstd::sha256(gstd::wasm::javascript_engine());
    if (auto receipt = gstd::verify_result(result->result, engine, gstd::sha256(*framed)); !receipt)
      return std::move(receipt).error();
    return {};
  });
}

int32_t gstd_result_outcome(const gstd_result* result) {
  return result == nullptr ? GSTD_OUTCOME_HOST_FAILURE : static_cast<int32_t>(result->result.outcome);
}
int32_t gstd_result_exit_code(const gstd_result* result) { return result == nullptr ? 0 : result->result.exit_code; }
const uint8_t* gstd_result_output(const gstd_result* result, size_t* size) {
  if (size != nullptr) *size = result == nullptr ? 0 : result->result.output.size();
  return result == nullptr ? nullptr : result->result.output.data();
}
uint64_t gstd_result_fuel_used(const gstd_result* result) { return result == nullptr ? 0 : result->result.fuel_used; }
uint32_t gstd_result_attempt(const gstd_result* result) { return result == nullptr ? 0 : result->result.attempt; }
const char* gstd_result_worker_wallet(const gstd_result* result) {
  return result == nullptr ? "" : result->result.worker_wallet.str().c_str();
}
void gstd_result_free(gstd_result* result) { delete result; }

}  // extern "C"

#include <cstring>

#include "handles.hpp"

using namespace gstd::capi;

extern "C" {

const char* gstd_outcome_name(int32_t kind) { return gstd::to_string(static_cast<gstd::OutcomeKind>(kind)).data(); }
const char* gstd_convention_name(int32_t convention) {
  return gstd::to_string(static_cast<gstd::GuestConvention>(convention)).data();
}

gstd_status gstd_sandbox_new(uint32_t slots, uint64_t memory_bytes_max, gstd_sandbox** out, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (out == nullptr) return missing("out");
    auto sandbox = gstd::wasm::Sandbox::create({.slots = slots, .slot_memory_bytes_max = memory_bytes_max});
    if (!sandbox) return std::move(sandbox).error();
    *out = new gstd_sandbox{std::make_shared<gstd::wasm::Sandbox>(*std::move(sandbox))};
    return {};
  });
}

const char* gstd_sandbox_engine(const gstd_sandbox* sandbox) {
  return sandbox == nullptr ? "" : sandbox->sandbox->engine().c_str();
}
void gstd_sandbox_free(gstd_sandbox* sandbox) { delete sandbox; }

gstd_status gstd_module_new(gstd_sandbox* sandbox, const uint8_t* data, size_t size, gstd_module** out, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (sandbox == nullptr || data == nullptr || out == nullptr) return missing("sandbox, data and out");
    auto module = sandbox->sandbox->compile(bytes(data, size));
    if (!module) return std::move(module).error();
    *out = new gstd_module{sandbox->sandbox, *std::move(module)};
    return {};
  });
}
gstd_status gstd_module_new_for(gstd_sandbox* sandbox, const uint8_t* data, size_t size, int32_t convention, uint32_t timeout_ms,
                                const gstd_stop* stop, gstd_module** out, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (sandbox == nullptr || data == nullptr || out == nullptr) return missing("sandbox, data and out");
    const auto known = convention_of(convention);
    if (!known) return known.error();
    auto module = sandbox->sandbox->compile(bytes(data, size), *known, call_options(timeout_ms, stop));
    if (!module) return std::move(module).error();
    *out = new gstd_module{sandbox->sandbox, *std::move(module)};
    return {};
  });
}
void gstd_module_sha256(const gstd_module* module, uint8_t* sha256) {
  if (module != nullptr && sha256 != nullptr) std::memcpy(sha256, module->module.sha256().bytes.data(), gstd::Digest::kSize);
}
int32_t gstd_module_convention(const gstd_module* module) {
  return module == nullptr ? GSTD_CONVENTION_WASI : static_cast<int32_t>(module->module.convention());
}
void gstd_module_free(gstd_module* module) { delete module; }

gstd_status gstd_sandbox_run(gstd_sandbox* sandbox, const gstd_module* module, const uint8_t* input, size_t input_size,
                             const gstd_limits* limits, uint32_t timeout_ms, const gstd_stop* stop, gstd_outcome** out,
                             gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (sandbox == nullptr || module == nullptr || out == nullptr) return missing("sandbox, module and out");
    if (module->sandbox != sandbox->sandbox)
      return gstd::Error{gstd::ErrorCode::invalid_argument, "the module was compiled by another sandbox", "module_foreign"};
    auto outcome = sandbox->sandbox->run(module->module, bytes(input, input_size),
                                         limits == nullptr ? gstd::RunLimits{} : limits->limits, call_options(timeout_ms, stop));
    if (!outcome) return std::move(outcome).error();
    *out = new gstd_outcome{*std::move(outcome)};
    return {};
  });
}

int32_t gstd_outcome_kind(const gstd_outcome* outcome) {
  return outcome == nullptr ? GSTD_OUTCOME_HOST_FAILURE : static_cast<int32_t>(outcome->outcome.kind);
}
int32_t gstd_outcome_exit_code(const gstd_outcome* outcome) { return outcome == nullptr ? 0 : outcome->outcome.exit_code; }
uint64_t gstd_outcome_fuel_used(const gstd_outcome* outcome) { return outcome == nullptr ? 0 : outcome->outcome.fuel_used; }
const uint8_t* gstd_outcome_output(const gstd_outcome* outcome, size_t* size) {
  if (size != nullptr) *size = outcome == nullptr ? 0 : outcome->outcome.output.size();
  return outcome == nullptr ? nullptr : outcome->outcome.output.data();
}
const char* gstd_outcome_log(const gstd_outcome* outcome) { return outcome == nullptr ? "" : outcome->outcome.log.c_str(); }
const char* gstd_outcome_trap(const gstd_outcome* outcome) { return outcome == nullptr ? "" : outcome->outcome.trap.c_str(); }
int32_t gstd_outcome_comparable(const gstd_outcome* outcome) { return outcome != nullptr && outcome->outcome.comparable() ? 1 : 0; }
const char* gstd_outcome_message(const gstd_outcome* outcome) { return outcome == nullptr ? "" : outcome->outcome.message.c_str(); }
const char* gstd_outcome_engine(const gstd_outcome* outcome) { return outcome == nullptr ? "" : outcome->outcome.engine.c_str(); }
uint64_t gstd_outcome_wall_us(const gstd_outcome* outcome) {
  return outcome == nullptr ? 0 : static_cast<uint64_t>(outcome->outcome.wall_time.count());
}
uint64_t gstd_outcome_memory_bytes_peak(const gstd_outcome* outcome) {
  return outcome == nullptr ? 0 : outcome->outcome.memory_bytes_peak;
}
void gstd_outcome_free(gstd_outcome* outcome) { delete outcome; }

}  // extern "C"

// What a sandbox is to be, and reactors' instances.
#include "handles.hpp"

namespace gstd::capi {

Result<wasm::Isolation> isolation_of(std::int32_t number) {
  if (number == GSTD_ISOLATION_THREAD) return wasm::Isolation::thread;
  if (number == GSTD_ISOLATION_PROCESS) return wasm::Isolation::process;
  return Error{ErrorCode::invalid_argument, "isolation must be one of the GSTD_ISOLATION_ numbers", "isolation"};
}

}  // namespace gstd::capi

using namespace gstd::capi;

extern "C" {

gstd_sandbox_options* gstd_sandbox_options_new(void) {
  return make_or_null<gstd_sandbox_options>([] { return gstd::wasm::SandboxOptions{}; });
}
void gstd_sandbox_options_set_slots(gstd_sandbox_options* options, uint32_t slots) {
  if (options != nullptr) options->options.slots = slots;
}
void gstd_sandbox_options_set_memory_bytes_max(gstd_sandbox_options* options, uint64_t bytes) {
  if (options != nullptr) options->options.slot_memory_bytes_max = bytes;
}
gstd_status gstd_sandbox_options_set_isolation(gstd_sandbox_options* options, int32_t isolation, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (options == nullptr) return missing("options");
    const auto known = isolation_of(isolation);
    if (!known) return known.error();
    options->options.isolation = *known;
    return {};
  });
}
gstd_status gstd_sandbox_options_set_runner_program(gstd_sandbox_options* options, const char* path, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (options == nullptr || path == nullptr) return missing("options and path");
    options->options.runner_program = path;
    return {};
  });
}
gstd_status gstd_sandbox_options_set_cache(gstd_sandbox_options* options, const char* directory, uint64_t bytes_max,
                                           gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (options == nullptr || directory == nullptr) return missing("options and directory");
    options->options.cache_directory = directory;
    options->options.cache_bytes_max = bytes_max;
    return {};
  });
}
void gstd_sandbox_options_set_optimize(gstd_sandbox_options* options, int32_t optimize) {
  if (options != nullptr) options->options.optimize = optimize != 0;
}
void gstd_sandbox_options_set_signal_handlers(gstd_sandbox_options* options, int32_t signal_handlers) {
  if (options != nullptr) options->options.signal_handlers = signal_handlers != 0;
}
void gstd_sandbox_options_free(gstd_sandbox_options* options) { delete options; }

gstd_status gstd_sandbox_new_with(const gstd_sandbox_options* options, gstd_sandbox** out, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (out == nullptr) return missing("out");
    auto sandbox = gstd::wasm::Sandbox::create(options == nullptr ? gstd::wasm::SandboxOptions{} : options->options);
    if (!sandbox) return std::move(sandbox).error();
    *out = new gstd_sandbox{std::make_shared<gstd::wasm::Sandbox>(*std::move(sandbox))};
    return {};
  });
}

gstd_status gstd_sandbox_self_test(gstd_sandbox* sandbox, uint32_t timeout_ms, const gstd_stop* stop, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (sandbox == nullptr) return missing("sandbox");
    return sandbox->sandbox->self_test(call_options(timeout_ms, stop));
  });
}

gstd_status gstd_instance_open(gstd_module* module, const gstd_limits* limits, uint32_t timeout_ms, const gstd_stop* stop,
                               gstd_instance** out, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (module == nullptr || out == nullptr) return missing("module and out");
    auto instance = module->sandbox->open(module->module, limits == nullptr ? gstd::RunLimits{} : limits->limits,
                                          call_options(timeout_ms, stop));
    if (!instance) return std::move(instance).error();
    *out = new gstd_instance{module->sandbox, *std::move(instance)};
    return {};
  });
}
gstd_status gstd_instance_call(gstd_instance* instance, const uint8_t* input, size_t size, const gstd_stop* stop,
                               gstd_outcome** out, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (instance == nullptr || out == nullptr) return missing("instance and out");
    auto outcome = instance->instance.call(bytes(input, size), call_options(0, stop));
    if (!outcome) return std::move(outcome).error();
    *out = new gstd_outcome{*std::move(outcome)};
    return {};
  });
}
void gstd_instance_free(gstd_instance* instance) { delete instance; }

}  // extern "C"

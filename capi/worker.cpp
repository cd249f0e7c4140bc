#include "handles.hpp"

using namespace gstd::capi;

extern "C" {

gstd_worker_options* gstd_worker_options_new(const gstd_client_options* client) {
  if (client == nullptr) return nullptr;
  return make_or_null<gstd_worker_options>([client] {
    gstd::WorkerOptions options;
    options.client = client->options;
    return options;
  });
}
void gstd_worker_options_set_slots(gstd_worker_options* options, uint32_t slots) {
  if (options != nullptr) options->options.slots = slots;
}
void gstd_worker_options_set_memory_bytes_max(gstd_worker_options* options, uint64_t bytes) {
  if (options != nullptr) options->options.memory_bytes_max = bytes;
}
void gstd_worker_options_set_pow_threads(gstd_worker_options* options, uint32_t threads) {
  if (options != nullptr) options->options.pow_threads = threads;
}
void gstd_worker_options_set_pow_cpu_share(gstd_worker_options* options, double share) {
  if (options != nullptr) options->options.pow_cpu_share = share;
}
gstd_status gstd_worker_options_set_isolation(gstd_worker_options* options, int32_t isolation, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (options == nullptr) return missing("options");
    const auto known = isolation_of(isolation);
    if (!known) return known.error();
    options->options.isolation = *known;
    return {};
  });
}
gstd_status gstd_worker_options_set_module_cache(gstd_worker_options* options, const char* directory, uint64_t bytes_max,
                                                 gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (options == nullptr || directory == nullptr) return missing("options and directory");
    options->options.module_cache_directory = directory;
    options->options.module_cache_bytes_max = bytes_max;
    return {};
  });
}
void gstd_worker_options_set_callback(gstd_worker_options* options, gstd_worker_callback callback, void* user_data) {
  if (options == nullptr) return;
  if (callback == nullptr) {
    options->options.on_event = {};
    return;
  }
  // Two pointers fit std::function's own storage, so this does not allocate.
  options->options.on_event = [callback, user_data](const gstd::WorkerEvent& event) {
    callback(user_data, static_cast<int32_t>(event.kind), event.task.str().c_str(), event.attempt,
             event.outcome ? static_cast<int32_t>(*event.outcome) : -1, event.earned.nano, event.message.c_str());
  };
}
void gstd_worker_options_free(gstd_worker_options* options) { delete options; }

gstd_status gstd_worker_start(const gstd_worker_options* options, uint32_t timeout_ms, const gstd_stop* stop, gstd_worker** out,
                              gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (options == nullptr || out == nullptr) return missing("options and out");
    auto worker = gstd::Worker::start(options->options, call_options(timeout_ms, stop));
    if (!worker) return std::move(worker).error();
    *out = new gstd_worker{*std::move(worker)};
    return {};
  });
}
void gstd_worker_pause(gstd_worker* worker) {
  if (worker != nullptr) worker->worker.pause();
}
void gstd_worker_resume(gstd_worker* worker) {
  if (worker != nullptr) worker->worker.resume();
}
gstd_status gstd_worker_drain(gstd_worker* worker, uint32_t timeout_ms, const gstd_stop* stop, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (worker == nullptr) return missing("worker");
    return worker->worker.drain(call_options(timeout_ms, stop));
  });
}
void gstd_worker_stop(gstd_worker* worker) {
  if (worker != nullptr) worker->worker.stop();
}
uint64_t gstd_worker_completed(const gstd_worker* worker) { return worker == nullptr ? 0 : worker->worker.stats().completed; }
int64_t gstd_worker_earned(const gstd_worker* worker) { return worker == nullptr ? 0 : worker->worker.stats().earned.nano; }
void gstd_worker_free(gstd_worker* worker) { delete worker; }

}  // extern "C"

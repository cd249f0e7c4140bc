// What a module wants and offers.
#include <cstring>

#include "handles.hpp"

using namespace gstd::capi;

namespace {

const char* text_at(const std::vector<std::string>& texts, std::size_t index) {
  return index < texts.size() ? texts[index].c_str() : nullptr;
}

}  // namespace

extern "C" {

gstd_status gstd_module_inspect(const uint8_t* data, size_t size, gstd_module_info** out, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (data == nullptr || out == nullptr) return missing("data and out");
    auto info = gstd::wasm::inspect(bytes(data, size));
    if (!info) return std::move(info).error();
    *out = new gstd_module_info{*std::move(info)};
    return {};
  });
}
void gstd_module_info_sha256(const gstd_module_info* info, uint8_t* sha256) {
  if (info != nullptr && sha256 != nullptr) std::memcpy(sha256, info->info.sha256.bytes.data(), gstd::Digest::kSize);
}
size_t gstd_module_info_import_count(const gstd_module_info* info) { return info == nullptr ? 0 : info->info.imports.size(); }
const char* gstd_module_info_import(const gstd_module_info* info, size_t index) {
  return info == nullptr ? nullptr : text_at(info->info.imports, index);
}
size_t gstd_module_info_export_count(const gstd_module_info* info) { return info == nullptr ? 0 : info->info.exports.size(); }
const char* gstd_module_info_export(const gstd_module_info* info, size_t index) {
  return info == nullptr ? nullptr : text_at(info->info.exports, index);
}
size_t gstd_module_info_feature_count(const gstd_module_info* info) { return info == nullptr ? 0 : info->info.features.size(); }
const char* gstd_module_info_feature(const gstd_module_info* info, size_t index) {
  return info == nullptr ? nullptr : text_at(info->info.features, index);
}
uint64_t gstd_module_info_memory_pages_min(const gstd_module_info* info) {
  return info == nullptr ? 0 : info->info.memory_pages_min;
}
int64_t gstd_module_info_memory_pages_max(const gstd_module_info* info) {
  return info == nullptr || !info->info.memory_pages_max ? -1 : static_cast<int64_t>(*info->info.memory_pages_max);
}
int32_t gstd_module_info_convention(const gstd_module_info* info) {
  return info == nullptr || !info->info.convention ? -1 : static_cast<int32_t>(*info->info.convention);
}
const char* gstd_module_info_refusal(const gstd_module_info* info) {
  return info == nullptr || !info->info.refusal ? nullptr : info->info.refusal->message.c_str();
}
void gstd_module_info_free(gstd_module_info* info) { delete info; }

}  // extern "C"

#include <gstd/crypto.hpp>

#include "coordinator/find.hpp"
#include "coordinator/handlers.hpp"
#include "coordinator/inspection.hpp"

#include <algorithm>

namespace gstd::coordinator {
namespace {

protocol::ModuleMetadata metadata_of(store::ModuleRecord record, const wasm::ModuleInfo& info) {
  protocol::ModuleMetadata metadata;
  metadata.wasm_id = record.sha256.hex();
  metadata.sha256 = record.sha256;
  metadata.size_bytes = record.size_bytes;
  metadata.created_at = record.uploaded_at;
  metadata.imports = std::move(record.imports);
  metadata.exports = std::move(record.exports);
  metadata.memory_pages = record.memory_pages;
  metadata.memory_pages_max = info.memory_pages_max;
  metadata.features = info.features;
  metadata.convention = info.convention;
  metadata.deterministic = !info.refusal;
  if (info.refusal) {
    metadata.refusal = info.refusal->message;
    metadata.refusal_byte_offset = info.refusal->offset;
  }
  return metadata;
}

// Looked into anew each time: the verdict is that of the profile of today, and reading takes milliseconds. A store that was filled
// by a coordinator without an engine may hold what is no module at all.
protocol::ModuleMetadata metadata_of(StoredModule module) {
  auto info = wasm::inspect(module.content);
  if (info) return metadata_of(std::move(module.record), *info);
  wasm::ModuleInfo unreadable;
  unreadable.refusal = wasm::Refusal{0, info.error().message};
  return metadata_of(std::move(module.record), unreadable);
}

// The type without its parameters, in lower case (RFC 9110 section 8.3.1).
std::string media_type_of(const net::Headers& headers) {
  const auto value = headers.find("Content-Type").value_or("");
  std::string type(value.substr(0, value.find_first_of("; \t")));
  std::ranges::transform(type, type.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return type;
}

// The module's bytes, from the body itself or out of its JSON; `decoded` keeps those.
Result<BytesView> uploaded_bytes(const Call& call, Bytes& decoded) {
  if (media_type_of(call.request().headers) != kJsonType) return as_bytes(call.request().body);
  auto upload = call.body<protocol::UploadModule>();
  if (!upload) return std::move(upload).error();
  decoded = std::move(upload->wasm);
  return BytesView{decoded};
}

}  // namespace

Result<Reply> upload_module(Call& call) {
  Bytes decoded;
  const auto module = uploaded_bytes(call, decoded);
  if (!module) return module.error();
  if (module->size() > wasm::kModuleBytesMax)
    return Error{ErrorCode::resource_exhausted, "the module is longer than " + std::to_string(wasm::kModuleBytesMax) + " bytes",
                 "module_too_long"};
  const auto info = inspect_upload(*module);
  if (!info) return info.error();
  const Digest digest = sha256(*module);
  store::ModuleRecord record;
  auto written = call.write([&](Mutation& mutation) -> Result<void> {
    const store::ModuleRecord uploaded{digest,        module->size(), call.identity->wallet, mutation.now(),
                                       info->imports, info->exports,  info->memory_pages_min};
    if (auto put = mutation.records().put_blob(digest, *module); !put) return put;
    if (auto put = mutation.records().put_module(uploaded); !put) return put;
    auto stored = find_module(mutation.records(), digest);
    if (!stored) return std::move(stored).error();
    record = *std::move(stored);
    return {};
  });
  if (!written) return std::move(written).error();
  return json_reply(metadata_of(std::move(record), *info));
}

Result<Reply> get_module_metadata(Call& call) {
  auto digest = module_digest_of(call);
  if (!digest) return std::move(digest).error();
  auto module = stored_module(call, *digest);
  if (!module) return std::move(module).error();
  return json_reply(metadata_of(*std::move(module)));
}

Result<Reply> download_module(Call& call) {
  auto digest = module_digest_of(call);
  if (!digest) return std::move(digest).error();
  auto module = stored_module(call, *digest);
  if (!module) return std::move(module).error();
  return Reply{200, kWasmType, std::string(as_text(module->content)), false, {}};
}

}  // namespace gstd::coordinator

#include <gstd/crypto.hpp>
#include <gstd/wasm.hpp>

#include "coordinator/find.hpp"
#include "coordinator/handlers.hpp"

namespace gstd::coordinator {
namespace {

protocol::ModuleMetadata metadata_of(store::ModuleRecord record) {
  protocol::ModuleMetadata metadata;
  metadata.wasm_id = record.sha256.hex();
  metadata.sha256 = record.sha256;
  metadata.size_bytes = record.size_bytes;
  metadata.created_at = record.uploaded_at;
  metadata.imports = std::move(record.imports);
  metadata.exports = std::move(record.exports);
  metadata.memory_pages = record.memory_pages;
  return metadata;
}

Result<Digest> digest_of(const Call& call) {
  auto digest = Digest::parse_hex(call.path_argument);
  if (!digest) return Error{ErrorCode::invalid_argument, "the module is named by its SHA-256: " + digest.error().message, "field"};
  return digest;
}

Result<store::ModuleRecord> record_of(Call& call, const Digest& digest) {
  store::ModuleRecord record;
  auto read = call.services().read([&](store::Transaction& records) -> Result<void> {
    auto found = find_module(records, digest);
    if (!found) return std::move(found).error();
    record = *std::move(found);
    return {};
  });
  if (!read) return std::move(read).error();
  return record;
}

}  // namespace

Result<Reply> upload_module(Call& call) {
  const BytesView module = as_bytes(call.request().body);
  if (module.size() > wasm::kModuleBytesMax)
    return Error{ErrorCode::resource_exhausted, "the module is longer than " + std::to_string(wasm::kModuleBytesMax) + " bytes",
                 "module_too_long"};
  const Digest digest = sha256(module);
  auto found = record_of(call, digest);
  if (!found && found.error().code != ErrorCode::not_found) return std::move(found).error();
  if (!found) {  // one that is here was looked into when it came
    auto info = call.services().inspector().inspect(module);
    if (!info) return std::move(info).error();
    found =
        store::ModuleRecord{digest, module.size(), call.identity->wallet, {}, info->imports, info->exports, info->memory_pages_min};
  }
  store::ModuleRecord record;
  auto written = call.write([&](Mutation& mutation) -> Result<void> {
    record = *found;
    record.uploaded_at = mutation.now();
    if (auto put = mutation.records().put_blob(digest, module); !put) return put;
    if (auto put = mutation.records().put_module(record); !put) return put;
    auto stored = find_module(mutation.records(), digest);
    if (!stored) return std::move(stored).error();
    record = *std::move(stored);
    return {};
  });
  if (!written) return std::move(written).error();
  return json_reply(metadata_of(std::move(record)));
}

Result<Reply> get_module_metadata(Call& call) {
  auto digest = digest_of(call);
  if (!digest) return std::move(digest).error();
  auto record = record_of(call, *digest);
  if (!record) return std::move(record).error();
  return json_reply(metadata_of(*std::move(record)));
}

Result<Reply> download_module(Call& call) {
  auto digest = digest_of(call);
  if (!digest) return std::move(digest).error();
  std::string content;
  auto read = call.services().read([&](store::Transaction& records) -> Result<void> {
    if (auto record = find_module(records, *digest); !record) return std::move(record).error();
    auto found = find_blob(records, *digest);
    if (!found) return std::move(found).error();
    content = as_text(*found);
    return {};
  });
  if (!read) return std::move(read).error();
  return Reply{200, kWasmType, std::move(content), false, {}};
}

}  // namespace gstd::coordinator

#include <gstd/crypto.hpp>
#include <gstd/wasm.hpp>

#include "coordinator/find.hpp"
#include "coordinator/handlers.hpp"

namespace gstd::coordinator {
namespace {

protocol::ModuleMetadata metadata_of(const store::ModuleRecord& record, wasm::ModuleInfo info) {
  protocol::ModuleMetadata metadata;
  metadata.wasm_id = record.sha256.hex();
  metadata.sha256 = record.sha256;
  metadata.size_bytes = record.size_bytes;
  metadata.created_at = record.uploaded_at;
  metadata.imports = std::move(info.imports);
  metadata.exports = std::move(info.exports);
  metadata.memory_pages = info.memory_pages_min;
  return metadata;
}

struct Found {
  store::ModuleRecord record;
  Bytes content;
};

Result<Found> find_module_of(Call& call) {
  auto digest = Digest::parse_hex(call.path_argument);
  if (!digest) return Error{ErrorCode::invalid_argument, "the module is named by its SHA-256: " + digest.error().message, "field"};
  Found found;
  auto read = call.services().read([&](store::Transaction& records) -> Result<void> {
    auto record = find_module(records, *digest);
    if (!record) return std::move(record).error();
    auto content = find_blob(records, *digest);
    if (!content) return std::move(content).error();
    found = {*std::move(record), *std::move(content)};
    return {};
  });
  if (!read) return std::move(read).error();
  return found;
}

}  // namespace

Result<Reply> upload_module(Call& call) {
  const BytesView module = as_bytes(call.request().body);
  if (module.size() > wasm::kModuleBytesMax)
    return Error{ErrorCode::resource_exhausted, "the module is longer than " + std::to_string(wasm::kModuleBytesMax) + " bytes",
                 "module_too_long"};
  const Digest digest = sha256(module);
  auto info = call.services().modules().look_into(digest, module);
  if (!info) return std::move(info).error();
  store::ModuleRecord record;
  auto written = call.write([&](Mutation& mutation) -> Result<void> {
    if (auto put = mutation.records().put_blob(digest, module); !put) return put;
    if (auto put = mutation.records().put_module({digest, module.size(), call.identity->wallet, mutation.now()}); !put) return put;
    auto stored = find_module(mutation.records(), digest);
    if (!stored) return std::move(stored).error();
    record = *std::move(stored);
    return {};
  });
  if (!written) return std::move(written).error();
  return json_reply(metadata_of(record, *std::move(info)));
}

Result<Reply> get_module_metadata(Call& call) {
  auto found = find_module_of(call);
  if (!found) return std::move(found).error();
  auto info = call.services().modules().look_into(found->record.sha256, found->content);
  if (!info) return std::move(info).error();
  return json_reply(metadata_of(found->record, *std::move(info)));
}

Result<Reply> download_module(Call& call) {
  auto found = find_module_of(call);
  if (!found) return std::move(found).error();
  return Reply{200, kWasmType, std::string(as_text(found->content)), false, {}};
}

}  // namespace gstd::coordinator

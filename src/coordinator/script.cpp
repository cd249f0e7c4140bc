#include "coordinator/script.hpp"

#include <gstd/crypto.hpp>
#include <gstd/wasm.hpp>

#include "coordinator/inspection.hpp"

namespace gstd::coordinator {
namespace {

// The wire must take what the engine takes, and no more.
static_assert(protocol::kScriptBytesMax == wasm::kJavascriptBytesMax);
static_assert(protocol::kInputBytesMax == wasm::kJavascriptInputBytesMax);

Error refusal(std::string message) { return {ErrorCode::invalid_argument, std::move(message), "script"}; }

std::string_view input_of(const protocol::CreateTask& request) {
  return request.payload.empty() ? as_text(request.input) : request.payload;
}

// The engine would judge it, too, but only once the task is paid for.
Result<void> check_input(std::string_view input) {
  if (input.empty()) return {};
  if (auto checked = protocol::check_json(input); !checked)
    return refusal("the input of a script is JSON: " + checked.error().message);
  return {};
}

}  // namespace

Result<void> expand_script(protocol::CreateTask& request) {
  if (!request.script) return {};
  // It would be there to read. Who has it inside of the sealed input sends none.
  if (request.encryption)
    return Error{
        ErrorCode::invalid_argument,
        "the script of an encrypted task is part of its sealed input; frame it there, name the engine in module_sha256, and "
        "leave `script` out",
        "encryption"};
  if (request.type != protocol::kScriptTaskType)
    return refusal("a task with a script has the type " + std::string(protocol::kScriptTaskType));
  if (request.convention != GuestConvention::wasi) return refusal("a script runs by the convention wasi; leave the convention out");
  const std::string_view input = input_of(request);
  if (auto checked = check_input(input); !checked) return checked;
  auto framed = wasm::javascript_input(*request.script, input);
  if (!framed) return std::move(framed).error();
  request.input = *std::move(framed);
  request.payload.clear();
  request.script.reset();
  if (!request.module_sha256) request.module_sha256 = script_engine();
  return {};
}

const Digest& script_engine() {
  static const Digest digest = sha256(wasm::javascript_engine());
  return digest;
}

Result<store::ModuleRecord> script_engine_record() {
  auto info = inspect_upload(wasm::javascript_engine());
  if (!info) return std::move(info).error();
  store::ModuleRecord record;
  record.sha256 = script_engine();
  record.size_bytes = wasm::javascript_engine().size();
  record.imports = std::move(info->imports);
  record.exports = std::move(info->exports);
  record.memory_pages = info->memory_pages_min;
  return record;
}

}  // namespace gstd::coordinator

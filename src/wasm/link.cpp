#include "wasm/link.hpp"

#include "wasm/env.hpp"
#include "wasm/printable.hpp"
#include "wasm/wasi.hpp"

namespace gstd::wasm {
namespace {

struct ValueKind {
  char letter;
  wasm_valkind_t kind;
};

constexpr std::array kValueKinds{ValueKind{'i', WASM_I32}, ValueKind{'I', WASM_I64}, ValueKind{'f', WASM_F32},
                                 ValueKind{'d', WASM_F64}};

bool is_of(char letter, const wasm_valtype_t* type) {
  for (const auto& entry : kValueKinds)
    if (entry.letter == letter) return wasm_valtype_kind(type) == entry.kind;
  return false;
}

bool has_type(const HostFunction& function, const wasm_functype_t& type) {
  const wasm_valtype_vec_t* parameters = wasm_functype_params(&type);
  const wasm_valtype_vec_t* results = wasm_functype_results(&type);
  if (parameters->size != function.parameters.size() || results->size != (function.result != 0 ? 1u : 0u)) return false;
  for (std::size_t i = 0; i < parameters->size; ++i)
    if (!is_of(function.parameters[i], parameters->data[i])) return false;
  return function.result == 0 || is_of(function.result, results->data[0]);
}

bool has_no_fuel(wasmtime_context_t* context, const StoreData& data) {
  if (!data.fuel) return false;
  wasmtime_val_t value;
  wasmtime_global_get(context, &*data.fuel, &value);
  return value.of.i64 < 0;
}

// Called by the engine, on the guest's thread. Must not let an exception into the engine's frames.
wasm_trap_t* call_host(void* env, wasmtime_caller_t* caller, wasmtime_val_raw_t* values, std::size_t) {
  const auto& function = *static_cast<const HostFunction*>(env);
  wasmtime_context_t* context = wasmtime_caller_context(caller);
  auto& data = *static_cast<StoreData*>(wasmtime_context_get_data(context));
  constexpr std::string_view kReason = "ended by the host";
  // A guest that does nothing but call the host is ended here.
  data.world.interrupted = data.world.interruption.requested().has_value();
  if (data.world.interrupted || has_no_fuel(context, data)) return wasmtime_trap_new(kReason.data(), kReason.size());
  // Anew for each call: a guest's growth may have changed it.
  if (data.memory)
    data.world.memory.bytes = {wasmtime_memory_data(context, &*data.memory), wasmtime_memory_data_size(context, &*data.memory)};

  std::array<std::uint64_t, kHostParametersMax> arguments{};
  for (std::size_t i = 0; i < function.parameters.size(); ++i) {
    const char letter = function.parameters[i];
    const bool wide = letter == 'I' || letter == 'd';
    arguments[i] = wide ? static_cast<std::uint64_t>(values[i].i64) : static_cast<std::uint32_t>(values[i].i32);
  }
  Answer answer;
  try {
    answer = function.call(data.world, arguments.data());
  } catch (...) {  // out of memory, while output or log grow
    data.world.host_failed = true;
    answer = Answer::end_of_run();
  }
  if (answer.ends_run) {
    return wasmtime_trap_new(kReason.data(), kReason.size());
  }
  if (function.result != 0) values[0].i64 = static_cast<std::int64_t>(answer.value);
  return nullptr;
}

class Imports {
 public:
  explicit Imports(const wasmtime_module_t& module) { wasmtime_module_imports(&module, &list_); }
  ~Imports() { wasm_importtype_vec_delete(&list_); }
  Imports(const Imports&) = delete;
  Imports& operator=(const Imports&) = delete;
  std::span<wasm_importtype_t* const> all() const { return {list_.data, list_.size}; }

 private:
  wasm_importtype_vec_t list_;
};

std::string_view text_of(const wasm_name_t* name) { return {name->data, name->size}; }

const HostFunction* find(GuestConvention convention, const wasm_importtype_t& import) {
  const wasm_externtype_t* type = wasm_importtype_type(&import);
  if (wasm_externtype_kind(type) != WASM_EXTERN_FUNC) return nullptr;
  for (const auto& function : host_functions(convention))
    if (function.module == text_of(wasm_importtype_module(&import)) && function.name == text_of(wasm_importtype_name(&import)) &&
        has_type(function, *wasm_externtype_as_functype_const(type)))
      return &function;
  return nullptr;
}

Error refusal(std::string message) { return {ErrorCode::invalid_argument, std::move(message), "module_invalid"}; }

}  // namespace

std::span<const HostFunction> host_functions(GuestConvention convention) noexcept {
  return convention == GuestConvention::env ? env_functions() : wasi_functions();
}

char type_letter(wasm_valkind_t kind) noexcept {
  for (const auto& entry : kValueKinds)
    if (entry.kind == kind) return entry.letter;
  return 0;
}

Result<InstancePreHandle> link(const Engine& engine, const wasmtime_module_t& module, GuestConvention convention) {
  const LinkerHandle linker{wasmtime_linker_new(engine.handle.get())};
  // A module may import one function many times; the linker's later definition is the same one.
  wasmtime_linker_allow_shadowing(linker.get(), true);
  const Imports imports{module};
  for (const auto* import : imports.all()) {
    const std::string_view from = text_of(wasm_importtype_module(import));
    const std::string_view name = text_of(wasm_importtype_name(import));
    const auto* function = find(convention, *import);
    if (!function)
      return refusal("the module imports " + quoted(name) + " from " + quoted(from) + ", which guests of convention " +
                     std::string(to_string(convention)) + " are not offered in that form");
    const ErrorHandle error{wasmtime_linker_define_func_unchecked(linker.get(), from.data(), from.size(), name.data(), name.size(),
                                                                  wasm_externtype_as_functype_const(wasm_importtype_type(import)),
                                                                  call_host, const_cast<HostFunction*>(function), nullptr)};
    if (error) return Error{ErrorCode::internal, "cannot link the host functions: " + describe(*error), {}};
  }
  wasmtime_instance_pre_t* instance = nullptr;
  if (const ErrorHandle error{wasmtime_linker_instantiate_pre(linker.get(), &module, &instance)})
    return refusal("the module's imports do not fit the host's functions: " + describe(*error));
  return InstancePreHandle{instance};
}

}  // namespace gstd::wasm

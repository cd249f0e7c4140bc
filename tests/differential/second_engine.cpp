#include "second_engine.hpp"

#include <algorithm>

#include <wabt/binary-reader.h>
#include <wabt/error.h>
#include <wabt/interp/binary-reader-interp.h>
#include <wabt/interp/interp.h>

#include "second_env.hpp"
#include "second_wasi.hpp"

namespace second_engine {
namespace {

namespace interp = wabt::interp;

constexpr std::uint64_t kPageBytes = 65536;

char letter_of(wabt::Type type) {
  return type == wabt::Type::I32 ? 'i' : type == wabt::Type::I64 ? 'I' : type == wabt::Type::F32 ? 'f' : 'd';
}

EnvValue value_of(wabt::Type type, const interp::Value& value) {
  const bool wide = type == wabt::Type::I64 || type == wabt::Type::F64;
  return {letter_of(type), wide ? value.Get<std::uint64_t>() : value.Get<std::uint32_t>()};
}

interp::Value value_of(const EnvValue& value) {
  interp::Value out{};
  if (value.type == 'i' || value.type == 'f') {
    out.Set(static_cast<std::uint32_t>(value.bits));
  } else {
    out.Set(value.bits);
  }
  return out;
}

// Where a guest names bytes that its memory does not have: an access out of bounds like any other.
constexpr const char* kBadRegion = "out of bounds memory access: of the host's";

// What the sandbox's profile has on and wabt's defaults have not.
wabt::Features features() {
  wabt::Features features;
  features.enable_tail_call();
  features.enable_extended_const();
  return features;
}

// The interpreter knows no limits but the module's own, so that the task's become those.
void lower(wabt::Limits& limits, std::uint64_t max) {
  limits.max = limits.has_max ? std::min<std::uint64_t>(limits.max, max) : max;
  limits.has_max = true;
}

class Run {
 public:
  explicit Run(const Task& task) : task_(task), store_(features()), world_(task) {}

  Answer finish() {
    Answer answer;
    interp::ModuleDesc description;
    wabt::Errors errors;
    const wabt::ReadBinaryOptions options{features(), nullptr, false, true, false};
    if (wabt::Failed(interp::ReadBinaryInterp("guest", task_.module.data(), task_.module.size(), options, &errors, &description))) {
      answer.trap = errors.empty() ? "not a module" : errors.front().message;
      return answer;
    }
    for (auto& memory : description.memories) lower(memory.type.limits, task_.memory_bytes_max / kPageBytes);
    for (auto& table : description.tables) lower(table.type.limits, task_.table_elements_max);
    const auto module = interp::Module::New(store_, std::move(description));
    const auto imports = bind(*module);
    interp::Trap::Ptr trap;
    const auto instance = interp::Instance::Instantiate(store_, module.ref(), imports, &trap);
    if (instance) {
      memory_ = exported<interp::Memory>(*module, *instance, "memory");
      switch (task_.convention) {
        case Convention::program:
          call(*module, *instance, "_start", {}, trap);
          break;
        case Convention::reactor:
          call_reactor(*module, *instance, trap);
          break;
        case Convention::env:
          call_main(*module, *instance, trap);
          break;
      }
    }
    return conclude(trap);
  }

 private:
  interp::RefVec bind(const interp::Module& module) {
    interp::RefVec imports;
    for (const auto& import : module.import_types()) {
      if (import.type->kind != interp::ExternKind::Func) {
        imports.push_back(interp::Ref::Null);
        continue;
      }
      const auto& type = *wabt::cast<interp::FuncType>(import.type.get());
      const std::string name = import.name;
      const bool is_env = import.type->kind == interp::ExternKind::Func && import.module == "env";
      const auto host = [this, name, type, is_env](interp::Thread& thread, const interp::Values& parameters,
                                                   interp::Values& results, interp::Trap::Ptr* trap) {
        return is_env ? call_env_host(name, type, parameters, results, trap)
                      : call_host(thread, name, type, parameters, results, trap);
      };
      imports.push_back(interp::HostFunc::New(store_, type, host).ref());
    }
    return imports;
  }

  wabt::Result call_host(interp::Thread& thread, const std::string& name, const interp::FuncType& type,
                         const interp::Values& parameters, interp::Values& results, interp::Trap::Ptr* trap) {
    Arguments arguments;
    for (std::size_t i = 0; i < parameters.size(); ++i)
      arguments.push_back(type.params[i] == wabt::Type::I64 ? parameters[i].Get<std::uint64_t>()
                                                            : parameters[i].Get<std::uint32_t>());
    // The guest's start function may call before the instance is known to us; then its memory is its first.
    auto memory = memory_;
    if (!memory && thread.GetCallerInstance() && !thread.GetCallerInstance()->memories().empty())
      memory = store_.UnsafeGet<interp::Memory>(thread.GetCallerInstance()->memories()[0]);
    const GuestMemory view{memory ? memory->UnsafeData() : nullptr, memory ? memory->ByteSize() : 0};
    // The platform's stubs say that they succeeded, and do nothing.
    const bool is_stub = task_.convention == Convention::env && name != "proc_exit";
    const std::uint32_t error = is_stub ? 0 : call_wasi(world_, name, view, arguments);
    if (world_.end) {
      *trap = interp::Trap::New(store_, "ended by the host");
      return wabt::Result::Error;
    }
    if (!type.results.empty()) results[0] = interp::Value::Make(error);
    return wabt::Result::Ok;
  }

  wabt::Result call_env_host(const std::string& name, const interp::FuncType& type, const interp::Values& parameters,
                             interp::Values& results, interp::Trap::Ptr* trap) {
    std::vector<EnvValue> arguments;
    for (std::size_t i = 0; i < parameters.size(); ++i) arguments.push_back(value_of(type.params[i], parameters[i]));
    EnvValue result;
    if (!type.results.empty()) result.type = letter_of(type.results[0]);
    const GuestMemory view{memory_ ? memory_->UnsafeData() : nullptr, memory_ ? memory_->ByteSize() : 0};
    if (!call_env(world_, env_, name, view, arguments, result)) {
      *trap = interp::Trap::New(store_, kBadRegion);
      return wabt::Result::Error;
    }
    if (!type.results.empty()) results[0] = value_of(result);
    return wabt::Result::Ok;
  }

  void call_main(const interp::Module& module, const interp::Instance& instance, interp::Trap::Ptr& trap) {
    const auto main = exported<interp::Func>(module, instance, "main");
    const interp::Values results = call(module, instance, "main", {}, trap);
    if (trap || world_.end) return;
    EnvValue value;
    if (!results.empty()) value = value_of(main->type().results[0], results[0]);
    world_.output = env_output(env_, value);
    if (world_.output.size() > task_.output_bytes_max) world_.end = End::output_limit;
  }

  template <class T>
  typename T::Ptr exported(const interp::Module& module, const interp::Instance& instance, const std::string& name) {
    const auto& types = module.export_types();
    for (std::size_t i = 0; i < types.size(); ++i)
      if (types[i].name == name && store_.Is<T>(instance.exports()[i])) return store_.UnsafeGet<T>(instance.exports()[i]);
    return {};
  }

  // The results; none after a trap.
  interp::Values call(const interp::Module& module, const interp::Instance& instance, const std::string& name,
                      const interp::Values& arguments, interp::Trap::Ptr& trap) {
    const auto function = exported<interp::Func>(module, instance, name);
    interp::Values results;
    if (function) {
      function->Call(store_, arguments, results, &trap);
    } else {
      trap = interp::Trap::New(store_, "no " + name);
    }
    return results;
  }

  // alloc(length) says where the input goes, run(where, length) where the output is: address in the upper half, length in the
  // lower.
  void call_reactor(const interp::Module& module, const interp::Instance& instance, interp::Trap::Ptr& trap) {
    if (exported<interp::Func>(module, instance, "_initialize")) call(module, instance, "_initialize", {}, trap);
    const auto length = static_cast<std::uint32_t>(task_.input.size());
    interp::Values answer;
    if (!trap) answer = call(module, instance, "alloc", {interp::Value::Make(length)}, trap);
    if (trap) return;
    const auto at = answer[0].Get<std::uint32_t>();
    const GuestMemory before{memory_->UnsafeData(), memory_->ByteSize()};
    if (!before.holds(at, length)) {
      trap = interp::Trap::New(store_, kBadRegion);
      return;
    }
    std::copy(task_.input.begin(), task_.input.end(), before.data + at);
    answer = call(module, instance, "run", {interp::Value::Make(at), interp::Value::Make(length)}, trap);
    if (trap) return;
    const auto region = answer[0].Get<std::uint64_t>();
    const GuestMemory after{memory_->UnsafeData(), memory_->ByteSize()};
    if (!after.holds(region >> 32, region & 0xffffffff)) {
      trap = interp::Trap::New(store_, kBadRegion);
    } else if ((region & 0xffffffff) > task_.output_bytes_max) {
      world_.end = End::output_limit;
    } else {
      world_.output.assign(reinterpret_cast<const char*>(after.data) + (region >> 32), region & 0xffffffff);
    }
  }

  Answer conclude(const interp::Trap::Ptr& trap) {
    Answer answer;
    answer.output = std::move(world_.output);
    answer.log = std::move(world_.log);
    if (world_.end) {
      answer.end = *world_.end;
      answer.exit_code = world_.exit_code;
    } else if (trap) {
      answer.end = End::trapped;
      answer.trap = trap->message();
    } else {
      answer.end = End::returned;
    }
    return answer;
  }

  const Task& task_;
  interp::Store store_;
  World world_;
  EnvState env_;
  interp::Memory::Ptr memory_;
};

}  // namespace

Answer run(const Task& task) { return Run{task}.finish(); }

}  // namespace second_engine

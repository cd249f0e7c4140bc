#include "second_engine.hpp"

#include <algorithm>

#include <wabt/binary-reader.h>
#include <wabt/error.h>
#include <wabt/interp/binary-reader-interp.h>
#include <wabt/interp/interp.h>

#include "second_wasi.hpp"

namespace second_engine {
namespace {

namespace interp = wabt::interp;

constexpr std::uint64_t kPageBytes = 65536;

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
      call_start(*module, *instance, trap);
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
      const auto host = [this, name, type](interp::Thread& thread, const interp::Values& parameters, interp::Values& results,
                                           interp::Trap::Ptr* trap) { return call(thread, name, type, parameters, results, trap); };
      imports.push_back(interp::HostFunc::New(store_, type, host).ref());
    }
    return imports;
  }

  wabt::Result call(interp::Thread& thread, const std::string& name, const interp::FuncType& type, const interp::Values& parameters,
                    interp::Values& results, interp::Trap::Ptr* trap) {
    Arguments arguments;
    for (std::size_t i = 0; i < parameters.size(); ++i)
      arguments.push_back(type.params[i] == wabt::Type::I64 ? parameters[i].Get<std::uint64_t>()
                                                            : parameters[i].Get<std::uint32_t>());
    // The guest's start function may call before the instance is known to us; then its memory is its first.
    auto memory = memory_;
    if (!memory && thread.GetCallerInstance() && !thread.GetCallerInstance()->memories().empty())
      memory = store_.UnsafeGet<interp::Memory>(thread.GetCallerInstance()->memories()[0]);
    const GuestMemory view{memory ? memory->UnsafeData() : nullptr, memory ? memory->ByteSize() : 0};
    const std::uint32_t error = call_wasi(world_, name, view, arguments);
    if (world_.end) {
      *trap = interp::Trap::New(store_, "ended by the host");
      return wabt::Result::Error;
    }
    if (!type.results.empty()) results[0] = interp::Value::Make(error);
    return wabt::Result::Ok;
  }

  template <class T>
  typename T::Ptr exported(const interp::Module& module, const interp::Instance& instance, const std::string& name) {
    const auto& types = module.export_types();
    for (std::size_t i = 0; i < types.size(); ++i)
      if (types[i].name == name && store_.Is<T>(instance.exports()[i])) return store_.UnsafeGet<T>(instance.exports()[i]);
    return {};
  }

  void call_start(const interp::Module& module, const interp::Instance& instance, interp::Trap::Ptr& trap) {
    const auto start = exported<interp::Func>(module, instance, "_start");
    if (!start) {
      trap = interp::Trap::New(store_, "no _start");
      return;
    }
    interp::Values results;
    start->Call(store_, {}, results, &trap);
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
  interp::Memory::Ptr memory_;
};

}  // namespace

Answer run(const Task& task) { return Run{task}.finish(); }

}  // namespace second_engine

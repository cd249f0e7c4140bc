// What a slot keeps of the machine's memory after its guests are gone, and while an instance waits for its next call.
#include <fstream>

#include "wasm/support.hpp"

namespace gstd::bench {
namespace {

constexpr unsigned kSlots = 64;

// Kilobytes that this process alone answers for.
double proportional_kib() {
  std::ifstream file{"/proc/self/smaps_rollup"};
  for (std::string word; file >> word;)
    if (double kib = 0; word == "Pss:" && file >> kib) return kib;
  return 0;
}

struct Figures {
  double before, open, idle;
};

// All slots at once run a guest that writes to a megabyte of its memory.
Result<Figures> use_slots(unsigned slots, const Bytes& bytes) {
  Figures figures{};
  figures.before = proportional_kib();
  auto sandbox = wasm::Sandbox::create({.slots = slots});
  if (!sandbox) return sandbox.error();
  const auto module = sandbox->compile(bytes, GuestConvention::reactor);
  if (!module) return module.error();
  std::vector<wasm::Instance> instances;
  for (unsigned i = 0; i < slots; ++i) {
    auto instance = sandbox->open(*module, RunLimits{});
    if (!instance) return instance.error();
    if (auto outcome = instance->call(Bytes(1u << 20, 'x')); !outcome) return outcome.error();
    instances.push_back(*std::move(instance));
  }
  figures.open = proportional_kib();
  instances.clear();
  figures.idle = proportional_kib();
  return figures;
}

// The difference of many slots and one: what the engine takes once does not count.
void idle_slots(benchmark::State& state) {
  const Bytes module = read_guest("keeper");
  for (auto _ : state) {
    if (!check(state, use_slots(1, module))) return;
    const auto one = use_slots(1, module), many = use_slots(kSlots, module);
    if (!check(state, one) || !check(state, many)) return;
    constexpr double kMore = kSlots - 1;
    constexpr double kTouchedKib = 1024;
    state.counters["idle_kib"] = ((many->idle - many->before) - (one->idle - one->before)) / kMore;
    state.counters["open_kib"] = ((many->open - many->before) - (one->open - one->before)) / kMore - kTouchedKib;
  }
}

}  // namespace

void register_idle_memory() { once(benchmark::RegisterBenchmark("idle_slots", idle_slots)); }

}  // namespace gstd::bench

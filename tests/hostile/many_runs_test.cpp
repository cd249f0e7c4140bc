#include <thread>

#include "hostile/hostile_fixture.hpp"

namespace gstd::wasm {
namespace {

constexpr int kRuns = 10'000;
constexpr int kThreads = 8;

// What must be the same whenever and wherever a guest runs.
struct Seen {
  OutcomeKind kind;
  std::int32_t exit_code;
  std::string trap;
  Bytes output;
  std::string log;
  std::uint64_t fuel_used;
  std::uint64_t memory_bytes_peak;

  explicit Seen(const Outcome& o)
      : kind(o.kind),
        exit_code(o.exit_code),
        trap(o.trap),
        output(o.output),
        log(o.log),
        fuel_used(o.fuel_used),
        memory_bytes_peak(o.memory_bytes_peak) {}
  bool operator==(const Seen&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Seen& seen) {
  return out << to_string(seen.kind) << " code " << seen.exit_code << " trap \"" << seen.trap << "\" output " << seen.output.size()
             << " bytes, log " << seen.log.size() << " bytes, fuel " << seen.fuel_used << ", memory " << seen.memory_bytes_peak;
}

RunLimits many_limits() {
  RunLimits limits = hostile_limits();
  limits.fuel = 300'000;  // enough for a recursion to reach its end
  return limits;
}

// Runs work(number) for every number below `count`, on that many threads.
template <class Work>
void share_out(int count, int threads, const Work& work) {
  std::atomic<int> next{0};
  std::vector<std::jthread> pool;
  pool.reserve(static_cast<std::size_t>(threads));
  for (int i = 0; i < threads; ++i)
    pool.emplace_back([&] {
      for (int number = next++; number < count; number = next++) work(number);
    });
}

}  // namespace

class ManyRunsTest : public HostileFixture {};

// Goal:   whatever runs side by side, nobody harms anybody, and nothing is left behind.
// Method: 10 000 runs on eight threads over four slots, well-behaved guests between hostile ones, each against what it did alone;
//         every 100th is compiled anew, every 250th is cancelled or out of time. Under AddressSanitizer this finds leaks, under
//         ThreadSanitizer races.
TEST_F(ManyRunsTest, MixedOnEightThreads) {
  sandbox_ = create({.slots = 4, .slot_memory_bytes_max = 1u << 20});
  struct Guest {
    const char* name;
    Bytes bytes;
    Module module;
    std::optional<Seen> alone;
  };
  std::vector<Guest> guests;
  for (const char* name : {"arithmetic",
                           "dirty_memory",
                           "echo",
                           "entropy",
                           "exit_from_input",
                           "flood_log",
                           "flood_output",
                           "grow_then_return",
                           "grow_then_trap",
                           "loop_forever",
                           "noop",
                           "recurse",
                           "trap_memory_far",
                           "trap_signature",
                           "trap_in_start",
                           "table_grow",
                           "hostile/exit_in_depth",
                           "hostile/fill_forever",
                           "hostile/import_everything",
                           "hostile/loop_sleep",
                           "hostile/recurse_indirect",
                           "hostile/start_recurse",
                           "hostile/table_grow_forever",
                           "hostile/table_bounds"}) {
    Guest guest{name, read_guest(name), {}, {}};
    guest.module = compile(guest.bytes);
    guest.alone.emplace(run(guest.module, "input", many_limits()));
    guests.push_back(std::move(guest));
  }
  const Module endless = this->guest("loop_forever");
  const Possessions before;
  std::atomic<int> runs{0};
  share_out(kRuns, kThreads, [&](int number) {
    ++runs;
    if (number % 250 == 0) {
      RunLimits limits = many_limits();
      limits.fuel = kFuelMax;
      limits.wall_time = number % 500 == 0 ? std::chrono::milliseconds{2} : kWallTimeMax;
      std::stop_source stop;
      std::jthread asks{[&] {
        if (number % 500 != 0) stop.request_stop();
      }};
      const auto wanted = number % 500 == 0 ? OutcomeKind::timed_out : OutcomeKind::cancelled;
      EXPECT_EQ(run(endless, {}, limits, {.timeout = kWallTimeMax, .stop = stop.get_token()}).kind, wanted);
      return;
    }
    const Guest& guest = guests[static_cast<std::size_t>(number) % guests.size()];
    const Module module = number % 100 == 1 ? compile(guest.bytes) : guest.module;
    const Outcome outcome = run(module, "input", many_limits(), {.timeout = kWallTimeMax});
    EXPECT_EQ(Seen{outcome}, *guest.alone) << guest.name << ": " << outcome.message;
  });
  EXPECT_EQ(runs, kRuns);
  EXPECT_EQ(Possessions{}, before);
}

// Goal:   one task, one result: output, log, exit code, trap, memory and fuel, byte for byte, however many threads run it, however
//         its code was compiled, wherever it runs.
// Method: 10 000 runs over 1 to 8 threads and every way to make a sandbox that may not matter, against the first run of each guest.
TEST_F(ManyRunsTest, SameEverywhere) {
  struct Way {
    SandboxOptions options;
    int runs;
  };
  const std::uint64_t memory = 1u << 20;
  std::vector<Way> ways{
      Way{{.slots = 8, .slot_memory_bytes_max = memory}, 4'000},
      Way{{.slots = 3, .slot_memory_bytes_max = 4 * memory, .optimize = false}, 5'000},
  };
#ifdef GSTD_TEST_RUNNER
  // Each run starts a process.
  const SandboxOptions process{
      .slots = 8, .slot_memory_bytes_max = memory, .isolation = Isolation::process, .runner_program = GSTD_TEST_RUNNER};
  SandboxOptions plain_process = process;
  plain_process.optimize = false;
  ways.push_back(Way{process, 600});
  ways.push_back(Way{plain_process, 400});
#else
  ways.front().runs += 1'000;
#endif
  constexpr std::array kNames{"arithmetic",
                              "echo",
                              "entropy",
                              "exit_from_input",
                              "flood_output",
                              "grow_then_exit",
                              "grow_then_return",
                              "hello",
                              "loop_forever",
                              "nan",
                              "recurse",
                              "trap_division",
                              "hostile/copy_forever",
                              "hostile/import_everything",
                              "hostile/recurse_results",
                              "hostile/table_grow_steps"};
  constexpr std::array<std::string_view, 3> kInputs{"", "some input", "\x2a\x01\x02\x03 and more of it"};
  std::map<std::pair<std::string, std::string>, Seen> first;
  std::string engine;
  int total = 0;
  for (const Way& way : ways) {
    sandbox_ = create(way.options);
    if (engine.empty()) engine = sandbox_->engine();
    EXPECT_EQ(sandbox_->engine(), engine);
    std::vector<Module> modules;
    for (const char* name : kNames) modules.push_back(guest(name));
    for (int threads = 1; threads <= kThreads; ++threads) {
      std::mutex mutex;
      share_out(way.runs / kThreads, threads, [&](int number) {
        const auto i = static_cast<std::size_t>(number) % modules.size();
        const std::string_view input = kInputs[static_cast<std::size_t>(number) / modules.size() % kInputs.size()];
        const Outcome outcome = run(modules[i], input, many_limits(), {.timeout = kWallTimeMax});
        const Seen seen{outcome};
        const std::lock_guard lock{mutex};
        ++total;
        const auto [known, is_new] = first.try_emplace({kNames[i], std::string(input)}, seen);
        EXPECT_EQ(seen, known->second) << kNames[i] << " on " << threads << " threads: " << outcome.message;
      });
    }
  }
  EXPECT_EQ(total, kRuns);
  EXPECT_EQ(first.size(), kNames.size() * kInputs.size());
}

}  // namespace gstd::wasm

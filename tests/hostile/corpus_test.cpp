#include <set>

#include "hostile/hostile_fixture.hpp"

namespace gstd::wasm {
namespace {

struct Attack {
  const char* guest;
  OutcomeKind kind;
  const char* trap = "";
};

constexpr const char* kTooDeep = "call_stack_exhausted";
constexpr const char* kOutOfMemoryBounds = "memory_out_of_bounds";

// tests/guests/hostile, and those beside it that belong here. What each does stands at its head.
constexpr std::array kAttacks{
    // Time.
    Attack{"loop_forever", OutcomeKind::fuel_exhausted},
    Attack{"hostile/loop_calls", OutcomeKind::fuel_exhausted},
    Attack{"hostile/loop_br_table", OutcomeKind::fuel_exhausted},
    Attack{"hostile/loop_tail_calls", OutcomeKind::fuel_exhausted},
    Attack{"hostile/loop_host_calls", OutcomeKind::fuel_exhausted},
    Attack{"hostile/loop_sleep", OutcomeKind::fuel_exhausted},
    Attack{"hostile/fill_forever", OutcomeKind::fuel_exhausted},
    Attack{"hostile/copy_forever", OutcomeKind::fuel_exhausted},
    Attack{"hostile/init_forever", OutcomeKind::fuel_exhausted},
    Attack{"hostile/table_bulk_forever", OutcomeKind::fuel_exhausted},
    // Before the start.
    Attack{"trap_in_start", OutcomeKind::trapped, "unreachable"},
    Attack{"exit_in_start", OutcomeKind::exited},
    Attack{"data_out_of_bounds", OutcomeKind::trapped, kOutOfMemoryBounds},
    Attack{"hostile/start_loop", OutcomeKind::fuel_exhausted},
    Attack{"hostile/start_recurse", OutcomeKind::trapped, kTooDeep},
    Attack{"hostile/start_flood", OutcomeKind::output_limit},
    Attack{"hostile/start_grow", OutcomeKind::memory_limit},
    // Depth.
    Attack{"recurse", OutcomeKind::trapped, kTooDeep},
    Attack{"hostile/recurse_mutual", OutcomeKind::trapped, kTooDeep},
    Attack{"hostile/recurse_indirect", OutcomeKind::trapped, kTooDeep},
    Attack{"hostile/recurse_host", OutcomeKind::trapped, kTooDeep},
    Attack{"hostile/recurse_results", OutcomeKind::trapped, kTooDeep},
    Attack{"hostile/exit_in_depth", OutcomeKind::exited},
    // Room.
    Attack{"grow_then_trap", OutcomeKind::memory_limit},
    Attack{"hostile/grow_forever", OutcomeKind::fuel_exhausted},
    Attack{"hostile/grow_huge_forever", OutcomeKind::fuel_exhausted},
    Attack{"hostile/table_grow_forever", OutcomeKind::fuel_exhausted},
    Attack{"hostile/table_grow_steps", OutcomeKind::trapped, "unreachable"},
    // Bounds.
    Attack{"trap_memory_far", OutcomeKind::trapped, kOutOfMemoryBounds},
    Attack{"hostile/load_offsets", OutcomeKind::trapped, kOutOfMemoryBounds},
    Attack{"hostile/store_edge", OutcomeKind::trapped, kOutOfMemoryBounds},
    Attack{"hostile/bulk_bounds", OutcomeKind::trapped, kOutOfMemoryBounds},
    Attack{"hostile/bulk_wraps", OutcomeKind::trapped, kOutOfMemoryBounds},
    Attack{"hostile/bulk_bounds_zero", OutcomeKind::trapped, kOutOfMemoryBounds},
    Attack{"hostile/init_dropped", OutcomeKind::trapped, kOutOfMemoryBounds},
    Attack{"hostile/table_bounds", OutcomeKind::trapped, "table_out_of_bounds"},
    // Types.
    Attack{"trap_signature", OutcomeKind::trapped, "bad_signature"},
    Attack{"hostile/signature_results", OutcomeKind::trapped, "bad_signature"},
    Attack{"hostile/signature_host", OutcomeKind::trapped, "bad_signature"},
    Attack{"hostile/signature_kinds", OutcomeKind::trapped, "bad_signature"},
    // The host's functions.
    Attack{"flood_output", OutcomeKind::output_limit},
    Attack{"hostile/flood_vectors", OutcomeKind::output_limit},
    Attack{"hostile/flood_log_forever", OutcomeKind::fuel_exhausted},
    Attack{"hostile/overlapping_read", OutcomeKind::completed},
    Attack{"hostile/exit_many", OutcomeKind::exited},
    Attack{"hostile/import_everything", OutcomeKind::completed},
};

std::string test_name(const testing::TestParamInfo<Attack>& info) {
  std::string name = info.param.guest;
  std::replace(name.begin(), name.end(), '/', '_');
  return name;
}

}  // namespace

class CorpusTest : public HostileFixture, public testing::WithParamInterface<Attack> {};

// Goal:   an attack is contained: it has the outcome that every honest worker sees, always the same, and harms nobody after it.
// Method: each guest of the corpus three times, between two runs of a witness.
TEST_P(CorpusTest, IsContained) {
  const Attack& attack = GetParam();
  const Module module = guest(attack.guest);
  std::optional<Outcome> first;
  for (int i = 0; i < 3; ++i) {
    const Outcome outcome = run(module, "0123456789abcdef", hostile_limits());
    EXPECT_EQ(outcome.kind, attack.kind) << outcome.message;
    EXPECT_EQ(outcome.trap, attack.trap);
    EXPECT_TRUE(is_comparable(outcome.kind));
    EXPECT_LE(outcome.output.size(), hostile_limits().output_bytes_max);
    EXPECT_LE(outcome.log.size(), hostile_limits().log_bytes_max);
    EXPECT_LE(outcome.memory_bytes_peak, hostile_limits().memory_bytes_max);
    EXPECT_LE(outcome.fuel_used, hostile_limits().fuel);
    if (!first) first = outcome;
    EXPECT_EQ(outcome.exit_code, first->exit_code);
    EXPECT_EQ(outcome.output, first->output);
    EXPECT_EQ(outcome.log, first->log);
    EXPECT_EQ(outcome.memory_bytes_peak, first->memory_bytes_peak);
    expect_unharmed();
  }
}

INSTANTIATE_TEST_SUITE_P(Hostile, CorpusTest, testing::ValuesIn(kAttacks), test_name);

// Goal:   no attack leaves a thread or a descriptor behind.
// Method: the whole corpus in one sandbox; what the kernel holds for the process, before and after.
TEST_F(HostileFixture, CorpusLeavesNothingBehind) {
  const Possessions before;
  for (const Attack& attack : kAttacks) {
    SCOPED_TRACE(attack.guest);
    run(guest(attack.guest), "input", hostile_limits());
  }
  EXPECT_EQ(Possessions{}, before);
  expect_unharmed();
}

// Goal:   no hostile guest is forgotten.
// Method: the files, against the table above.
TEST(Corpus, NamesEveryHostileGuest) {
  std::set<std::string> named;
  for (const Attack& attack : kAttacks) named.insert(attack.guest);
  for (const auto& entry : std::filesystem::directory_iterator{GSTD_SOURCE_DIR "/tests/guests/hostile"})
    EXPECT_TRUE(named.contains("hostile/" + entry.path().stem().string())) << entry.path();
}

}  // namespace gstd::wasm

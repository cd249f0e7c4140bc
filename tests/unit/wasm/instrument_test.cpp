// What the instrumentation adds, and that it adds nothing else: each module runs as it is and instrumented, in the engine itself.
#include "wasm/binary/instrument.hpp"

#include <filesystem>

#include "module_bytes.hpp"
#include "raw_engine.hpp"
#include "sandbox_fixture.hpp"
#include "wasm/binary/appended_functions.hpp"
#include "wasm/binary/check.hpp"
#include "wasm/digest.hpp"

namespace gstd::wasm {
namespace {

class InstrumentTest : public testing::Test {
 protected:
  // Both forms of a guest end in the same way and leave the same behind; gives the instrumented one's end.
  RawOutcome run_both(const Bytes& module, const Bytes& changed, std::string_view name, std::vector<std::uint64_t> arguments) {
    const RawOutcome plain = engine_.call(module, name, arguments);
    const RawOutcome ours = engine_.call(changed, name, arguments);
    EXPECT_EQ(plain.error, ours.error) << name;
    EXPECT_EQ(plain.trap, ours.trap) << name;
    EXPECT_EQ(plain.values, ours.values) << name;
    EXPECT_EQ(plain.output, ours.output) << name;
    EXPECT_TRUE(plain.memory == ours.memory) << name;
    return ours;
  }

  RawEngine engine_;
};

// The functions of a guest, called with what a test varies.
class BulkTest : public InstrumentTest {
 protected:
  RawOutcome both(std::string_view name, std::vector<std::uint64_t> arguments) {
    return run_both(module_, changed_, name, std::move(arguments));
  }

  const Bytes module_ = read_guest("bulk");
  const Bytes changed_ = instrumented(module_);
};

constexpr std::uint64_t kMemoryBytes = 4 * 65536;

}  // namespace

// Goal:   every way out of a function that has called another gives its results and takes its units back.
// Method: each export of a guest, with known results; the variable is back at zero.
TEST_F(InstrumentTest, KeepsResultsOfEveryWayOut) {
  const Bytes module = read_guest("calls");
  const Bytes changed = instrumented(module);
  const auto call = [&](std::string_view name, std::vector<std::uint64_t> arguments) {
    const RawOutcome out = run_both(module, changed, name, std::move(arguments));
    EXPECT_EQ(out.stack_units, 0u) << name;
    return out.values.empty() ? 0 : out.values[0];
  };
  EXPECT_EQ(call("factorial", {10}), 3628800u);
  const std::array<std::uint64_t, 5> sums{11, 22, 33, 44, 55};
  for (std::size_t way = 0; way < sums.size(); ++way) EXPECT_EQ(call("leave_sum", {way}), sums[way]) << way;
  call("none", {});
  EXPECT_EQ(call("indirect", {0, 5}), 120u);
  EXPECT_EQ(call("indirect", {1, 5}), 10u);
  EXPECT_EQ(call("even", {1000}), 1u);
  EXPECT_EQ(call("even", {1001}), 0u);
}

// Goal:   calls that are too deep end at the same call on every compiler, by a trap that the host can tell from the guest's own.
// Method: a guest that counts its calls, compiled in two ways; thousands of calls are granted before.
TEST_F(InstrumentTest, LimitsCallDepthAlikeOnEveryCompiler) {
  const Bytes changed = instrumented(read_guest("calls"));
  const RawOutcome fast = RawEngine{Compiler::fast_code}.call(changed, "deeper");
  const RawOutcome plain = RawEngine{Compiler::plain}.call(changed, "deeper");
  for (const RawOutcome* out : {&fast, &plain}) {
    EXPECT_EQ(out->trap, WASMTIME_TRAP_CODE_UNREACHABLE_CODE_REACHED);
    EXPECT_GT(out->stack_units, kStackUnitsMax);
  }
  EXPECT_TRUE(fast.memory == plain.memory);
  EXPECT_EQ(fast.fuel, plain.fuel);
  const std::uint32_t calls = fast.memory[0] | fast.memory[1] << 8 | fast.memory[2] << 16;
  EXPECT_GT(calls, 5'000u);
  EXPECT_LT(calls, kStackUnitsMax / 8);
}

// Goal:   a trap of the guest's own at some depth is not taken for too many calls.
// Method: a guest that divides by zero, one that reaches its own `unreachable`.
TEST_F(InstrumentTest, LeavesTheGuestsOwnTraps) {
  for (const char* name : {"trap_division", "trap_unreachable", "trap_null_call", "trap_signature", "trap_memory"}) {
    const Bytes module = read_guest(name);
    const RawOutcome out = run_both(module, instrumented(module), "_start", {});
    EXPECT_TRUE(out.trap) << name;
    EXPECT_LE(out.stack_units, kStackUnitsMax) << name;
  }
}

// Goal:   the engine's own limit on the stack is not met first, whatever fills the frames.
// Method: functions without end that keep many values alive across their call: locals, operands, vectors, parameters, results; the
//         calls direct and by table; both compilers. Bytes made here.
TEST_F(InstrumentTest, IsMetBeforeTheEnginesStack) {
  struct Shape {
    std::uint8_t type;  // of what is kept
    Bytes load;         // the value at an address
    Bytes add;
  };
  const std::array<Shape, 2> shapes{Shape{0x7e, {0x29, 3, 0}, {0x7c}}, Shape{0x7b, {0xfd, 0x00, 4, 0}, {0xfd, 0xce, 0x01}}};
  for (const auto& shape : shapes) {
    for (const std::size_t kept : {1u, 30u, 600u}) {
      for (const bool indirect : {false, true}) {
        // (i32) -> (type), function 0: so many loads, the call, so many additions.
        const Bytes code = join({repeat(kept, join({Bytes{0x20, 0}, shape.load})), Bytes{0x20, 0},
                                 indirect ? Bytes{0x41, 0, 0x11, 0, 0} : Bytes{0x10, 0}, repeat(kept, shape.add)});
        const Bytes module = module_of({section(1, {2, 0x60, 1, 0x7f, 1, shape.type, 0x60, 0, 0}), section(3, {2, 0, 1}),
                                        section(4, {1, 0x70, 0, 1}), section(5, {1, 0, 1}),
                                        section(7, join({Bytes{2}, text("memory"), Bytes{2, 0}, text("main"), Bytes{0, 1}})),
                                        section(9, {1, 0, 0x41, 0, 0x0b, 1, 0}), code_of({code, Bytes{0x41, 0, 0x10, 0, 0x1a}})});
        const Bytes changed = instrumented(module);
        for (const Compiler compiler : {Compiler::fast_code, Compiler::plain}) {
          const RawOutcome out = RawEngine{compiler}.call(changed, "main");
          EXPECT_EQ(out.error, "");
          EXPECT_EQ(out.trap, WASMTIME_TRAP_CODE_UNREACHABLE_CODE_REACHED) << kept << indirect << static_cast<int>(compiler);
          EXPECT_GT(out.stack_units, kStackUnitsMax);
        }
      }
    }
  }
}

// Goal:   tail calls take no units with them, direct, indirect and by reference, also where the function has called before.
// Method: a loop of a million tail calls between functions that also make ordinary ones. Bytes made here: wat2wasm knows no
//         references by signature.
TEST_F(InstrumentTest, TailCallsTakeNoUnits) {
  // Function 0: () -> (). Function 1: (i32) -> (i32): calls 0; ends at zero; else calls itself with one less, in one of three ways.
  const std::array<Bytes, 3> ways{Bytes{0x12, 1}, Bytes{0x41, 0, 0x13, 1, 0}, Bytes{0xd2, 1, 0x15, 1}};
  for (const auto& way : ways) {
    const Bytes code = join({Bytes{0x10, 0, 0x20, 0, 0x45, 0x04, 0x40, 0x41, 42, 0x0f, 0x0b, 0x20, 0, 0x41, 1, 0x6b}, way});
    const Bytes module = module_of({section(1, {2, 0x60, 0, 0, 0x60, 1, 0x7f, 1, 0x7f}), section(3, {2, 0, 1}),
                                    section(4, {1, 0x70, 0, 1}), section(7, join({Bytes{1}, text("main"), Bytes{0, 1}})),
                                    section(9, {1, 0, 0x41, 0, 0x0b, 1, 1}), code_of({Bytes{}, code})});
    const RawOutcome out = run_both(module, instrumented(module), "main", {1'000'000});
    EXPECT_EQ(out.values, std::vector<std::uint64_t>{42});
    EXPECT_EQ(out.stack_units, 0u);
  }
}

// Goal:   memory.fill and memory.copy do what they did: every length around the bounds of their pieces, overlapping in both
//         directions, to the memory's end and beyond it, where nothing is written.
// Method: both forms over memory without repetitions.
TEST_F(BulkTest, FillsAndCopiesAlike) {
  constexpr std::uint64_t kPiece = binary::kPieceBytes;
  const std::array<std::uint64_t, 13> lengths{0,
                                              1,
                                              kPiece - 1,
                                              kPiece,
                                              kPiece + 1,
                                              2 * kPiece,
                                              2 * kPiece + 1,
                                              3 * kPiece,
                                              3 * kPiece + 7,
                                              200'000,
                                              kMemoryBytes,
                                              0x7fffffff,
                                              0xffffffff};
  for (const auto length : lengths) {
    for (const std::uint64_t to :
         {std::uint64_t{0}, std::uint64_t{77}, kMemoryBytes - 100'000, kMemoryBytes, std::uint64_t{0xfffffff0}}) {
      both("fill", {to, 0xab, length});
      for (const std::uint64_t from : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{20'000}, kMemoryBytes - 100'000})
        both("copy", {to, from, length});
    }
  }
  both("copy", {1, 0, 200'000});
  both("copy", {0, 1, 200'000});
  both("copy", {kPiece / 2, 0, kMemoryBytes - kPiece / 2});
  both("copy", {0, kPiece / 2, kMemoryBytes - kPiece / 2});
  both("copy", {kMemoryBytes - 50'000, 0, 50'000});
  both("copy", {kMemoryBytes - 50'000, 0, 50'001});
}

// Goal:   the other operations do what they did, and trap where they did.
// Method: both forms, at and beyond the bounds of segment, memory and table.
TEST_F(BulkTest, OtherOperationsStayAsTheyWere) {
  for (const auto& arguments : std::vector<std::vector<std::uint64_t>>{{0, 0, 43},
                                                                       {100, 4, 5},
                                                                       {0, 0, 44},
                                                                       {kMemoryBytes - 43, 0, 43},
                                                                       {kMemoryBytes - 42, 0, 43},
                                                                       {0, 43, 0},
                                                                       {0, 0, 0xffffffff}}) {
    both("init", arguments);
    both("init_dropped", arguments);
  }
  EXPECT_EQ(both("table_fill", {5, 2000}).values, std::vector<std::uint64_t>{2});
  EXPECT_TRUE(both("table_fill", {5, 2996}).trap);
  EXPECT_EQ(both("table_copy", {0, 1, 2999}).values, std::vector<std::uint64_t>{2});
  EXPECT_TRUE(both("table_copy", {0, 2, 2999}).trap);
  EXPECT_EQ(both("table_init", {7, 1, 2}).values, std::vector<std::uint64_t>{2});
  EXPECT_TRUE(both("table_init", {7, 2, 2}).trap);
  EXPECT_EQ(both("table_grow", {1000}).values, std::vector<std::uint64_t>{3000 * 10000 + 4000});
  both("table_grow", {1001});
  both("table_grow", {0xffffffff});
}

// Goal:   an operation costs fuel by its length: about one for kBytesPerFuel bytes, and next to nothing where it is short.
// Method: the fuel of a long one and of a short one, less that of one of length zero.
TEST_F(BulkTest, CostsFuelByLength) {
  const auto fuel = [&](std::string_view name, std::vector<std::uint64_t> arguments) {
    return engine_.call(changed_, name, std::move(arguments)).fuel;
  };
  const std::uint64_t none = fuel("fill", {0, 0, 0});
  EXPECT_EQ(fuel("fill", {0, 0, 1000}), none);
  const std::uint64_t per_memory = kMemoryBytes / kBytesPerFuel;
  for (const char* name : {"fill", "copy"}) {
    const std::uint64_t cost = fuel(name, {0, 0, kMemoryBytes}) - none;
    EXPECT_GE(cost, per_memory) << name;
    EXPECT_LE(cost, per_memory * 3 / 2) << name;
  }
  EXPECT_GE(fuel("copy", {1, 0, kMemoryBytes - 1}) - none, per_memory * 9 / 10);
  EXPECT_GE(fuel("table_fill", {0, 3000}), fuel("table_fill", {0, 1}) + 2900);
  EXPECT_GE(fuel("table_copy", {0, 0, 3000}), fuel("table_copy", {0, 0, 1}) + 2900);
  EXPECT_GE(fuel("table_grow", {900}), fuel("table_grow", {0}) + 800);
  EXPECT_LE(fuel("table_grow", {0xffffffff}), 3u << 20);
}

// Goal:   a short operation of a length that stands in the code stays what it is, since the engine makes few instructions of it; a
//         long one does not.
// Method: the instrumented module has a function more for the long one.
TEST_F(InstrumentTest, LeavesShortOperationsOfKnownLength) {
  const auto functions = [](std::uint32_t length) {
    const Bytes code = join({Bytes{0x41, 0, 0x41, 0, 0x41}, leb(length), Bytes{0xfc, 0x0b, 0}});
    return read_module(instrumented(program(code)))->function_count;
  };
  EXPECT_EQ(functions(32), 1u);
  EXPECT_EQ(functions(0x200000), 2u);
}

// Goal:   a growth that the module's own maximum allows and the host refuses is on record, the largest of several; others are not.
// Method: a guest with a maximum of ten pages, and a host that gives a thousand or six.
TEST_F(BulkTest, RecordsRefusedMemory) {
  EXPECT_EQ(both("grow", {6}).pages_wanted, 0u);
  EXPECT_EQ(both("grow", {7}).pages_wanted, 0u);
  EXPECT_EQ(both("grow", {0xffffffff}).pages_wanted, 0u);

  engine_.memory_bytes_max = 6 * 65536;
  EXPECT_EQ(both("grow", {2}).pages_wanted, 0u);
  EXPECT_EQ(both("grow", {3}).pages_wanted, 7u);
  EXPECT_EQ(both("grow", {6}).pages_wanted, 10u);
  EXPECT_EQ(both("grow", {7}).pages_wanted, 0u);
  EXPECT_EQ(both("grow_twice", {5, 4}).pages_wanted, 9u);
  EXPECT_EQ(both("grow_twice", {4, 5}).pages_wanted, 9u);
  EXPECT_EQ(both("grow_twice", {1, 2}).pages_wanted, 7u);
}

// Goal:   modules without any of the sections in question get them, in order.
// Method: an empty module; one with a memory alone; each valid afterwards, and made an instance of.
TEST_F(InstrumentTest, AddsSectionsThatAreMissing) {
  for (const Bytes& module : {module_of({}), module_of({section(5, {1, 0, 1})}),
                              module_of({section(0, text("name")), section(1, {1, 0x60, 0, 0}), section(0, text("name"))})}) {
    const RawOutcome out = engine_.call(instrumented(module), "none");
    EXPECT_EQ(out.error, "no such export");
    EXPECT_EQ(out.stack_units, 0u);
  }
}

// Goal:   what is not a module is refused, not instrumented.
// Method: text, and a module with an imported global, whose indices would shift.
TEST_F(InstrumentTest, RefusesWhatTheCheckRefuses) {
  EXPECT_EQ(instrument(as_bytes("text")).error().reason, "module_invalid");
  const Bytes global = module_of({section(2, join({Bytes{1}, text("env"), text("x"), Bytes{3, 0x7f, 0}}))});
  EXPECT_EQ(instrument(global).error().reason, "module_invalid");
}

// Goal:   every guest of the tests and every example does instrumented what it does as it is.
// Method: all of them that the check accepts, with stubs for host functions; those that call themselves without end must reach our
//         limit instead of the engine's, and those that never end are only compared by that.
TEST_F(InstrumentTest, GuestsDoTheSame) {
  std::vector<std::string> folders{GSTD_TEST_GUESTS_DIR};
#ifdef GSTD_TEST_EXAMPLE_GUESTS_DIR
  folders.emplace_back(GSTD_TEST_EXAMPLE_GUESTS_DIR);
#endif
  std::size_t compared = 0;
  for (const auto& folder : folders) {
    for (const auto& entry : std::filesystem::directory_iterator{folder}) {
      if (entry.path().extension() != ".wasm") continue;
      const Bytes module = read_file(entry.path().string());
      if (!check_module(module, GuestConvention::wasi)) continue;
      SCOPED_TRACE(entry.path().filename().string());
      const Bytes changed = instrumented(module);
      const RawOutcome plain = engine_.call(module, "_start", {}, 20'000'000);
      const RawOutcome ours = engine_.call(changed, "_start", {}, 40'000'000);
      ++compared;
      if (plain.trap == WASMTIME_TRAP_CODE_STACK_OVERFLOW) {
        EXPECT_EQ(ours.trap, WASMTIME_TRAP_CODE_UNREACHABLE_CODE_REACHED);
        EXPECT_GT(ours.stack_units, kStackUnitsMax);
        continue;
      }
      EXPECT_EQ(plain.trap, ours.trap);
      EXPECT_LE(ours.stack_units, kStackUnitsMax);
      if (plain.trap == WASMTIME_TRAP_CODE_OUT_OF_FUEL) continue;
      EXPECT_EQ(plain.error.empty(), ours.error.empty());
      EXPECT_EQ(plain.values, ours.values);
      EXPECT_EQ(plain.output, ours.output);
      const bool made = !plain.memory.empty();  // else the start function failed, which the instrumented form has as an export
      EXPECT_TRUE(!made || plain.memory == ours.memory);
    }
  }
  EXPECT_GT(compared, 30u);
}

// Goal:   whoever changes what the instrumentation writes changes its revision, too: the engine's name, which says that fuel is
//         comparable, and the keys of compiled code that is kept from one version to the next follow from it.
// Method: the digest of an instrumented module that has some of everything. Where this fails, raise kInstrumentationRevision by one
//         (once per release is enough) and put both here.
TEST_F(InstrumentTest, HasTheRevisionOfWhatItWrites) {
  EXPECT_EQ(kInstrumentationRevision, 4u);
  const auto digest = sha256({instrumented(read_guest("self_test"))});
  ASSERT_TRUE(digest);
  EXPECT_EQ(digest->hex(), "e38b69bf3c8da504c39affbf57e9efe6592a680ef7df8b687aeb10be1bb1c035");
}

}  // namespace gstd::wasm

#include "hostile/hostile_fixture.hpp"
#include "hostile/module_writer.hpp"
#include "wasm/binary/limits.hpp"

namespace gstd::wasm {

using hostile::body;
using hostile::Command;
using hostile::put;
using hostile::put_leb;
using hostile::put_name;
using hostile::put_section;
using hostile::put_signed_leb;
using hostile::repeated;
using hostile::Section;
using hostile::vector_of;

namespace {

// Instructions and types, by their bytes.
constexpr std::uint8_t kBlock = 0x02, kIf = 0x04, kEnd = 0x0b, kBrTable = 0x0e, kCall = 0x10, kDrop = 0x1a, kLocalGet = 0x20,
                       kLocalSet = 0x21, kI32Const = 0x41, kI64Const = 0x42, kI64Mul = 0x7e;
constexpr std::uint8_t kI32 = 0x7f, kI64 = 0x7e, kEmpty = 0x40;
const Bytes kMemoryFill{0xfc, 0x0b, 0};
const Bytes kMemoryCopy{0xfc, 0x0a, 0, 0};

constexpr std::uint64_t kChainBytes = 256u << 20;

Bytes signature(std::uint64_t parameters, std::uint64_t results) {
  Bytes out{0x60};
  put(out, vector_of(parameters, repeated(parameters, Bytes{kI64})));
  put(out, vector_of(results, repeated(results, Bytes{kI64})));
  return out;
}

Bytes with_types(std::uint64_t count, const Bytes& type) {
  Command command;
  command.types = 1 + count;
  put(command.type_entries, repeated(count, type));
  return command.module();
}

Bytes with_functions(std::uint64_t count) {
  Command command;
  command.functions = count;
  command.function_types = repeated(count, Bytes{0});
  command.further_bodies = repeated(count - 1, body(hostile::kNoLocals, {}));
  return command.module();
}

Bytes with_code(const Bytes& instructions, const Bytes& locals = hostile::kNoLocals) {
  Command command;
  command.locals = locals;
  command.instructions = instructions;
  return command.module();
}

Bytes locals_of(std::uint64_t count, std::uint8_t type) {
  Bytes out{1};
  put_leb(out, count);
  out.push_back(type);
  return out;
}

// `count` blocks one after the other, each of which takes and gives `width` values.
Bytes wide_blocks(std::uint64_t count, std::uint64_t width) {
  Command command;
  command.types = 2;
  put(command.type_entries, signature(width, width));
  command.instructions = repeated(width, Bytes{kI64Const, 0});
  put(command.instructions, repeated(count, Bytes{kBlock, 1, kEnd}));
  put(command.instructions, repeated(width, Bytes{kDrop}));
  return command.module();
}

// A product of `count` factors, each the value of a block.
Bytes valued_blocks(std::uint64_t count) {
  Bytes instructions{kI64Const, 1};
  put(instructions, repeated(count, Bytes{kBlock, kI64, kI64Const, 3, kEnd, kI64Mul}));
  instructions.push_back(kDrop);
  return with_code(instructions);
}

// `count` decisions, each of which sets another local, all of which are read in the end.
Bytes decisions_over_locals(std::uint64_t count) {
  Bytes instructions;
  for (std::uint64_t i = 0; i < count; ++i) {
    put(instructions, Bytes{kLocalGet, 0, kIf, kEmpty, kI32Const, 1, kLocalSet});
    put_leb(instructions, i);
    instructions.push_back(kEnd);
  }
  for (std::uint64_t i = 0; i < count; ++i) {
    instructions.push_back(kLocalGet);
    put_leb(instructions, i);
    instructions.push_back(kDrop);
  }
  return with_code(instructions, locals_of(count, kI32));
}

// One bulk operation over kChainBytes after the other, with no loop and no call between.
Bytes chain(const Bytes& operation, std::uint8_t source, std::uint64_t count) {
  Bytes link{kI32Const, 0, kI32Const, source, kI32Const};
  put_signed_leb(link, static_cast<std::int64_t>(kChainBytes - 1));
  put(link, operation);
  Command command;
  command.memory_pages = kChainBytes >> 16;
  command.instructions = repeated(count, link);
  return command.module();
}

Bytes with_section(Section id, const Bytes& content, Section before) {
  const Bytes plain = Command{}.module();
  Bytes out;
  bool is_written = false;
  const auto write = [&] {
    if (!std::exchange(is_written, true)) put_section(out, id, content);
  };
  put(out, hostile::header());
  for (const auto& place : hostile::sections_of(plain)) {
    if (place.id == static_cast<std::uint8_t>(before)) write();
    put(out, BytesView{plain}.subspan(place.start, place.end - place.start));
  }
  write();
  return out;
}

}  // namespace

class GeneratedTest : public HostileFixture {
 protected:
  void expect_refused(const Bytes& bytes) {
    const auto module = sandbox_->compile(bytes);
    EXPECT_FALSE(module);
    if (!module) expect_refusal(module.error());
    expect_unharmed();
  }

  Outcome run_within(const Bytes& bytes, std::uint64_t memory_bytes_max = 1u << 20) {
    RunLimits limits = hostile_limits();
    limits.fuel = 100'000'000;  // data costs fuel by its length, too
    limits.memory_bytes_max = memory_bytes_max;
    Outcome outcome = run(compile(bytes), {}, limits);
    expect_unharmed();
    return outcome;
  }

  void expect_completed(const Bytes& bytes) {
    const Outcome outcome = run_within(bytes);
    EXPECT_EQ(outcome.kind, OutcomeKind::completed) << outcome.message;
  }
};

// Goal:   a million functions are refused before anybody compiles them; thousands are a program.
// Method: the smallest functions there are.
TEST_F(GeneratedTest, MillionFunctions) {
  expect_refused(with_functions(1'000'000));
  expect_refused(with_functions(kFunctionsMax + 1));
  expect_completed(with_functions(2'000));
}

// Goal:   types in number, and types of any width, are bounded.
// Method: one more than each bound; many of great width within it.
TEST_F(GeneratedTest, ManyAndWideTypes) {
  expect_refused(with_types(1'000'000, signature(0, 0)));
  expect_refused(with_types(kTypesMax, signature(0, 0)));
  expect_refused(with_types(1, signature(kParametersMax + 1, 0)));
  expect_refused(with_types(1, signature(0, kResultsMax + 1)));
  expect_completed(with_types(2'000, signature(kParametersMax, kResultsMax)));
}

// Goal:   types that would be exponentially large, were they written out, take no such time.
// Method: a hundred types, each of which names the one before twice.
// Source: binary format of WebAssembly 3.0, section 5.3.5: 0x63 is a reference that may be null.
TEST_F(GeneratedTest, ExponentialTypes) {
  Command command;
  for (std::uint8_t i = 0; i < 100; ++i) {
    Bytes type{0x60, 2};
    for (int twice = 0; twice < 2; ++twice) {
      type.push_back(0x63);
      put_signed_leb(type, i);
    }
    type.push_back(0);
    put(command.type_entries, type);
    ++command.types;
  }
  const auto module = sandbox_->compile(command.module());
  if (module) {
    EXPECT_EQ(run(*module).kind, OutcomeKind::completed);
  } else {
    expect_refusal(module.error());
  }
  expect_unharmed();
}

// Goal:   small modules that would cost the compiler gigabytes are refused: its work grows with blocks times values that live
//         across them.
// Method: chains of blocks with values, and decisions over many locals; a tenth or less of each compiles.
TEST_F(GeneratedTest, CompileBombs) {
  expect_refused(wide_blocks(10'000, kResultsMax));
  expect_refused(wide_blocks(100'000, 2));
  expect_refused(valued_blocks(100'000));
  expect_refused(decisions_over_locals(kLocalsMax));
  expect_completed(wide_blocks(100, kResultsMax));
  expect_completed(valued_blocks(1'000));
  expect_completed(decisions_over_locals(500));
}

// Goal:   one function is bounded in length, depth, locals and targets.
// Method: one more than each bound; the bound itself, where it is quick.
TEST_F(GeneratedTest, HugeFunctions) {
  const auto nested = [](std::uint64_t depth) {
    Bytes code = repeated(depth, Bytes{kBlock, kEmpty});
    put(code, repeated(depth, Bytes{kEnd}));
    return with_code(code);
  };
  expect_refused(nested(kNestingMax + 1));
  expect_completed(nested(kNestingMax));

  const auto table = [](std::uint64_t targets) {
    Bytes code{kI32Const, 5, kBrTable};
    put(code, vector_of(targets, repeated(targets, Bytes{0})));
    code.push_back(0);
    return with_code(code);
  };
  expect_refused(table(7'000'000));
  expect_refused(table(kBranchTargetsMax + 1));
  expect_completed(table(kBranchTargetsMax));

  expect_refused(with_code({}, locals_of(UINT32_MAX, kI64)));
  expect_refused(with_code({}, locals_of(kLocalsMax + 1, kI64)));
  expect_completed(with_code({}, locals_of(kLocalsMax, kI64)));

  expect_refused(with_code(repeated(kFunctionBytesMax / 3 + 1, Bytes{kI32Const, 0, kDrop})));
}

// Goal:   a recursion ends by the profile however large each frame is.
// Method: a function that keeps many locals alive over the call of itself.
TEST_F(GeneratedTest, RecursionWithManyLocals) {
  constexpr std::uint64_t kCount = 500;
  Bytes code;
  for (std::uint64_t i = 0; i < kCount; ++i) {  // local i = local 0 * i, so that none is a constant
    code.push_back(kLocalGet);
    put_leb(code, 0);
    code.push_back(kI64Const);
    put_signed_leb(code, static_cast<std::int64_t>(i));
    code.push_back(kI64Mul);
    code.push_back(kLocalSet);
    put_leb(code, i);
  }
  put(code, Bytes{kCall, 0});
  for (std::uint64_t i = 0; i < kCount; ++i) {
    code.push_back(kLocalGet);
    put_leb(code, i);
    if (i > 0) code.push_back(kI64Mul);
  }
  code.push_back(kDrop);
  const Outcome outcome = run_within(with_code(code, locals_of(kCount, kI64)));
  EXPECT_EQ(outcome.kind, OutcomeKind::trapped) << outcome.message;
  EXPECT_EQ(outcome.trap, "call_stack_exhausted");
}

// Goal:   data is bounded by the guest's memory, and segments by number.
// Method: 40 MiB into one page, and into a memory of its size with a lower limit; 100 000 segments, and one more.
TEST_F(GeneratedTest, HugeData) {
  Command command;
  const Bytes content(40u << 20, 'x');
  command.data = Bytes{1, 0, kI32Const, 0, kEnd};
  put(command.data, vector_of(content.size(), content));
  const Outcome outside = run_within(command.module());
  EXPECT_EQ(outside.kind, OutcomeKind::trapped);
  EXPECT_EQ(outside.trap, "memory_out_of_bounds");
  sandbox_ = create({.slots = 1, .slot_memory_bytes_max = 64u << 20});
  witness_ = guest("entropy");
  command.memory_pages = content.size() >> 16;
  EXPECT_EQ(run_within(command.module()).kind, OutcomeKind::memory_limit);
  EXPECT_EQ(run_within(command.module(), 64u << 20).kind, OutcomeKind::completed);

  const auto segments = [](std::uint64_t count) {
    Command many;
    many.data = vector_of(count, repeated(count, Bytes{0, kI32Const, 0, kEnd, 1, 'x'}));
    return many.module();
  };
  expect_completed(segments(10'000));
  expect_refused(segments(kDataSegmentsMax + 1));
}

// Goal:   imports, exports, globals and element segments are bounded by number.
// Method: one more than each bound, and a million.
TEST_F(GeneratedTest, ManyOfEverything) {
  for (std::uint64_t count : {std::uint64_t{kImportsMax} + 1, std::uint64_t{1'000'000}}) {
    Bytes import;
    put_name(import, "wasi_snapshot_preview1");
    put_name(import, "sched_yield");
    put(import, Bytes{0, 0});
    expect_refused(with_section(Section::import, vector_of(count, repeated(count, import)), Section::function));
  }
  for (std::uint64_t count : {std::uint64_t{kGlobalsMax} + 1, std::uint64_t{1'000'000}})
    expect_refused(
        with_section(Section::global, vector_of(count, repeated(count, Bytes{kI64, 1, kI64Const, 0, kEnd})), Section::exports));
  for (std::uint64_t count : {std::uint64_t{kElementSegmentsMax} + 1, std::uint64_t{1'000'000}})
    expect_refused(with_section(Section::element, vector_of(count, repeated(count, Bytes{1, 0, 0})), Section::code));

  Bytes exports = hostile::command_exports(0);
  exports.erase(exports.begin());  // its count
  const std::uint64_t count = kExportsMax;
  for (std::uint64_t i = 0; i < count; ++i) {
    put_name(exports, std::to_string(i));
    put(exports, Bytes{0, 0});
  }
  Bytes module = hostile::header();
  put_section(module, Section::type, vector_of(1, hostile::kCommandType));
  put_section(module, Section::function, Bytes{1, 0});
  put_section(module, Section::memory, Bytes{1, 0, 1});
  put_section(module, Section::exports, vector_of(count + 2, exports));
  put_section(module, Section::code, vector_of(1, body(hostile::kNoLocals, {})));
  expect_refused(module);
}

// Goal:   bulk operations end by fuel and by time even where no loop and no call stands between them.
// Method: two thousand fills and copies of 256 MiB each, which would take a minute: with little fuel, with all the fuel there is
// and
//         little time, and cancelled.
TEST_F(GeneratedTest, ChainsOfBulkOperations) {
  sandbox_ = create({.slots = 1, .slot_memory_bytes_max = kChainBytes});
  witness_ = guest("entropy");
  for (const Bytes& bytes : {chain(kMemoryFill, 7, 2'000), chain(kMemoryCopy, 1, 2'000)}) {
    const Module module = compile(bytes);
    RunLimits limits = hostile_limits();
    limits.memory_bytes_max = kChainBytes;
    EXPECT_EQ(run(module, {}, limits).kind, OutcomeKind::fuel_exhausted);
    limits.fuel = kFuelMax;
    limits.wall_time = std::chrono::milliseconds{50};
    EXPECT_EQ(run(module, {}, limits).kind, OutcomeKind::timed_out);
    limits.wall_time = kWallTimeMax;
    std::stop_source stop;
    stop.request_stop();
    EXPECT_EQ(run(module, {}, limits, {.stop = stop.get_token()}).kind, OutcomeKind::cancelled);
    expect_unharmed();
  }
}

}  // namespace gstd::wasm

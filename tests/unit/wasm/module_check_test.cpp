// The profile, by what it refuses and where. Offsets are counted by hand from the bytes that each test writes.
#include "wasm/binary/check.hpp"

#include <algorithm>

#include "module_bytes.hpp"
#include "sandbox_fixture.hpp"
#include "wasm/binary/limits.hpp"
#include "wasm/env_functions.hpp"
#include "wasm/wasi.hpp"

namespace gstd::wasm {
namespace {

const Bytes kHeader{0, 'a', 's', 'm', 1, 0, 0, 0};
constexpr std::size_t kFirstSection = 8;

void expect_accepted(const Bytes& module, GuestConvention convention = GuestConvention::wasi) {
  const auto checked = check_module(module, convention);
  EXPECT_TRUE(checked) << checked.error().message;
}

void expect_refused(const Bytes& module, std::string_view hint, std::size_t offset,
                    GuestConvention convention = GuestConvention::wasi) {
  const auto checked = check_module(module, convention);
  ASSERT_FALSE(checked) << hint;
  EXPECT_EQ(checked.error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(checked.error().reason, "module_invalid");
  EXPECT_NE(checked.error().message.find(hint), std::string::npos) << checked.error().message;
  const std::string at = ", at byte " + std::to_string(offset);
  EXPECT_TRUE(checked.error().message.ends_with(at)) << checked.error().message << " and not" << at;
}

// A section that is refused at the given byte of its content, alone in a module.
void expect_section_refused(std::uint8_t id, const Bytes& content, std::string_view hint, std::size_t byte) {
  const std::size_t header = 1 + leb(content.size()).size();
  expect_refused(module_of({section(id, content)}), hint, kFirstSection + header + byte);
}

void expect_code_refused(const Bytes& instructions, std::string_view hint, std::size_t byte = 0) {
  expect_refused(program(instructions), hint, kProgramCodeOffset + byte);
}

Bytes import(std::string_view module, std::string_view name, const Bytes& kind) { return join({text(module), text(name), kind}); }

// A program of the convention env that imports one function with these types.
Bytes importer(std::string_view module, std::string_view name, const Bytes& signature) {
  return module_of({section(1, join({Bytes{2, 0x60, 0, 0}, signature})), section(2, join({Bytes{1}, import(module, name, {0, 1})})),
                    section(3, {1, 0}), section(7, join({Bytes{1}, text("main"), Bytes{0, 1}})), code_of({Bytes{}})});
}

std::uint8_t code_of_type(char letter) { return letter == 'i' ? 0x7f : letter == 'I' ? 0x7e : letter == 'f' ? 0x7d : 0x7c; }

Bytes signature_bytes(std::string_view parameters, char result) {
  Bytes out = join({Bytes{0x60}, leb(parameters.size())});
  for (char letter : parameters) out.push_back(code_of_type(letter));
  out.push_back(result != 0 ? 1 : 0);
  if (result != 0) out.push_back(code_of_type(result));
  return out;
}

template <class Function>
Bytes signature_of(const Function& function) {
  return signature_bytes(function.parameters, function.result);
}

}  // namespace

// Goal:   the program that the tests below spoil is accepted as it is, and its first instruction is where they say.
// Method: accepted; a lone unknown instruction in it is refused at that byte.
TEST(ModuleCheck, AcceptsTheSmallestProgram) {
  expect_accepted(program({}));
  EXPECT_EQ(program({0xff})[kProgramCodeOffset], 0xff);
}

// Goal:   what is not the binary format is refused where it departs from it.
// Method: nothing, text, a wrong version, a component, and sections out of place, twice, unknown, too long and too short.
TEST(ModuleCheck, RefusesWhatIsNotAModule) {
  expect_refused({}, "too soon", 0);
  expect_refused({'#', '!', '/', 'b', 'i', 'n', '/', 's'}, "not a module", 0);
  expect_refused({0, 'a', 's', 'm', 2, 0, 0, 0}, "version 1", 4);
  expect_refused({0, 'a', 's', 'm', 0x0d, 0, 1, 0}, "component", 4);
  expect_refused(module_of({section(3, {0}), section(1, {0})}), "must precede", 11);
  expect_refused(module_of({section(1, {0}), section(1, {0})}), "twice", 11);
  expect_refused(module_of({section(14, {})}), "section 14", 8);
  expect_refused(module_of({Bytes{1, 2, 0}}), "too soon", 11);
  expect_section_refused(1, {0, 0}, "longer", 1);
  expect_section_refused(1, {1}, "fewer bytes", 0);
  expect_section_refused(1, {0x80, 0x80, 0x80, 0x80, 0x10}, "width", 0);
  expect_section_refused(3, {1, 0}, "signature", 1);
  expect_refused(module_of({section(1, {1, 0x60, 0, 0}), section(3, {1, 0})}), "without code", 18);
  expect_refused(module_of({section(10, {1, 2, 0, 0x0b})}), "differ", 10);
}

// Goal:   a module above the size that is accepted is refused unread.
// Method: one byte more.
TEST(ModuleCheck, RefusesModulesThatAreTooLarge) { expect_refused(Bytes(kModuleBytesMax + 1), "bytes; at most", kModuleBytesMax); }

// Goal:   proposals that would make results depend on the machine, or that the engine is not built for, are refused by name where
//         sections declare them.
// Method: the smallest section for each.
// Source: WebAssembly 3.0 and the proposals' own binary formats.
TEST(ModuleCheck, RefusesProposalsInSections) {
  expect_section_refused(5, {1, 3, 1, 2}, "threads", 1);
  expect_section_refused(5, {1, 4, 1}, "64-bit memory", 1);
  expect_section_refused(5, {1, 8, 1, 0}, "custom page sizes", 1);
  expect_section_refused(5, {2, 0, 1, 0, 1}, "multiple memories", 0);
  expect_section_refused(4, {1, 0x70, 4, 1}, "64-bit memory", 2);
  expect_section_refused(4, {1, 0x70, 2, 1}, "threads", 2);
  expect_section_refused(4, {1, 0x6f, 0, 1}, "externref", 1);
  expect_section_refused(4, {1, 0x69, 0, 1}, "exception handling", 1);
  expect_section_refused(4, {1, 0x6e, 0, 1}, "garbage collection", 1);
  expect_section_refused(4, {1, 0x68, 0, 1}, "stack switching", 1);
  expect_section_refused(6, {1, 0x7f, 2, 0x41, 0, 0x0b}, "threads", 2);
  expect_section_refused(1, {1, 0x4e, 1, 0x60, 0, 0}, "garbage collection", 1);
  expect_section_refused(1, {1, 0x5f, 0}, "garbage collection", 1);
  expect_section_refused(1, {1, 0x5d, 0}, "stack switching", 1);
  expect_section_refused(7, {1, 1, 'e', 4, 0}, "exception handling", 3);
  expect_section_refused(11, {1, 2, 1, 0x41, 0, 0x0b, 0}, "multiple memories", 2);
  expect_refused(module_of({section(13, {1, 0, 0})}), "exception handling", 8);
}

// Goal:   the same, where an instruction is the first to use it.
// Method: one instruction of each, second in the program.
TEST(ModuleCheck, RefusesProposalsInCode) {
  const auto refused = [](const Bytes& instruction, std::string_view hint, std::size_t byte = 0) {
    expect_code_refused(join({Bytes{0x01}, instruction}), hint, 1 + byte);
  };
  refused({0xfe, 0x00, 2, 0}, "threads");
  refused({0xfd, 0x80, 0x02}, "relaxed SIMD");
  refused({0xfd, 0x94, 0x02}, "no language");
  refused({0xfc, 0x13}, "wide arithmetic");
  refused({0xfc, 0x12, 0}, "no language");
  refused({0x06, 0x40}, "exception handling");
  refused({0x08, 0}, "exception handling");
  refused({0x1f, 0x40, 0}, "exception handling");
  refused({0xfb, 0}, "garbage collection");
  refused({0xd3}, "garbage collection");
  refused({0xe0, 0}, "stack switching");
  refused({0xff}, "no language");
  refused({0x3f, 1}, "multiple memories", 1);
  refused({0x28, 0x42, 1, 0}, "multiple memories", 1);
  refused({0xfc, 0x0a, 0, 1}, "multiple memories", 3);
  refused({0xd0, 0x6f}, "externref", 1);
}

// Goal:   what names something that is not there is refused where it is named.
// Method: one instruction of each kind.
TEST(ModuleCheck, RefusesNamesOfNothing) {
  expect_code_refused({0x10, 9}, "function");
  expect_code_refused({0x11, 9, 0}, "signature");
  expect_code_refused({0x11, 0, 9}, "table");
  expect_code_refused({0x02, 9, 0x0b}, "signature");
  expect_code_refused({0xfc, 0x11, 9}, "table");
  expect_code_refused({0xfc, 0x0c, 9, 0}, "segment");
  expect_code_refused({0x0b}, "after its end", 1);
  expect_code_refused({0x02, 0x40}, "too soon", 3);
}

// Goal:   each bound of a part is where the profile says: as much is read, one more is refused, and real programs are far below.
// Method: the part at its bound and one above, in bytes made here.
TEST(ModuleCheck, RefusesMoreThanItsLimits) {
  const auto types = [](std::size_t count) { return section(1, join({leb(count), repeat(count, {0x60, 0, 0})})); };
  EXPECT_TRUE(read_module(module_of({types(kTypesMax)})));
  expect_refused(module_of({types(kTypesMax + 1)}), "signatures", kFirstSection + 4);

  const auto parameters = [](std::size_t count) { return Bytes(join({Bytes{1, 0x60}, leb(count), Bytes(count, 0x7f), Bytes{0}})); };
  EXPECT_TRUE(read_module(module_of({section(1, parameters(kParametersMax))})));
  EXPECT_NE(check_module(module_of({section(1, parameters(kParametersMax))}), GuestConvention::wasi).error().message.find("_start"),
            std::string::npos);
  expect_section_refused(1, parameters(kParametersMax + 1), "parameters", 2);
  const Bytes results = join({Bytes{1, 0x60, 0}, leb(kResultsMax + 1), Bytes(kResultsMax + 1, 0x7f)});
  expect_section_refused(1, results, "results", 3);

  expect_refused(module_of({types(1), section(3, join({leb(kFunctionsMax + 1), Bytes(kFunctionsMax + 1, 0)}))}), "functions", 18);
  expect_section_refused(2, leb(kImportsMax + 1), "imports", 0);
  expect_section_refused(7, leb(kExportsMax + 1), "exports", 0);
  expect_section_refused(6, leb(kGlobalsMax + 1), "globals", 0);
  expect_section_refused(9, leb(kElementSegmentsMax + 1), "element segments", 0);
  expect_section_refused(11, leb(kDataSegmentsMax + 1), "data segments", 0);
  expect_section_refused(4, {5}, "tables", 0);
  expect_section_refused(4, join({Bytes{1, 0x70, 0}, leb(kTableElementsMax + 1)}), "elements", 2);
  expect_section_refused(5, join({Bytes{1, 0}, leb(kMemoryPagesMax + 1)}), "pages", 1);
  expect_section_refused(7, join({Bytes{1}, text(std::string(kNameBytesMax + 1, 'n')), Bytes{0, 0}}), "name", 1);
}

// Goal:   a function above the bounds of one is refused; one of several hundred kilobytes, deeply nested, with long br_tables, as
//         compilers make them, is not.
// Method: the part at its bound and one above.
TEST(ModuleCheck, RefusesFunctionsAboveTheirLimits) {
  const auto nested = [](std::size_t depth) { return join({repeat(depth, {0x02, 0x40}), Bytes(depth, 0x0b)}); };
  expect_accepted(program(nested(kNestingMax)));
  const Bytes deeper = program(nested(kNestingMax + 1));
  const auto at = [](const Bytes& module, const Bytes& needle) {
    return static_cast<std::size_t>(std::search(module.begin(), module.end(), needle.begin(), needle.end()) - module.begin());
  };
  const Bytes run{0x02, 0x40, 0x02, 0x40, 0x02, 0x40};
  expect_refused(deeper, "blocks", at(deeper, run) + 2 * kNestingMax);

  const auto branches = [](std::size_t targets) { return join({Bytes{0x41, 0, 0x0e}, leb(targets), Bytes(targets + 1, 0)}); };
  expect_accepted(program(branches(kBranchTargetsMax)));
  const Bytes wider = program(branches(kBranchTargetsMax + 1));
  expect_refused(wider, "br_table", at(wider, {0x41, 0, 0x0e}) + 3);

  // Blocks that give a value each: their number squared is what counts.
  const auto valued = [](std::size_t count) { return repeat(count, {0x02, 0x7f, 0x41, 0, 0x0b, 0x1a}); };
  std::size_t most = 1;
  while ((most + 1) * (most + 1) <= kLiveRangesMax) ++most;
  expect_accepted(program(valued(most)));
  const Bytes heavier = program(valued(most + 1));
  expect_refused(heavier, "too many blocks", at(heavier, {0x02, 0x7f, 0x41, 0}) + 6 * most);

  expect_accepted(program(Bytes(300'000, 0x01)));
  const auto with_code = [](const Bytes& body) {
    return module_of({section(1, {1, 0x60, 0, 0}), section(3, {1, 0}), section(10, join({Bytes{1}, body}))});
  };
  // Header, types, function, then the section's two bytes of header and its count.
  expect_refused(with_code(leb(kFunctionBytesMax + 1)), "bytes", 8 + 6 + 4 + 3);
  const Bytes locals = join({Bytes{1}, leb(kLocalsMax + 1), Bytes{0x7f, 0x0b}});
  expect_refused(with_code(sized(locals)), "locals", 8 + 6 + 4 + 3 + 2);
}

// Goal:   every function of WASI is accepted with its own signature and no other; with a name that WASI has not, refused.
// Method: one import each.
TEST(ModuleCheck, AcceptsWasiBySignature) {
  const auto wasi = [](std::string_view name, const Bytes& signature) {
    return module_of({section(1, join({Bytes{2, 0x60, 0, 0}, signature})),
                      section(2, join({Bytes{1}, import("wasi_snapshot_preview1", name, {0, 1})})), section(3, {1, 0}),
                      section(5, {1, 0, 1}), section(7, join({Bytes{2}, text("memory"), Bytes{2, 0}, text("_start"), Bytes{0, 1}})),
                      code_of({Bytes{}})});
  };
  for (const auto& function : wasi_functions()) {
    expect_accepted(wasi(function.name, signature_of(function)));
    const Bytes wrong{0x60, 1, 0x7d, 0};
    expect_refused(wasi(function.name, wrong), "`" + std::string(function.name) + "`", 8 + 2 + 1 + 3 + wrong.size() + 3);
  }
  expect_refused(wasi("fd_teleport", {0x60, 0, 0}), "`fd_teleport`", 8 + 2 + 1 + 3 + 3 + 3);
}

// Goal:   the platform's convention accepts each of its functions in every form that guests declare it in, and the stubs of WASI.
// Method: one import each; then a wrong form, a function that is none, a stub that is none, a module that is none.
TEST(ModuleCheck, AcceptsEnvBySignature) {
  const auto env = GuestConvention::env;
  for (const auto& function : kEnvFunctions) expect_accepted(importer("env", function.name, signature_of(function)), env);
  std::size_t stubs = 0;
  for (const auto& function : wasi_functions()) {
    if (!std::ranges::count(kEnvWasiFunctions, function.name)) continue;
    expect_accepted(importer("wasi_snapshot_preview1", function.name, signature_of(function)), env);
    ++stubs;
  }
  EXPECT_EQ(stubs, kEnvWasiFunctions.size());

  constexpr std::size_t kImport = 8 + 2 + 1 + 3 + 3 + 3;  // with a signature of three bytes
  expect_refused(importer("env", "get_random", {0x60, 0, 0}), "() -> (f64) or () -> (i32)", kImport, env);
  expect_refused(importer("env", "open_door", {0x60, 0, 0}), "`open_door` from `env`", kImport, env);
  expect_refused(importer("wasi_snapshot_preview1", "sched_yield", {0x60, 0, 0}), "`sched_yield`", kImport, env);
  expect_refused(importer("gstd", "anything", {0x60, 0, 0}), "`anything` from `gstd`", kImport, env);
  expect_refused(importer("env", "get_random", {0x60, 0, 0}), "only wasi_snapshot_preview1", kImport, GuestConvention::wasi);
}

// Goal:   only functions are imported.
// Method: a table, a memory, a global, a tag and something unknown.
TEST(ModuleCheck, RefusesImportsOfOtherThings) {
  const auto refused = [](const Bytes& kind, std::string_view hint, std::size_t byte) {
    expect_section_refused(2, join({Bytes{1}, import("env", "x", kind)}), hint, byte);
  };
  refused({1, 0x70, 0, 1}, "a table", 1);
  refused({2, 0, 1}, "a memory", 1);
  refused({3, 0x7f, 0}, "a global", 1);
  refused({4, 0, 0}, "exception handling", 1 + 4 + 2);
  refused({5, 0}, "no known kind", 1 + 4 + 2);
}

// Goal:   each convention's exports are wanted, with their signatures, and the sandbox's own names are not.
// Method: a module with the exports named, each spoilt in turn. Functions: 0 () -> (), 1 (i32) -> (i32), 2 (i32, i32) -> (i64).
TEST(ModuleCheck, WantsTheExportsOfItsConvention) {
  struct Entry {
    std::string name;
    std::uint8_t kind;
    std::uint8_t index;
  };
  const auto exporter = [](const std::vector<Entry>& entries) {
    Bytes list = leb(entries.size());
    for (const auto& entry : entries) list = join({list, text(entry.name), Bytes{entry.kind, entry.index}});
    return module_of({section(1, {3, 0x60, 0, 0, 0x60, 1, 0x7f, 1, 0x7f, 0x60, 2, 0x7f, 0x7f, 1, 0x7e}), section(3, {3, 0, 1, 2}),
                      section(5, {1, 0, 1}), section(7, list), code_of({Bytes{}, Bytes{0x41, 0}, Bytes{0x42, 0}})});
  };
  constexpr std::size_t kExports = 8 + 17 + 6 + 5 + 2;  // its content
  const Entry memory{"memory", 2, 0};
  constexpr std::size_t kSecond = kExports + 1 + 9;  // after the memory

  expect_accepted(exporter({memory, {"_start", 0, 0}}));
  expect_refused(exporter({memory}), "`_start`", kExports);
  expect_refused(exporter({memory, {"_start", 0, 1}}), "`_start` is (i32) -> (i32)", kSecond);
  expect_refused(exporter({memory, {"_start", 2, 0}}), "`_start` is not a function", kSecond);
  expect_refused(exporter({{"_start", 0, 0}}), "`memory`", kExports);
  expect_refused(exporter({{"memory", 0, 0}, {"_start", 0, 0}}), "`memory` is not a memory", kExports + 1);
  expect_refused(exporter({memory, {"_start", 0, 0}, {"gstd:stack_units", 0, 0}}), "sandbox's own", kSecond + 9);

  const auto env = GuestConvention::env;
  expect_accepted(exporter({{"main", 0, 0}}), env);
  expect_refused(exporter({memory}), "`main`", kExports, env);
  expect_refused(exporter({{"main", 0, 1}}), "`main` is (i32) -> (i32)", kExports + 1, env);
  expect_refused(exporter({{"main", 0, 0}, {"memory", 0, 0}}), "`memory` is not a memory", kExports + 1 + 7, env);

  const auto reactor = GuestConvention::reactor;
  expect_accepted(exporter({memory, {"alloc", 0, 1}, {"run", 0, 2}}), reactor);
  expect_accepted(exporter({memory, {"alloc", 0, 1}, {"run", 0, 2}, {"_initialize", 0, 0}}), reactor);
  expect_refused(exporter({memory, {"run", 0, 2}}), "`alloc`", kExports, reactor);
  expect_refused(exporter({memory, {"alloc", 0, 1}}), "`run`", kExports, reactor);
  expect_refused(exporter({memory, {"alloc", 0, 1}, {"run", 0, 1}}), "`run` is", kSecond + 8, reactor);
  expect_refused(exporter({memory, {"alloc", 0, 1}, {"run", 0, 2}, {"_initialize", 0, 1}}), "`_initialize` is", kSecond + 8 + 6,
                 reactor);
  expect_refused(exporter({{"alloc", 0, 1}, {"run", 0, 2}}), "`memory`", kExports, reactor);
}

// Goal:   a module says what it uses, what it is made for, and the first thing that stands against it.
// Method: guests with known contents, and a module with two faults, of which the first is named although the second stops the
//         reading.
TEST(ModuleCheck, DescribesModules) {
  const auto hello = read_module(read_guest("hello"));
  ASSERT_TRUE(hello);
  EXPECT_EQ(hello->convention, GuestConvention::wasi);
  EXPECT_FALSE(hello->refusal) << hello->refusal->message;
  EXPECT_TRUE(hello->has_memory);
  EXPECT_EQ(hello->function_count, 1u);
  EXPECT_TRUE(hello->features.empty());

  const auto simd = read_module(
      module_of({section(1, {1, 0x60, 0, 0}), section(3, {1, 0}), section(7, join({Bytes{1}, text("main"), Bytes{0, 0}})),
                 code_of({join({Bytes{0xfd, 0x0c}, Bytes(16, 0), Bytes{0x1a, 0x12, 0}})}), section(0, text("producers"))}));
  ASSERT_TRUE(simd);
  EXPECT_EQ(simd->convention, GuestConvention::env);
  EXPECT_FALSE(simd->has_memory);
  EXPECT_EQ(simd->features, (std::vector<std::string>{"simd", "tail-calls"}));
  EXPECT_EQ(simd->custom_sections, std::vector<std::string>{"producers"});

  const auto foreign =
      read_module(module_of({section(1, {1, 0x60, 0, 0}), section(2, join({Bytes{1}, import("door", "open", {0, 0})})),
                             section(3, {1, 0}), code_of({Bytes{0xfe, 0, 2, 0}})}));
  ASSERT_TRUE(foreign);
  EXPECT_FALSE(foreign->convention);
  ASSERT_TRUE(foreign->refusal);
  EXPECT_EQ(foreign->refusal->offset, 8u + 6 + 3);
  EXPECT_NE(foreign->refusal->message.find("`open` from `door`"), std::string::npos) << foreign->refusal->message;
}

// Goal:   no cut and no damage of a module brings the check down, and every cut inside its code is refused.
// Method: each prefix of a guest, and each byte of it replaced by others from a fixed seed.
TEST(ModuleCheck, SurvivesCutsAndDamage) {
  const Bytes bytes = read_guest("echo");
  for (std::size_t length = 0; length < bytes.size(); ++length)
    if (const auto info = read_module(BytesView{bytes}.first(length))) {
      EXPECT_EQ(info->size_bytes, length);
    }
  SeededRandom random{20260202};
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    Bytes damaged = bytes;
    random.fill({&damaged[at], 1});
    const auto checked = check_module(damaged, GuestConvention::wasi);
    if (!checked) {
      EXPECT_NE(checked.error().message.find("at byte "), std::string::npos) << at;
    }
  }
}

}  // namespace gstd::wasm

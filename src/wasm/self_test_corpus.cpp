// The outputs are those of tests/unit/wasm/self_test_test.cpp, which computes them in C++; the fuel is that of the engine and
// the instrumentation as they are. Where either changes fuel on purpose, the engine's name changes, too, and the test prints all
// lines as they are now: put them here, after a look whether nothing but the fuel differs.
#include "wasm/self_test_corpus.hpp"

#include "wasm/digest.hpp"

namespace gstd::wasm {
namespace {

constexpr std::uint64_t kPages4 = 4u * (64u << 10);

constexpr std::array kCases{
    SelfTestCase{"integers", 0, "completed, output c9d4010c88e52bfddb740693b4f4b8fba818ae68e60dad87ff30c71c63b1d704, fuel 90053"},
    SelfTestCase{"floats", 1, "completed, output 4fea19c90e5ffec5848945e487f6ed6c27a220704dd837262959afa1cc26a12e, fuel 69066"},
    SelfTestCase{"nans", 2, "completed, output 9cd1c3de6364978759a14f918958cd3ba00db98b74f1b5720def4b54fbb653b7, fuel 104"},
    SelfTestCase{"vectors", 3, "completed, output 081b16e5cea830dc2e67713f1aa180f2c261149065fe946ab4e8eb62fc6ba2bb, fuel 13855"},
    SelfTestCase{.name = "memory",
                 .selector = 4,
                 .expected = "completed, output f6122100dde7ea2996e7352fc0ae17548cbe3f4ebde50ce5cf8282297d6a676e, fuel 144",
                 .memory_bytes_max = kPages4},
    SelfTestCase{"host", 5, "completed, output 7f7dd1a3365ad30f684c3da967660f9cf841b68fdf7f48358b0304f057277446, fuel 69"},
    SelfTestCase{"exit", 6, "exited 77, output b49f425a7e1f9cff3856329ada223f2f9d368f15a00cf48df16ca95986137fe8, fuel 62"},
    SelfTestCase{"recursion", 7, "completed, output ba6bccc99650c375b9ad6dabfece476ad1fcd789e8d047531de6afd2730278c3, fuel 46426"},
    SelfTestCase{"unreachable", 16, "trapped unreachable"},
    SelfTestCase{"out_of_bounds", 17, "trapped memory_out_of_bounds"},
    SelfTestCase{"division", 18, "trapped integer_division_by_zero"},
    SelfTestCase{"overflow", 19, "trapped integer_overflow"},
    SelfTestCase{"conversion", 20, "trapped bad_conversion_to_integer"},
    SelfTestCase{"signature", 21, "trapped bad_signature"},
    SelfTestCase{"null", 22, "trapped indirect_call_to_null"},
    SelfTestCase{"outside", 23, "trapped table_out_of_bounds"},
    SelfTestCase{"deep", 24, "trapped call_stack_exhausted"},
    SelfTestCase{"forever", 25, "fuel_exhausted, fuel 1000000"},
    SelfTestCase{"grow_and_trap", 26, "memory_limit"},
    SelfTestCase{"flood", 27, "output_limit"},
};

constexpr std::array kCalls{
    SelfTestCall{"one call", "completed, output ef1823e34196bc4561e9aec4e0b76d95c6fabfa8bd5dcaddb83760fd83f2f512, fuel 137"},
    SelfTestCall{"and another", "completed, output 4fef95ee4b052fe12a59c61a41c84bf5d1ae3730facf5dc217da52306fef8088, fuel 179"},
};

}  // namespace

std::span<const SelfTestCase> self_test_cases() noexcept { return kCases; }
std::span<const SelfTestCall> self_test_calls() noexcept { return kCalls; }

Result<std::string> account(const Outcome& outcome) {
  const auto digest = sha256({outcome.output});
  if (!digest) return digest.error();
  std::string text{to_string(outcome.kind)};
  if (!outcome.trap.empty()) text.append(" ").append(outcome.trap);
  if (outcome.exit_code != 0) text.append(" ").append(std::to_string(outcome.exit_code));
  if (!outcome.output.empty()) text.append(", output ").append(digest->hex());
  const bool exact_fuel =
      outcome.kind == OutcomeKind::completed || outcome.kind == OutcomeKind::exited || outcome.kind == OutcomeKind::fuel_exhausted;
  if (exact_fuel) text.append(", fuel ").append(std::to_string(outcome.fuel_used));
  return text;
}

}  // namespace gstd::wasm

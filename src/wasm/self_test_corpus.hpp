// What a sandbox is checked by before it works for money: small guests, and what every sound machine makes of them.
#pragma once

#include <gstd/wasm.hpp>

namespace gstd::wasm {

/// A program whose first byte of input chooses what it does: tests/guests/self_test.wat.
BytesView self_test_program() noexcept;

/// A reactor that adds up all that it is given: tests/guests/self_test_reactor.wat.
BytesView self_test_reactor() noexcept;

struct SelfTestCase {
  std::string_view name;
  std::uint8_t selector;      ///< The input.
  std::string_view expected;  ///< As account() has it.
  std::uint64_t fuel = 1'000'000;
  std::uint64_t memory_bytes_max = 64u << 10;  ///< The program declares so much.
  std::uint64_t output_bytes_max = 1u << 10;
};

std::span<const SelfTestCase> self_test_cases() noexcept;

/// What the reactor must give, for the calls with these inputs on one instance.
struct SelfTestCall {
  std::string_view input;
  std::string_view expected;
};
std::span<const SelfTestCall> self_test_calls() noexcept;

/// The parts of an outcome that are the same on all machines, as text: kind, trap, exit code, the output's digest, fuel where it is
/// exact. Errors: internal: the crypto library failed.
Result<std::string> account(const Outcome& outcome);

}  // namespace gstd::wasm

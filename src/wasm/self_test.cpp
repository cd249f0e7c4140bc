#include "wasm/self_test.hpp"

#include "wasm/self_test_corpus.hpp"

namespace gstd::wasm {
namespace {

Result<void> compare(const Outcome& outcome, std::string_view name, std::string_view expected) {
  // Nobody's fault, and nothing about the machine's results.
  if (outcome.kind == OutcomeKind::cancelled) return Error{ErrorCode::cancelled, "stopped during the sandbox's self-test", {}};
  const auto found = account(outcome);
  if (!found) return found.error();
  if (*found == expected) return {};
  return Error{ErrorCode::internal,
               "the sandbox's self-test `" + std::string(name) + "` gave \"" + *found + "\" instead of \"" + std::string(expected) +
                   "\"" + (outcome.message.empty() ? "" : " (" + outcome.message + ")") +
                   "; results of this machine would not agree with those of others: use an unchanged build of libgstd, or look for "
                   "faulty hardware",
               "self_test"};
}

Result<void> test_program(Backend& backend, std::uint64_t slot_memory_bytes_max, const CallOptions& options) {
  const auto program = backend.compile(self_test_program(), GuestConvention::wasi, options);
  if (!program) return program.error();
  for (const auto& entry : self_test_cases()) {
    if (entry.memory_bytes_max > slot_memory_bytes_max) continue;
    RunLimits limits;
    limits.fuel = entry.fuel;
    limits.memory_bytes_max = entry.memory_bytes_max;
    limits.output_bytes_max = entry.output_bytes_max;
    const auto outcome = backend.run(**program, BytesView{&entry.selector, 1}, limits, options.stop);
    if (!outcome) return outcome.error();
    if (auto same = compare(*outcome, entry.name, entry.expected); !same) return same;
  }
  return {};
}

Result<void> test_reactor(Backend& backend, const CallOptions& options) {
  const auto reactor = backend.compile(self_test_reactor(), GuestConvention::reactor, options);
  if (!reactor) return reactor.error();
  RunLimits limits;
  limits.memory_bytes_max = SelfTestCase{}.memory_bytes_max;
  const auto session = backend.open(**reactor, limits, options.stop);
  if (!session) return session.error();
  for (const auto& call : self_test_calls())
    if (auto same = compare((*session)->call(as_bytes(call.input), options.stop), "reactor", call.expected); !same) return same;
  return {};
}

}  // namespace

Result<void> run_self_test(Backend& backend, std::uint64_t slot_memory_bytes_max, const CallOptions& options) {
  if (SelfTestCase{}.memory_bytes_max > slot_memory_bytes_max) return {};
  if (auto tested = test_program(backend, slot_memory_bytes_max, options); !tested) return tested;
  return test_reactor(backend, options);
}

}  // namespace gstd::wasm

// Frames and messages between a process and its runner: what goes out comes in, and nothing else does.
#include "wasm/process/messages.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <thread>

namespace gstd::wasm::process {
namespace {

using std::chrono::nanoseconds;

// Both ends of a socket.
struct Pair {
  Pair() {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) ADD_FAILURE();
    a = FileDescriptor{ends[0]};
    b = FileDescriptor{ends[1]};
  }
  FileDescriptor a, b;
  Channel left() const { return {a.get(), -1}; }
  Channel right() const { return {b.get(), -1}; }
};

// What one side sends, as the other receives it.
template <class Send>
Bytes payload_of(FrameKind kind, Send send) {
  const Pair pair;
  Frame frame;
  std::jthread sender{[&] { EXPECT_EQ(send(pair.left()), Wait::done); }};
  EXPECT_EQ(pair.right().receive(frame, kFrameBytesMax, Channel::kForever), Wait::done);
  EXPECT_EQ(frame.kind, kind);
  return frame.payload;
}

// No proper prefix, and nothing longer, is a message.
template <class Read>
void expect_exact(const Bytes& payload, Read read) {
  ASSERT_TRUE(read(payload));
  for (std::size_t size = 0; size < payload.size(); ++size) EXPECT_FALSE(read(BytesView{payload}.first(size))) << size;
  Bytes longer = payload;
  longer.push_back(0);
  EXPECT_FALSE(read(longer));
}

Digest digest_of_ones() {
  Digest digest;
  digest.bytes.fill(1);
  return digest;
}

RunLimits limits() {
  RunLimits limits;
  limits.output_bytes_max = 10;
  limits.log_bytes_max = 5;
  return limits;
}

Bytes outcome_payload(const Outcome& outcome) {
  return payload_of(FrameKind::outcome, [&](const Channel& c) { return send_outcome(c, outcome); });
}

Outcome good_outcome() {
  Outcome outcome;
  outcome.kind = OutcomeKind::exited;
  outcome.exit_code = -3;
  outcome.fuel_used = 12345678901;
  outcome.fuel_used %= RunLimits{}.fuel;
  outcome.memory_bytes_peak = 65536;
  outcome.wall_time = std::chrono::microseconds{1500};
  outcome.message = "exit";
  outcome.log = "\xff log";
  outcome.output = {0, 1, 2};
  return outcome;
}

// Goal:   every message arrives as it was sent, and only whole.
// Method: one of each, with every field set; then cut at every byte and made longer.
TEST(RunnerMessages, RoundTrip) {
  const Hello hello{7, "1.2.3", "engine-1/ff", "plain"};
  const Bytes hello_bytes = payload_of(FrameKind::hello, [&](const Channel& c) { return send_hello(c, hello); });
  expect_exact(hello_bytes, read_hello);
  EXPECT_EQ(read_hello(hello_bytes)->revision, 7u);
  EXPECT_EQ(read_hello(hello_bytes)->version, "1.2.3");
  EXPECT_EQ(read_hello(hello_bytes)->engine, "engine-1/ff");
  EXPECT_EQ(read_hello(hello_bytes)->variant, "plain");

  const Bytes module{0, 'a', 's', 'm'};
  const CompileRequest compile{GuestConvention::reactor, module};
  const Bytes compile_bytes =
      payload_of(FrameKind::compile, [&](const Channel& c) { return send_compile(c, compile, Channel::kForever); });
  expect_exact(compile_bytes, read_compile);
  EXPECT_EQ(read_compile(compile_bytes)->convention, GuestConvention::reactor);
  EXPECT_EQ(as_text(read_compile(compile_bytes)->module), as_text(module));

  const Bytes code{9, 8, 7};
  const Compiled compiled{{digest_of_ones(), GuestConvention::env, 17}, code};
  const Bytes compiled_bytes = payload_of(FrameKind::compiled, [&](const Channel& c) { return send_compiled(c, compiled); });
  expect_exact(compiled_bytes, read_compiled);
  EXPECT_EQ(read_compiled(compiled_bytes)->facts, compiled.facts);
  EXPECT_EQ(as_text(read_compiled(compiled_bytes)->code), as_text(code));

  const Bytes input{1};
  const RunRequest run{limits(), code, input};
  const Bytes run_bytes =
      payload_of(FrameKind::run, [&](const Channel& c) { return send_run(c, FrameKind::run, run, Channel::kForever); });
  expect_exact(run_bytes, read_run);
  EXPECT_EQ(read_run(run_bytes)->limits, limits());
  EXPECT_EQ(as_text(read_run(run_bytes)->code), as_text(code));
  EXPECT_EQ(as_text(read_run(run_bytes)->input), as_text(input));

  const Error error{ErrorCode::invalid_argument, "no module", "module_invalid"};
  const Bytes error_bytes = payload_of(FrameKind::refused, [&](const Channel& c) { return send_refused(c, error); });
  expect_exact(error_bytes, read_refused);
  EXPECT_EQ(*read_refused(error_bytes), error);

  const Outcome outcome = good_outcome();
  const Bytes outcome_bytes = outcome_payload(outcome);
  EXPECT_LE(outcome_bytes.size(), outcome_bytes_max(limits()));
  const auto read = [](BytesView payload) { return read_outcome(payload, limits()); };
  expect_exact(outcome_bytes, read);
  const auto again = read(outcome_bytes);
  EXPECT_EQ(again->kind, outcome.kind);
  EXPECT_EQ(again->exit_code, outcome.exit_code);
  EXPECT_EQ(again->fuel_used, outcome.fuel_used);
  EXPECT_EQ(again->memory_bytes_peak, outcome.memory_bytes_peak);
  EXPECT_EQ(again->wall_time, outcome.wall_time);
  EXPECT_EQ(again->message, outcome.message);
  EXPECT_EQ(again->log, outcome.log);
  EXPECT_EQ(again->output, outcome.output);
}

// Goal:   an outcome that no honest runner gives under the limits is none.
// Method: each rule broken once in an outcome that is good otherwise.
TEST(RunnerMessages, RefuseOutcomesBeyondTheLimits) {
  const std::vector<void (*)(Outcome&)> changes{
      [](Outcome& o) { o.kind = static_cast<OutcomeKind>(99); },
      [](Outcome& o) { o.kind = static_cast<OutcomeKind>(-1); },
      [](Outcome& o) { o.kind = OutcomeKind::completed; },  // with an exit code
      [](Outcome& o) { o.exit_code = 0; },
      [](Outcome& o) { o.trap = "unreachable"; },
      [](Outcome& o) { o.kind = OutcomeKind::trapped, o.exit_code = 0, o.trap = "unreachable"; },  // with output
      [](Outcome& o) { o.kind = OutcomeKind::trapped, o.exit_code = 0, o.output.clear(); },        // without a name
      [](Outcome& o) { o.kind = OutcomeKind::trapped, o.exit_code = 0, o.output.clear(), o.trap = "Not a word"; },
      [](Outcome& o) { o.kind = OutcomeKind::trapped, o.exit_code = 0, o.output.clear(), o.trap = std::string(65, 'x'); },
      [](Outcome& o) { o.output.resize(11); },
      [](Outcome& o) { o.log = "longer"; },
      [](Outcome& o) { o.fuel_used = RunLimits{}.fuel + 1; },
      [](Outcome& o) { o.memory_bytes_peak = RunLimits{}.memory_bytes_max + 1; },
      [](Outcome& o) { o.wall_time = std::chrono::hours{1}; },
      [](Outcome& o) { o.wall_time = std::chrono::microseconds{-1}; },
  };
  for (std::size_t i = 0; i < changes.size(); ++i) {
    Outcome outcome = good_outcome();
    changes[i](outcome);
    EXPECT_FALSE(read_outcome(outcome_payload(outcome), limits())) << i;
  }
}

// Goal:   the one argument of a runner is read as it was written, and no other text is.
// Method: both directions; texts that are nearly one.
TEST(RunnerMessages, ReadTheArgument) {
  const auto read = parse_argument(to_argument({false, 1u << 20, 12345}));
  ASSERT_TRUE(read);
  EXPECT_FALSE(read->optimize);
  EXPECT_EQ(read->slot_memory_bytes_max, 1u << 20);
  EXPECT_EQ(read->data_bytes_max, 12345u);
  for (const char* text : {"", ";", "1:1:1", "2:1:1;", "1:0:1;", "1:4294967297:1;", "1:1:1;x", "1:1:;", "-1:1:1;", "1:1:1:1;",
                           "1:1:99999999999999999999;", "--help"})
    EXPECT_FALSE(parse_argument(text)) << text;
}

// Goal:   frames larger than any buffer pass, in both directions, and memory is taken only for what arrives.
// Method: 20 MiB through a socket; then a header that promises what never comes.
TEST(RunnerChannel, MovesLargeFrames) {
  const Pair pair;
  const Bytes large(20u << 20, 0x5a);
  std::jthread sender{[&] { EXPECT_EQ(pair.left().send(FrameKind::call, {large, large}, Channel::kForever), Wait::done); }};
  Frame frame;
  ASSERT_EQ(pair.right().receive(frame, kFrameBytesMax, Channel::kForever), Wait::done);
  EXPECT_EQ(frame.payload.size(), 2 * large.size());
  EXPECT_EQ(frame.payload.back(), 0x5a);
  sender.join();

  const std::array<std::uint8_t, kFrameHeaderBytes> header{18, 0, 0, 0, 0x20};
  ASSERT_EQ(write(pair.a.get(), header.data(), header.size()), 5);
  Frame promised;
  EXPECT_EQ(pair.right().receive(promised, kFrameBytesMax, system_clock().steady()), Wait::timed_out);
  EXPECT_LE(promised.payload.capacity(), 2u << 20);
}

// Goal:   a frame that is too long, an end that is gone, a deadline and a stop request are each told apart, and no signal is
// raised. Method: each, on both directions where it has two; SIGPIPE has its default here, which would end the program.
TEST(RunnerChannel, TellsWhyItEnded) {
  Pair pair;
  Frame frame;
  const Bytes ten(10);
  const auto past = system_clock().steady() - std::chrono::seconds{1};
  EXPECT_EQ(pair.left().receive(frame, 100, past), Wait::timed_out);
  ASSERT_EQ(pair.left().send(FrameKind::call, {ten}, Channel::kForever), Wait::done);
  EXPECT_EQ(pair.right().receive(frame, 9, Channel::kForever), Wait::garbled);
  const Bytes larger_than_buffers(32u << 20);
  EXPECT_EQ(pair.left().send(FrameKind::call, {larger_than_buffers}, past), Wait::timed_out);

  std::stop_source stop;
  const auto event = StopEvent::watch(stop.get_token());
  ASSERT_TRUE(event);
  const Pair quiet;
  std::jthread asks{[&] { stop.request_stop(); }};
  EXPECT_EQ((Channel{quiet.a.get(), (*event)->fd()}.receive(frame, 100, Channel::kForever)), Wait::stopped);
  EXPECT_EQ((*StopEvent::watch({}))->fd(), -1);

  pair.b.reset();
  EXPECT_EQ(pair.left().receive(frame, 100, Channel::kForever), Wait::closed);
  EXPECT_EQ(pair.left().send(FrameKind::call, {ten}, Channel::kForever), Wait::closed);
}

}  // namespace
}  // namespace gstd::wasm::process

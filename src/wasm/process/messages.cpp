#include "wasm/process/messages.hpp"

#include <algorithm>
#include <charconv>

namespace gstd::wasm::process {
namespace {

// A trap's name is a word of ours; the longest has 26 characters.
constexpr std::uint64_t kTrapBytesMax = 64;

// Versions and engine names are words of ours, too, and short.
constexpr std::uint64_t kNameBytesMax = 256;

// All of an outcome but output and log: numbers, lengths, trap and message.
constexpr std::uint64_t kOutcomeFixedBytesMax = kTextBytesMax + kTrapBytesMax + 128;

void write_facts(Writer& out, const ModuleFacts& facts) {
  out.raw(facts.sha256.view());
  out.i32(static_cast<std::int32_t>(facts.convention));
  out.u64(facts.memory_pages_min);
}

std::optional<GuestConvention> read_convention(Reader& in) {
  const std::int32_t number = in.i32();
  if (number < 0 || number > static_cast<std::int32_t>(GuestConvention::reactor)) return std::nullopt;
  return static_cast<GuestConvention>(number);
}

std::optional<ModuleFacts> read_facts(Reader& in) {
  const auto digest = Digest::from_bytes(in.raw(Digest::kSize));
  const auto convention = read_convention(in);
  const std::uint64_t pages = in.u64();
  // A 32-bit memory has at most 65536 pages of 64 KiB.
  constexpr std::uint64_t kPagesMax = kMemoryBytesMax >> 16;
  if (!digest || !convention || pages > kPagesMax) return std::nullopt;
  return ModuleFacts{*digest, *convention, pages};
}

void write_limits(Writer& out, const RunLimits& limits) {
  out.u64(limits.fuel);
  out.u64(limits.memory_bytes_max);
  out.u64(static_cast<std::uint64_t>(limits.wall_time.count()));
  out.u64(limits.output_bytes_max);
  out.u64(limits.log_bytes_max);
}

std::optional<RunLimits> read_limits(Reader& in) {
  RunLimits limits;
  limits.fuel = in.u64();
  limits.memory_bytes_max = in.u64();
  const std::uint64_t wall_ms = in.u64();
  limits.output_bytes_max = in.u64();
  limits.log_bytes_max = in.u64();
  if (wall_ms > static_cast<std::uint64_t>(kWallTimeMax.count())) return std::nullopt;
  limits.wall_time = std::chrono::milliseconds{wall_ms};
  if (!check_limits(limits)) return std::nullopt;
  return limits;
}

bool is_word(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c == '_' || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
}

// Codes and kinds are numbers with names; a number without one is refused.
std::optional<OutcomeKind> read_kind(Reader& in) {
  const auto kind = static_cast<OutcomeKind>(in.i32());
  if (parse_outcome_kind(to_string(kind)) != kind) return std::nullopt;
  return kind;
}

bool is_consistent(const Outcome& outcome) {
  const bool returned = outcome.kind == OutcomeKind::completed || outcome.kind == OutcomeKind::exited;
  if (!returned && !outcome.output.empty()) return false;
  if ((outcome.exit_code != 0) != (outcome.kind == OutcomeKind::exited)) return false;
  return outcome.trap.empty() != (outcome.kind == OutcomeKind::trapped) && is_word(outcome.trap);
}

// One decimal number up to `end`, which is dropped with it.
std::optional<std::uint64_t> take_number(std::string_view& text, char end) {
  std::uint64_t value = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || rest == text.data() + text.size() || *rest != end) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(rest - text.data()) + 1);
  return value;
}

}  // namespace

std::string to_argument(const RunnerSettings& settings) {
  return std::to_string(settings.optimize ? 1 : 0) + ":" + std::to_string(settings.slot_memory_bytes_max) + ":" +
         std::to_string(settings.data_bytes_max) + ";";
}

std::optional<RunnerSettings> parse_argument(std::string_view argument) {
  const auto optimize = take_number(argument, ':');
  const auto memory = take_number(argument, ':');
  const auto data = take_number(argument, ';');
  if (!optimize || !memory || !data || !argument.empty() || *optimize > 1 || *memory == 0 || *memory > kMemoryBytesMax)
    return std::nullopt;
  return RunnerSettings{*optimize == 1, *memory, *data};
}

Wait send_hello(const Channel& channel, const Hello& hello) {
  Writer out;
  out.u32(hello.revision);
  out.text(hello.version);
  out.text(hello.engine);
  out.text(hello.variant);
  return channel.send(FrameKind::hello, {out.view()}, Channel::kForever);
}

std::optional<Hello> read_hello(BytesView payload) {
  Reader in{payload};
  Hello hello;
  hello.revision = in.u32();
  hello.version = in.text(kNameBytesMax);
  hello.engine = in.text(kNameBytesMax);
  hello.variant = in.text(kNameBytesMax);
  if (!in.complete()) return std::nullopt;
  return hello;
}

Wait send_compile(const Channel& channel, const CompileRequest& request, Channel::Nanoseconds deadline) {
  Writer out;
  out.i32(static_cast<std::int32_t>(request.convention));
  out.u64(request.module.size());
  return channel.send(FrameKind::compile, {out.view(), request.module}, deadline);
}

std::optional<CompileRequest> read_compile(BytesView payload) {
  Reader in{payload};
  const auto convention = read_convention(in);
  const BytesView module = in.bytes(kModuleBytesMax);
  if (!in.complete() || !convention) return std::nullopt;
  return CompileRequest{*convention, module};
}

Wait send_compiled(const Channel& channel, const Compiled& compiled) {
  Writer out;
  write_facts(out, compiled.facts);
  out.u64(compiled.code.size());
  return channel.send(FrameKind::compiled, {out.view(), compiled.code}, Channel::kForever);
}

std::optional<Compiled> read_compiled(BytesView payload) {
  Reader in{payload};
  const auto facts = read_facts(in);
  const BytesView code = in.bytes(kCodeBytesMax);
  if (!in.complete() || !facts || code.empty()) return std::nullopt;
  return Compiled{*facts, code};
}

Wait send_run(const Channel& channel, FrameKind kind, const RunRequest& request, Channel::Nanoseconds deadline) {
  Writer out;
  write_limits(out, request.limits);
  out.u64(request.code.size());
  Writer between;
  between.u64(request.input.size());
  return channel.send(kind, {out.view(), request.code, between.view(), request.input}, deadline);
}

std::optional<RunRequest> read_run(BytesView payload) {
  Reader in{payload};
  const auto limits = read_limits(in);
  const BytesView code = in.bytes(kCodeBytesMax);
  const BytesView input = in.bytes(kFrameBytesMax);
  if (!in.complete() || !limits || code.empty()) return std::nullopt;
  return RunRequest{*limits, code, input};
}

Wait send_refused(const Channel& channel, const Error& error) {
  Writer out;
  out.i32(static_cast<std::int32_t>(error.code));
  out.text(clip_utf8(error.message, kTextBytesMax));
  out.text(clip_utf8(error.reason, kNameBytesMax));
  return channel.send(FrameKind::refused, {out.view()}, Channel::kForever);
}

std::optional<Error> read_refused(BytesView payload) {
  Reader in{payload};
  Error error;
  error.code = static_cast<ErrorCode>(in.i32());
  error.message = in.text(kTextBytesMax);
  error.reason = in.text(kNameBytesMax);
  const bool is_code = parse_error_code(to_string(error.code)) == error.code;
  if (!in.complete() || !is_code || error.message.empty() || !is_word(error.reason)) return std::nullopt;
  return error;
}

Wait send_outcome(const Channel& channel, const Outcome& outcome) {
  Writer out;
  out.i32(static_cast<std::int32_t>(outcome.kind));
  out.i32(outcome.exit_code);
  out.text(outcome.trap);
  out.u64(outcome.fuel_used);
  out.u64(outcome.memory_bytes_peak);
  out.u64(static_cast<std::uint64_t>(outcome.wall_time.count()));
  out.text(clip_utf8(outcome.message, kTextBytesMax));
  out.text(outcome.log);
  out.u64(outcome.output.size());
  return channel.send(FrameKind::outcome, {out.view(), outcome.output}, Channel::kForever);
}

std::uint64_t outcome_bytes_max(const RunLimits& limits) noexcept {
  return kOutcomeFixedBytesMax + limits.output_bytes_max + limits.log_bytes_max;
}

std::optional<Outcome> read_outcome(BytesView payload, const RunLimits& limits) {
  Reader in{payload};
  Outcome outcome;
  const auto kind = read_kind(in);
  outcome.exit_code = in.i32();
  outcome.trap = in.text(kTrapBytesMax);
  outcome.fuel_used = in.u64();
  outcome.memory_bytes_peak = in.u64();
  const std::uint64_t wall_us = in.u64();
  outcome.message = in.text(kTextBytesMax);
  outcome.log = in.text(limits.log_bytes_max);
  const BytesView output = in.bytes(limits.output_bytes_max);
  // A run of a minute, and what ending it takes; no more than a number that cannot overflow anything.
  constexpr std::uint64_t kWallUsMax = 2 * std::chrono::microseconds{kWallTimeMax}.count();
  if (!in.complete() || !kind || outcome.fuel_used > limits.fuel || outcome.memory_bytes_peak > limits.memory_bytes_max ||
      wall_us > kWallUsMax)
    return std::nullopt;
  outcome.kind = *kind;
  outcome.wall_time = std::chrono::microseconds{wall_us};
  outcome.output.assign(output.begin(), output.end());
  if (!is_consistent(outcome)) return std::nullopt;
  return outcome;
}

}  // namespace gstd::wasm::process

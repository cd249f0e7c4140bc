// Isolation::process, the host's side. What is compiled here is bytes that only children ever load; this process keeps them, and
// would not know what to do with them.
//
// A child is an enemy from the moment it has read a module: every answer is bounded before it is read and checked after, and a wait
// for it ends by the deadline, by the caller's stop request or by the child's end. A child serves one compilation, one run or one
// instance, never two modules, and is killed as soon as it has answered.
#include "wasm/process/process_backend.hpp"

#include "wasm/digest.hpp"
#include "wasm/process/runner_path.hpp"
#include "wasm/process/runners.hpp"

namespace gstd::wasm {
namespace process {
namespace {

using Nanoseconds = Channel::Nanoseconds;

// How long after a guest's wall time the child may take to say so: its own timekeeper ends the guest; this is for one that cannot.
constexpr std::chrono::seconds kEndGrace{2};

// Sending code and input to a child that reads as fast as it can.
constexpr std::chrono::seconds kSendMax{10};

// Beside what a guest may have, private memory of a runner that runs it: the engine, stacks of its threads (16 MiB and less), the
// code twice (as received, as loaded), input and output.
constexpr std::uint64_t kRunHeadroomBytes = 256ull << 20;

// For a runner that compiles. The largest modules accepted take about 3 GiB; a compile bomb that wants more ends here.
constexpr std::uint64_t kCompileBytesMax = 4ull << 30;

struct OpaqueCode final : Code {
  Bytes saved;  ///< As Backend::save() of the runner gave them.
};

Nanoseconds from_now(Nanoseconds duration) { return system_clock().steady() + duration; }

std::chrono::seconds whole_seconds(Nanoseconds duration) { return std::chrono::ceil<std::chrono::seconds>(duration); }

Outcome ended(OutcomeKind kind, std::string message) {
  Outcome outcome;
  outcome.kind = kind;
  outcome.message = std::move(message);
  return outcome;
}

// A child's word for what it is would prove nothing.
Outcome named(Outcome outcome, const std::string& engine) {
  outcome.engine = engine;
  return outcome;
}

Outcome cancelled() { return ended(OutcomeKind::cancelled, "the run was cancelled"); }

// What a wait that brought no answer means for the guest.
Outcome outcome_of(Wait wait, ChildProcess& child) {
  switch (wait) {
    case Wait::stopped:
      return cancelled();
    case Wait::timed_out:
      return ended(OutcomeKind::timed_out, "the guest took longer than its wall time, and its process was ended");
    case Wait::closed:
      return ended(OutcomeKind::host_failure, child.explain_end());
    default:
      return ended(OutcomeKind::host_failure, "the runner's process gave an answer that is none");
  }
}

Error error_of(Wait wait, ChildProcess& child) {
  switch (wait) {
    case Wait::stopped:
      return {ErrorCode::cancelled, "stop requested while the module was compiled", {}};
    case Wait::timed_out:
      return {ErrorCode::deadline_exceeded, "compiling took longer than allowed; give it more time, or refuse the module",
              "compile_time"};
    case Wait::closed:
      return {ErrorCode::resource_exhausted, "compiling the module failed: " + child.explain_end(), "compile"};
    default:
      return {ErrorCode::resource_exhausted, "compiling the module failed: the runner's process gave an answer that is none",
              "compile"};
  }
}

Error bad_answer(ChildProcess& child) { return error_of(Wait::garbled, child); }

Bytes flatten(const Compiled& compiled) {
  Writer out;
  out.raw(compiled.facts.sha256.view());
  out.i32(static_cast<std::int32_t>(compiled.facts.convention));
  out.u64(compiled.facts.memory_pages_min);
  out.bytes(compiled.code);
  const BytesView view = out.view();
  return {view.begin(), view.end()};
}

std::shared_ptr<const Code> make_code(const Compiled& compiled) {
  auto code = std::make_shared<OpaqueCode>();
  code->sha256 = compiled.facts.sha256;
  code->convention = compiled.facts.convention;
  code->memory_pages_min = compiled.facts.memory_pages_min;
  code->saved.assign(compiled.code.begin(), compiled.code.end());
  return code;
}

// One answer that must be an outcome within the limits.
Outcome receive(ChildProcess& child, int stop_fd, const RunLimits& limits) {
  Frame frame;
  const Wait wait = Channel{child.socket(), stop_fd}.receive(frame, std::max(outcome_bytes_max(limits), kShortFrameBytesMax),
                                                             from_now(limits.wall_time + kEndGrace));
  if (wait != Wait::done) return outcome_of(wait, child);
  if (frame.kind == FrameKind::refused)
    if (auto error = read_refused(frame.payload)) return ended(OutcomeKind::host_failure, std::move(error->message));
  auto outcome = frame.kind == FrameKind::outcome ? read_outcome(frame.payload, limits) : std::nullopt;
  return outcome ? *std::move(outcome) : outcome_of(Wait::garbled, child);
}

class ProcessSession final : public Session {
 public:
  ProcessSession(ChildProcess child, const RunLimits& limits, std::string engine)
      : child_(std::move(child)), limits_(limits), engine_(std::move(engine)) {}

  Outcome call(BytesView input, const std::stop_token& stop) override {
    const auto event = StopEvent::watch(stop);
    if (!event) return named(ended(OutcomeKind::host_failure, event.error().message), engine_);
    // The child's processor time adds up over its calls, and is never more than the time that passed in them.
    const Nanoseconds start = system_clock().steady();
    if (used_ + limits_.wall_time + kEndGrace > cpu_allowed_) {
      cpu_allowed_ = 2 * used_ + limits_.wall_time + kEndGrace;  // doubled, so that many short calls rarely come here
      child_.allow_cpu(whole_seconds(cpu_allowed_));
    }
    const Wait wait = Channel{child_.socket(), (*event)->fd()}.send(FrameKind::call, {input}, from_now(kSendMax));
    Outcome outcome = wait == Wait::done ? receive(child_, (*event)->fd(), limits_) : outcome_of(wait, child_);
    used_ += system_clock().steady() - start;
    return named(std::move(outcome), engine_);
  }

 private:
  ChildProcess child_;
  const RunLimits limits_;
  const std::string engine_;
  Nanoseconds used_{0};
  Nanoseconds cpu_allowed_{0};
};

class ProcessBackend final : public Backend {
 public:
  ProcessBackend(const std::string& program, const RunnerSettings& running, const RunnerSettings& compiling)
      : running_(program, running), compiling_(program, compiling) {}

  // Starts the first runner and keeps it as the spare one, so that a missing or foreign program is told here.
  Result<void> begin() {
    auto child = running_.take(-1);
    if (!child) return std::move(child).error();
    running_.keep(*std::move(child));
    return {};
  }

  Result<std::shared_ptr<const Code>> compile(BytesView module, GuestConvention convention, const CallOptions& options) override {
    const Nanoseconds deadline = from_now(options.timeout);
    const auto event = StopEvent::watch(options.stop);
    if (!event) return event.error();
    const int stop_fd = (*event)->fd();
    auto child = compiling_.take(stop_fd);
    if (!child) return std::move(child).error();
    child->allow_cpu(whole_seconds(options.timeout));
    const Channel channel{child->socket(), stop_fd};
    if (const Wait wait = send_compile(channel, {convention, module}, deadline); wait != Wait::done) return error_of(wait, *child);
    // What the code belongs to is not the child's to say.
    const auto digest = sha256({module});
    if (!digest) return digest.error();
    Frame frame;
    if (const Wait wait = channel.receive(frame, kFrameBytesMax, deadline); wait != Wait::done) return error_of(wait, *child);
    if (frame.kind == FrameKind::refused) {
      auto error = read_refused(frame.payload);
      return error ? *std::move(error) : bad_answer(*child);
    }
    const auto compiled = frame.kind == FrameKind::compiled ? read_compiled(frame.payload) : std::nullopt;
    if (!compiled || compiled->facts.sha256 != *digest || compiled->facts.convention != convention) return bad_answer(*child);
    return make_code(*compiled);
  }

  Result<Bytes> save(const Code& code) const override {
    const auto& opaque = static_cast<const OpaqueCode&>(code);
    return flatten({{code.sha256, code.convention, code.memory_pages_min}, opaque.saved});
  }

  Result<std::shared_ptr<const Code>> load(BytesView saved) const override {
    const auto compiled = read_compiled(saved);
    if (!compiled) return Error{ErrorCode::internal, "the saved code of a module is damaged; compile it again", {}};
    return make_code(*compiled);
  }

  Result<Outcome> run(const Code& code, BytesView input, const RunLimits& limits, const std::stop_token& stop) override {
    const auto event = StopEvent::watch(stop);
    if (!event) return event.error();
    const int stop_fd = (*event)->fd();
    auto child = start(FrameKind::run, code, input, limits, stop_fd);
    if (!child && child.error().code == ErrorCode::cancelled) return named(cancelled(), engine());
    if (!child) return std::move(child).error();
    running_.refill();
    return named(receive(*child, stop_fd, limits), engine());
  }

  Result<std::unique_ptr<Session>> open(const Code& code, const RunLimits& limits, const std::stop_token& stop) override {
    const auto event = StopEvent::watch(stop);
    if (!event) return event.error();
    const int stop_fd = (*event)->fd();
    auto child = start(FrameKind::open, code, {}, limits, stop_fd);
    if (!child) return std::move(child).error();
    running_.refill();
    const Outcome started = receive(*child, stop_fd, limits);
    if (started.kind == OutcomeKind::cancelled) return Error{ErrorCode::cancelled, "stopped while the instance was made", {}};
    if (started.kind != OutcomeKind::completed)
      return Error{ErrorCode::failed_precondition,
                   "the reactor did not start: " + std::string(to_string(started.kind)) + ": " + started.message,
                   "instance_failed"};
    return std::unique_ptr<Session>{std::make_unique<ProcessSession>(*std::move(child), limits, engine())};
  }

  const std::string& engine() const noexcept override { return running_.hello().engine; }
  std::string variant() const override { return "process " + running_.hello().variant; }

 private:
  // A child that has been given its job.
  Result<ChildProcess> start(FrameKind kind, const Code& code, BytesView input, const RunLimits& limits, int stop_fd) {
    auto child = running_.take(stop_fd);
    if (!child) return child;
    child->allow_cpu(whole_seconds(limits.wall_time + kEndGrace));
    const RunRequest request{limits, static_cast<const OpaqueCode&>(code).saved, input};
    const Wait wait = send_run(Channel{child->socket(), stop_fd}, kind, request, from_now(kSendMax));
    if (wait == Wait::stopped) return Error{ErrorCode::cancelled, "stop requested while the run started", {}};
    if (wait == Wait::timed_out)
      return Error{ErrorCode::unavailable, "a runner did not take its job in time; the machine is overloaded", "runner_start"};
    if (wait == Wait::garbled) return Error{ErrorCode::resource_exhausted, "code and input are too large for one message", {}};
    // Where the child is gone already, waiting for its answer tells how it ended.
    return child;
  }

  Runners running_;
  Runners compiling_;
};

}  // namespace
}  // namespace process

Result<std::unique_ptr<Backend>> make_process_backend(const SandboxOptions& options) {
  using namespace process;
  auto program = find_runner(options.runner_program);
  if (!program) return std::move(program).error();
  const RunnerSettings running{options.optimize, options.slot_memory_bytes_max, options.slot_memory_bytes_max + kRunHeadroomBytes};
  const RunnerSettings compiling{options.optimize, options.slot_memory_bytes_max, kCompileBytesMax};
  auto backend = std::make_unique<ProcessBackend>(*program, running, compiling);
  if (auto begun = backend->begin(); !begun) return std::move(begun).error();
  return std::unique_ptr<Backend>{std::move(backend)};
}

}  // namespace gstd::wasm

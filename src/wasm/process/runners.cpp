#include "wasm/process/runners.hpp"

#include <gstd/version.hpp>

#include <poll.h>

namespace gstd::wasm::process {
namespace {

Error mismatch(const std::string& program, const std::string& what) {
  return {ErrorCode::failed_precondition,
          program + " " + what + ", and this is libgstd " GSTD_VERSION_STRING "; install the two from one build",
          "runner_mismatch"};
}

Error no_start(std::string why) { return {ErrorCode::unavailable, std::move(why), "runner_start"}; }

// A runner that has said hello says nothing until it is asked: anything to read is its end.
bool is_quiet(const ChildProcess& child) {
  pollfd socket{child.socket(), POLLIN, 0};
  return poll(&socket, 1, 0) == 0;
}

}  // namespace

Result<ChildProcess> Runners::take(int stop_fd) {
  std::optional<Spare> spare;
  {
    const std::lock_guard lock{mutex_};
    spare.swap(spare_);
  }
  // One that waited may have been ended meanwhile, by a system short of memory or by somebody's hand: then a fresh one is taken.
  if (spare && !spare->greeted) {
    auto greeted = greet(spare->child, stop_fd);
    if (!greeted && greeted.error().reason != "runner_start") return std::move(greeted).error();
    spare->greeted = greeted.has_value();
  }
  if (spare && spare->greeted && is_quiet(spare->child)) return std::move(spare->child);
  auto child = ChildProcess::start(program_, argument_);
  if (!child) return child;
  if (auto greeted = greet(*child, stop_fd); !greeted) return std::move(greeted).error();
  return child;
}

Result<void> Runners::greet(ChildProcess& child, int stop_fd) {
  Frame frame;
  const Channel channel{child.socket(), stop_fd};
  switch (channel.receive(frame, kShortFrameBytesMax, system_clock().steady() + kStartMax)) {
    case Wait::done:
      break;
    case Wait::stopped:
      return Error{ErrorCode::cancelled, "stop requested while a runner started", {}};
    case Wait::timed_out:
      return no_start("a runner did not start within " + std::to_string(kStartMax.count()) + " s; the machine is overloaded");
    case Wait::closed:
      return no_start("a runner did not start: " + child.explain_end());
    case Wait::garbled:
      return mismatch(program_, "speaks another language");
  }
  if (frame.kind == FrameKind::refused)
    if (auto error = read_refused(frame.payload)) return *std::move(error);
  const auto hello = frame.kind == FrameKind::hello ? read_hello(frame.payload) : std::nullopt;
  if (!hello || hello->revision != kProtocolRevision) return mismatch(program_, "speaks another language");
  if (hello->version != GSTD_VERSION_STRING) return mismatch(program_, "is of version " + hello->version);
  std::call_once(greeted_, [&] { hello_ = *hello; });
  if (hello->engine != hello_.engine || hello->variant != hello_.variant) return mismatch(program_, "was replaced by another one");
  return {};
}

void Runners::refill() noexcept {
  {
    const std::lock_guard lock{mutex_};
    if (spare_ || starting_) return;
    starting_ = true;
  }
  std::optional<Spare> fresh;
  try {
    if (auto child = ChildProcess::start(program_, argument_)) fresh.emplace(Spare{*std::move(child), false});
  } catch (...) {  // out of memory: the next run starts its own
  }
  const std::lock_guard lock{mutex_};
  starting_ = false;
  if (!spare_) spare_.swap(fresh);
}

void Runners::keep(ChildProcess child) {
  std::optional<Spare> spare{Spare{std::move(child), true}};
  const std::lock_guard lock{mutex_};
  if (!spare_) spare_.swap(spare);
}

}  // namespace gstd::wasm::process

#include "wasm/process/serve.hpp"

#include <gstd/version.hpp>

#include "wasm/compiled_module.hpp"
#include "wasm/guest.hpp"
#include "wasm/process/messages.hpp"

namespace gstd::wasm::process {
namespace {

// Bytes move in one direction at a time, so whatever cannot be sent or read as it should be ends the conversation; the owner sees
// the end of the socket and knows what to make of it.
bool sent(Wait wait) { return wait == Wait::done; }

class Service {
 public:
  Service(const std::shared_ptr<const Engine>& engine, Timekeeper& keeper, std::uint64_t memory_bytes_max, const Channel& channel)
      : engine_(engine), keeper_(keeper), memory_bytes_max_(memory_bytes_max), channel_(channel) {}

  void compile(BytesView payload) {
    const auto request = read_compile(payload);
    if (!request) return;
    // Its time is the owner's to watch, who ends the process.
    const auto info = admit_module(request->module, request->convention);
    if (!info) return refuse(info.error());
    const auto code = compile_module(engine_, request->module, *info, request->convention, memory_bytes_max_);
    if (!code) return refuse(code.error());
    const auto saved = save_module(**code);
    if (!saved) return refuse(saved.error());
    if (saved->size() > kCodeBytesMax)
      return refuse(
          {ErrorCode::resource_exhausted, "the module's code is larger than a host moves between its processes", "compile"});
    send_compiled(channel_, {{(*code)->sha256, (*code)->convention, (*code)->memory_pages_min}, *saved});
  }

  void run(BytesView payload) {
    const auto request = read_run(payload);
    if (!request) return;
    const auto code = load_module(engine_, request->code);
    if (!code) return refuse(code.error());
    send_outcome(channel_, Guest{**code, request->limits, keeper_}.run(request->input, {}));
  }

  void open(BytesView payload) {
    const auto request = read_run(payload);
    if (!request || !request->input.empty()) return;
    const auto code = load_module(engine_, request->code);
    if (!code) return refuse(code.error());
    Guest guest{**code, request->limits, keeper_};
    const Outcome started = guest.start({});
    if (!sent(send_outcome(channel_, started)) || started.kind != OutcomeKind::completed) return;
    for (Frame frame;;) {
      if (channel_.receive(frame, kFrameBytesMax, Channel::kForever) != Wait::done || frame.kind != FrameKind::call) return;
      if (!sent(send_outcome(channel_, guest.call(frame.payload, {})))) return;
    }
  }

 private:
  void refuse(const Error& error) { send_refused(channel_, error); }

  const std::shared_ptr<const Engine>& engine_;
  Timekeeper& keeper_;
  const std::uint64_t memory_bytes_max_;
  const Channel& channel_;
};

}  // namespace

void serve(const std::shared_ptr<const Engine>& engine, Timekeeper& keeper, std::uint64_t memory_bytes_max,
           const Channel& channel) {
  if (!sent(send_hello(channel, {kProtocolRevision, GSTD_VERSION_STRING, engine->name, engine->variant}))) return;
  Frame frame;
  if (channel.receive(frame, kFrameBytesMax, Channel::kForever) != Wait::done) return;
  Service service{engine, keeper, memory_bytes_max, channel};
  switch (frame.kind) {
    case FrameKind::compile:
      return service.compile(frame.payload);
    case FrameKind::run:
      return service.run(frame.payload);
    case FrameKind::open:
      return service.open(frame.payload);
    default:
      return;
  }
}

}  // namespace gstd::wasm::process

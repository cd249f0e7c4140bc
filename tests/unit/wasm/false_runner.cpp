// A runner that an enemy has taken over, or that is another program altogether. How it misbehaves is the name it is called by.
#include <gstd/version.hpp>

#include <unistd.h>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "wasm/digest.hpp"
#include "wasm/process/child_process.hpp"
#include "wasm/process/messages.hpp"

namespace gstd::wasm::process {
namespace {

const Channel channel{kChildSocket, -1};

void hello(const std::string& version = GSTD_VERSION_STRING, std::uint32_t revision = kProtocolRevision) {
  send_hello(channel, {revision, version, "false-1/0", "false"});
}

// A compilation is answered as it should be, so that the run that follows meets the misbehaviour.
void compile_first() {
  hello();
  Frame frame;
  if (channel.receive(frame, kFrameBytesMax, Channel::kForever) != Wait::done) _exit(1);
  if (frame.kind != FrameKind::compile) return;
  const auto request = read_compile(frame.payload);
  const Bytes code{1};
  const auto digest = request ? sha256({request->module}) : Digest{};
  if (digest) send_compiled(channel, {{*digest, GuestConvention::wasi, 0}, code});
  pause();
}

void raw(std::initializer_list<std::uint8_t> bytes) {
  const std::vector<std::uint8_t> all{bytes};
  [[maybe_unused]] const auto written = write(kChildSocket, all.data(), all.size());
}

struct Behaviour {
  std::string_view name;
  void (*act)();
};

constexpr Behaviour kBehaviours[] = {
    // At its start.
    {"older", [] { hello("0.0.1"); }},
    {"revised", [] { hello(GSTD_VERSION_STRING, kProtocolRevision + 1); }},
    {"foreign",
     [] {
       raw({'S', 'S', 'H', '-', '2', '.', '0'});
     }},
    {"exits", [] { _exit(7); }},
    {"crashes", [] { std::abort(); }},
    // When asked to compile.
    {"compile_garbage",
     [] {
       hello(), raw({17, 3, 0, 0, 0, 'a', 'b', 'c'});
     }},
    {"compile_too_long",
     [] {
       hello(), raw({17, 0xff, 0xff, 0xff, 0xff});
     }},
    {"compile_other_module",
     [] {
       hello();
       const Bytes code{1};
       send_compiled(channel, {{Digest{}, GuestConvention::wasi, 0}, code});
     }},
    // When asked to run.
    {"run_garbage",
     [] {
       compile_first(), raw({18, 3, 0, 0, 0, 'a', 'b', 'c'});
     }},
    {"run_too_long",
     [] {
       compile_first(), raw({18, 0xff, 0xff, 0xff, 0x0f});
     }},
    {"run_other_kind", [] { compile_first(), hello(); }},
    {"run_half",
     [] {
       compile_first(), raw({18, 90, 0, 0, 0, 1}), _exit(0);
     }},
    {"run_closes",
     [] {
       compile_first();
       close(kChildSocket);
       for (;;) pause();
     }},
    {"run_exits", [] { compile_first(), _exit(9); }},
    {"run_crashes", [] { compile_first(), static_cast<void>(std::raise(SIGSEGV)); }},
    {"run_too_much_output",
     [] {
       compile_first();
       Outcome outcome;
       outcome.kind = OutcomeKind::completed;
       outcome.output.resize((64u << 10) + 1);
       send_outcome(channel, outcome);
     }},
    {"run_too_much_fuel",
     [] {
       compile_first();
       Outcome outcome;
       outcome.kind = OutcomeKind::completed;
       outcome.fuel_used = 50'000'001;
       send_outcome(channel, outcome);
     }},
    {"run_no_kind",
     [] {
       compile_first();
       Outcome outcome;
       outcome.kind = static_cast<OutcomeKind>(99);
       send_outcome(channel, outcome);
     }},
};

}  // namespace
}  // namespace gstd::wasm::process

int main(int, char** arguments) {
  using namespace gstd::wasm::process;
  std::string_view name = arguments[0];
  name.remove_prefix(name.rfind('/') + 1);
  for (const auto& behaviour : kBehaviours)
    if (behaviour.name == name) behaviour.act();
  pause();  // until the owner has had enough
}

// gstd-runner: the child in which Isolation::process compiles and runs one module.
//
// Started by libgstd with a socket as its only descriptor. It sets up the engine, gives up what it will not need (confine.hpp), and
// only then reads what a stranger wrote. All threads are there by then: this one, which does nothing but wait for the end of the
// socket, since a guest in a loop reads nothing and must not outlive its owner; one with a stack of known size, which does the
// work; and the engine's timekeeper.
#include <malloc.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cerrno>
#include <cstdio>

#include "wasm/engine.hpp"
#include "wasm/process/child_process.hpp"
#include "wasm/process/confine.hpp"
#include "wasm/process/messages.hpp"
#include "wasm/process/serve.hpp"
#include "wasm/stack_thread.hpp"

namespace gstd::wasm::process {
namespace {

constexpr int kUsage = 2;

Result<void> work(const RunnerSettings& settings, const Channel& channel) {
  // Nobody else lives in this process: its signal handlers are the engine's to have.
  auto engine = Engine::create({.slots = 1,
                                .slot_memory_bytes_max = settings.slot_memory_bytes_max,
                                .isolation = Isolation::process,
                                .optimize = settings.optimize,
                                .signal_handlers = true});
  if (!engine) return std::move(engine).error();
  auto keeper = Timekeeper::start();
  if (!keeper) return std::move(keeper).error();
  if (auto confined = confine(settings.data_bytes_max); !confined) return confined;
  serve(*engine, **keeper, settings.slot_memory_bytes_max, channel);
  // At once: the owner has its answer, and nothing here is worth tidying up.
  _exit(0);
}

// Whatever is thrown ends the process, as it should.
void work_to_the_end(const RunnerSettings& settings) noexcept {
  const Channel channel{kChildSocket, -1};
  if (auto worked = work(settings, channel); !worked) send_refused(channel, worked.error());
  _exit(1);
}

bool is_socket(int descriptor) {
  int type = 0;
  socklen_t size = sizeof type;
  return getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &size) == 0;
}

int main(int count, char** arguments) {
  const auto settings = count == 2 ? parse_argument(arguments[1]) : std::nullopt;
  if (!settings || !is_socket(kChildSocket)) {
    std::fputs("gstd-runner is started by libgstd, for Isolation::process; it does nothing by itself\n", stderr);
    return kUsage;
  }
  // One heap for all threads, grown by brk: giving back a part of any other, the C library first reads a file of the kernel's, and
  // by then it may not.
  mallopt(M_ARENA_MAX, 1);
  auto worker = StackThread::start(kThreadStackBytes, [&] { work_to_the_end(*settings); });
  if (!worker) return static_cast<void>(send_refused(Channel{kChildSocket, -1}, worker.error())), 1;
  for (;;) {
    pollfd socket{kChildSocket, POLLRDHUP, 0};
    if (poll(&socket, 1, -1) > 0) _exit(0);
  }
}

}  // namespace
}  // namespace gstd::wasm::process

int main(int count, char** arguments) { return gstd::wasm::process::main(count, arguments); }

// The same guests by what others would take: Node's WebAssembly, and Wasmtime's package for Python. Each is a program of its own
// that prints lines of a name and a number; where it cannot run there are no rows of it.
#include "wasm/peers.hpp"

#include <cstdio>
#include <map>

#include "wasm/support.hpp"

namespace gstd::bench {
namespace {

struct Peer {
  const char* name;
  const char* command;
};
constexpr Peer kPeers[] = {
    {"node", "node " GSTD_BENCH_PEERS_DIR "/peer_node.mjs " GSTD_GUESTS_DIR " " GSTD_BENCH_GUESTS_DIR},
    {"python",
     "python3 " GSTD_BENCH_PEERS_DIR "/peer_wasmtime.py " GSTD_BENCH_VENV_DIR " " GSTD_GUESTS_DIR " " GSTD_BENCH_GUESTS_DIR},
};

std::map<std::string, double> figures_of(const Peer& peer) {
  std::map<std::string, double> figures;
  std::FILE* const program = popen(peer.command, "r");
  if (program == nullptr) return figures;
  char name[32];
  for (double value = 0; std::fscanf(program, "%31s %lf", name, &value) == 2;) figures[name] = value;
  if (pclose(program) != 0) figures.clear();
  return figures;
}

}  // namespace

void register_peers() {
  for (const Peer& peer : kPeers)
    for (const auto& [name, value] : figures_of(peer))
      once(benchmark::RegisterBenchmark(("peer/" + std::string{peer.name} + "/" + name).c_str(), [value](benchmark::State& state) {
        for (auto _ : state) {
        }
        state.counters["ms"] = value;
        state.counters["median_us"] = 1e3 * value;
      }));
}

}  // namespace gstd::bench

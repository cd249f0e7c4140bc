// The whole flow over HTTP: create, challenge, claim, run, sign, complete, pay; on a SQLite file, with a no-op guest and difficulty
// 0, so that what is measured is ours. Coordinator, worker and requesters share this process and the machine's cores.
#include <gstd/coordinator.hpp>
#include <gstd/worker.hpp>

#include <benchmark/benchmark.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <thread>

namespace {

namespace fs = std::filesystem;
using namespace gstd;

constexpr std::size_t kBatchTasks = 256;
constexpr std::size_t kRequesterThreads = 8;
constexpr unsigned kSlots = 8;
constexpr Amount kBudget{1'000};

// (module (memory (export "memory") 1) (func (export "_start")))
constexpr std::array<std::uint8_t, 50> kNoop{0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x04, 0x01, 0x60, 0x00,
                                             0x00, 0x03, 0x02, 0x01, 0x00, 0x05, 0x03, 0x01, 0x00, 0x01, 0x07, 0x13, 0x02,
                                             0x06, 0x6d, 0x65, 0x6d, 0x6f, 0x72, 0x79, 0x02, 0x00, 0x06, 0x5f, 0x73, 0x74,
                                             0x61, 0x72, 0x74, 0x00, 0x00, 0x0a, 0x04, 0x01, 0x02, 0x00, 0x0b};

template <class T>
T must(Result<T> result) {
  if (result) return *std::move(result);
  std::fprintf(stderr, "benchmark: %s\n", result.error().message.c_str());
  std::abort();
}

WalletId wallet(std::string_view name) { return must(WalletId::parse(name)); }

/// A new one, gone at the end.
class Folder {
 public:
  Folder() {
    std::string pattern = (fs::temp_directory_path() / "gstd-bench-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) std::abort();
    path_ = pattern;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  fs::path operator/(const std::string& name) const { return path_ / name; }

 private:
  fs::path path_;
};

/// A network on a database file in a folder of its own.
class Network {
 public:
  Network()
      : coordinator_(must(Coordinator::start({.store = must(store::open_sqlite({.path = folder_ / "gstd.db"})),
                                              .threads = 16,
                                              .difficulty_bits = 0,
                                              .leases_per_wallet_max = 256}))),
        client_(must(Client::create(options("requester")))),
        worker_(must(Worker::start({.client = options("worker"), .slots = kSlots}))) {
    must(coordinator_.deposit("grant", wallet("requester"), Amount{kNanoPerGstd * 1'000}));
    if (auto registered = client_.register_device(); !registered) std::abort();
    module_ = must(client_.upload_module(kNoop)).sha256;
  }

  const Client& client() const { return client_; }
  TaskId create() { return must(client_.create_task({.module = module_, .input = {}, .budget = kBudget})).task_id; }

  std::uint64_t completed() const { return must(client_.queue_stats()).completed; }

 private:
  ClientOptions options(std::string_view name) const {
    return {.url = coordinator_.url(), .key = SigningKey::generate(), .wallet = wallet(name)};
  }

  const Folder folder_;
  Coordinator coordinator_;
  Client client_;
  Worker worker_;
  Digest module_;
};

void flow(benchmark::State& state) {
  Network network;
  for (auto _ : state) {
    const std::uint64_t before = network.completed();
    std::atomic<std::size_t> next{0};
    std::vector<std::jthread> requesters;
    for (std::size_t i = 0; i < kRequesterThreads; ++i)
      requesters.emplace_back([&] {
        while (next++ < kBatchTasks) network.create();
      });
    requesters.clear();
    while (network.completed() < before + kBatchTasks) std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kBatchTasks));
}
BENCHMARK(flow)->UseRealTime()->Unit(benchmark::kMillisecond)->MinTime(5.0);

void one_task(benchmark::State& state) {
  Network network;
  std::vector<double> samples;
  for (auto _ : state) {
    const auto start = std::chrono::steady_clock::now();
    benchmark::DoNotOptimize(must(network.client().wait_result(network.create())));
    samples.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
  }
  std::ranges::sort(samples);
  state.counters["p50_ms"] = samples[samples.size() / 2];
  state.counters["p99_ms"] = samples[samples.size() * 99 / 100];
}
BENCHMARK(one_task)->UseRealTime()->Unit(benchmark::kMillisecond)->MinTime(3.0);

/// `gstd serve` as a process of its own, on a new database file.
class Serve {
 public:
  explicit Serve(const fs::path& database) {
    int ends[2];
    posix_spawn_file_actions_t actions;
    if (pipe(ends) != 0 || posix_spawn_file_actions_init(&actions) != 0) std::abort();
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    std::vector<std::string> words{GSTD_PROGRAM, "serve", "--port", "0", "--json", "--database", database.string()};
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    if (posix_spawn(&process_, GSTD_PROGRAM, &actions, nullptr, arguments.data(), environ) != 0) std::abort();
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    // One line as soon as it listens: {"url":"http://127.0.0.1:PORT",...}
    std::string line;
    for (char c = 0; read(ends[0], &c, 1) == 1 && c != '\n';) line += c;
    close(ends[0]);
    const auto begin = line.find("http://");
    if (begin == std::string::npos) std::abort();
    url_ = line.substr(begin, line.find('"', begin) - begin);
  }
  Serve(const Serve&) = delete;
  Serve& operator=(const Serve&) = delete;
  ~Serve() {
    kill(process_, SIGTERM);
    waitpid(process_, nullptr, 0);
  }
  const std::string& url() const { return url_; }

 private:
  pid_t process_ = 0;
  std::string url_;
};

void start_to_health(benchmark::State& state) {
  const Folder folder;
  int runs = 0;
  for (auto _ : state) {
    const fs::path database = folder / (std::to_string(runs++) + ".db");
    const auto started = std::chrono::steady_clock::now();
    const Serve serve{database};
    benchmark::DoNotOptimize(must(must(Client::create({.url = serve.url()})).health()));
    state.SetIterationTime(std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count());
  }
}
BENCHMARK(start_to_health)->UseManualTime()->Unit(benchmark::kMillisecond)->Iterations(9)->Repetitions(3);

}  // namespace

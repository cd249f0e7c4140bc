// A worker: earns for a wallet until it has done so many tasks, or until it is interrupted.
//   worker URL WALLET TASKS
#include <gstd/worker.hpp>

#include <csignal>
#include <thread>

#include "support.hpp"

using example::must;

namespace {

volatile std::sig_atomic_t interrupted = 0;

void on_signal(int) { interrupted = 1; }

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: worker URL WALLET TASKS\n";
    return 2;
  }
  const auto tasks_wanted = std::strtoull(argv[3], nullptr, 10);
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);

  gstd::WorkerOptions options;
  options.client.url = argv[1];
  options.client.wallet = must(gstd::WalletId::parse(argv[2]), "the wallet");
  options.client.key = gstd::SigningKey::generate();
  options.slots = 2;
  options.on_event = [](const gstd::WorkerEvent& event) {
    if (event.kind == gstd::WorkerEvent::Kind::completed)
      std::cout << "task " << event.task.str() << ": " << gstd::to_string(*event.outcome) << ", earned "
                << gstd::format_amount(event.earned) << " GSTD\n";
    else if (!event.message.empty())
      std::cerr << event.message << "\n";
  };
  auto worker = must(gstd::Worker::start(std::move(options)), "starting");

  // The library leaves signals to its host, which looks at them when it likes.
  while (interrupted == 0 && worker.stats().completed < tasks_wanted) std::this_thread::sleep_for(std::chrono::milliseconds{50});

  // Ends what is under way, where drain() has time for that; stop() gives back what is left.
  const auto drained = worker.drain({std::chrono::seconds{10}, {}});
  if (!drained) std::cerr << drained.error().message << "\n";
  worker.stop();
  const auto stats = worker.stats();
  std::cout << stats.completed << " tasks, " << gstd::format_amount(stats.earned) << " GSTD\n";
  return 0;
}

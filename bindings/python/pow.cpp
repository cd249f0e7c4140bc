#include <gstd/pow.hpp>

#include <cmath>
#include <mutex>
#include <type_traits>

#include "bind.hpp"

namespace gstd::python {
namespace {

using pow::SolveProgress;

pow::Challenge challenge_of(const std::string& challenge, const std::string& task, const std::string& wallet,
                            unsigned difficulty_bits, std::int64_t version) {
  // Whatever fits is the library's to judge; the rest would become another number.
  if (!std::in_range<std::underlying_type_t<pow::Version>>(version))
    throw Raised{{ErrorCode::invalid_argument, "no challenge has version " + std::to_string(version), "pow_challenge"}};
  // When it expires is between the caller and the coordinator; here the timeout bounds the search.
  return {challenge,        unwrap(TaskId::parse(task)),       unwrap(WalletId::parse(wallet)), difficulty_bits,
          Timestamp::max(), static_cast<pow::Version>(version)};
}

// What cannot be an interval becomes one that the library refuses.
std::chrono::milliseconds interval_of(double seconds) {
  constexpr double kDay = 24 * 3600;
  return std::chrono::milliseconds{seconds > 0 ? std::llround(std::min(seconds, kDay) * 1000) : 0};
}

double seconds_of(std::chrono::milliseconds time) { return std::chrono::duration<double>(time).count(); }

// The newest report, on its way from the search to the thread that called it. The search waits neither for the GIL nor for what
// Python does with the report; one that Python is too slow for is replaced by the next.
class Reports {
 public:
  void put(const SolveProgress& progress) {
    const std::lock_guard lock{mutex_};
    newest_ = progress;
  }
  SolveProgress newest() {
    const std::lock_guard lock{mutex_};
    return newest_;
  }

 private:
  std::mutex mutex_;
  SolveProgress newest_;  // guarded by mutex_
};

pow::Solution solve(const std::string& challenge, const std::string& task, const std::string& wallet, unsigned difficulty_bits,
                    std::int64_t version, std::optional<unsigned> threads, double cpu_share, std::uint64_t offset,
                    const std::optional<std::string>& kernel, double timeout, const std::optional<py::function>& on_progress,
                    double progress_interval) {
  const pow::Challenge parsed = challenge_of(challenge, task, wallet, difficulty_bits, version);
  pow::SolveOptions solving;
  if (threads) solving.threads = *threads;
  solving.cpu_share = cpu_share;
  solving.offset = offset;
  solving.kernel = kernel.value_or("");
  solving.progress_interval = interval_of(progress_interval);
  Reports reports;
  return blocking(
      timeout,
      [&](const CallOptions& options, const Wake& wake) {
        solving.budget = options.timeout;
        solving.stop = options.stop;
        if (on_progress) {
          solving.on_progress = [&](const SolveProgress& progress) {
            reports.put(progress);
            wake();
          };
        }
        return pow::solve(parsed, solving);
      },
      [&] { (*on_progress)(reports.newest()); });
}

}  // namespace

void bind_pow(py::module_& module) {
  py::class_<pow::Solution>(module, "Solution", "A nonce that answers a challenge.")
      .def_readonly("nonce", &pow::Solution::nonce)
      .def_property_readonly("digest", [](const pow::Solution& solution) { return to_python(solution.digest.view()); })
      .def_readonly("hashes", &pow::Solution::hashes);
  py::class_<SolveProgress>(module, "Progress", "How far a search is; times in seconds.")
      .def_readonly("hashes", &SolveProgress::hashes)
      .def_readonly("hashes_per_second", &SolveProgress::hashes_per_second)
      .def_property_readonly("elapsed", [](const SolveProgress& progress) { return seconds_of(progress.elapsed); })
      .def_property_readonly("expected_left", [](const SolveProgress& progress) { return seconds_of(progress.expected_left); });
  py::class_<pow::KernelInfo>(module, "Kernel", "A way of hashing that is built in; `supported` where this CPU can run it.")
      .def_property_readonly("name", [](const pow::KernelInfo& kernel) { return std::string(kernel.name); })
      .def_readonly("lanes", &pow::KernelInfo::lanes)
      .def_readonly("supported", &pow::KernelInfo::supported);

  const pow::SolveOptions defaults;
  module.def("pow_solve", &solve, py::arg("challenge"), py::arg("task"), py::arg("wallet"), py::arg("difficulty_bits"),
             py::kw_only(), py::arg("version") = 1, py::arg("threads") = py::none(), py::arg("cpu_share") = defaults.cpu_share,
             py::arg("offset") = defaults.offset, py::arg("kernel") = py::none(), py::arg("timeout") = 60.0,
             py::arg("on_progress") = py::none(), py::arg("progress_interval") = seconds_of(defaults.progress_interval),
             R"(Finds a nonce for a challenge of version 1 or 2.

threads: 1 to 1024; None: the machine's cores less one. cpu_share: the part of each thread's time that is worked, 0.01 to 1.
offset: so many nonces are left to others. kernel: one of kernels() by name; None: active_kernel().
on_progress: called with a Progress on the calling thread, every `progress_interval` seconds at most. What it raises ends the
search and comes out of this call; so does Ctrl-C.)");
  module.def(
      "pow_verify",
      [](const std::string& challenge, const std::string& task, const std::string& wallet, unsigned difficulty_bits,
         const std::string& nonce, std::int64_t version) {
        return unwrap(pow::verify(challenge_of(challenge, task, wallet, difficulty_bits, version), nonce)).valid;
      },
      py::arg("challenge"), py::arg("task"), py::arg("wallet"), py::arg("difficulty_bits"), py::arg("nonce"), py::kw_only(),
      py::arg("version") = 1, "Whether a nonce answers a challenge. Raises InvalidArgument where it has not the form of one.");
  module.def("pow_kernels", &pow::kernels, "All kernels; usually each is faster than those before it.");
  module.def(
      "pow_active_kernel", [] { return std::string(unwrap(pow::active_kernel())); },
      "The one that solve() takes unless told: GSTD_POW_KERNEL's, else the fastest.");
}

}  // namespace gstd::python

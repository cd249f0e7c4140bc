#include <gstd/pow.hpp>

#include "bind.hpp"

namespace gstd::python {
namespace {

pow::Challenge challenge_of(const std::string& challenge, const std::string& task, const std::string& wallet,
                            unsigned difficulty_bits) {
  // When it expires is between the caller and the coordinator; here the timeout bounds the search.
  return {challenge, unwrap(TaskId::parse(task)), unwrap(WalletId::parse(wallet)), difficulty_bits, Timestamp::max()};
}

}  // namespace

void bind_pow(py::module_& module) {
  py::class_<pow::Solution>(module, "Solution", "A nonce that answers a challenge.")
      .def_readonly("nonce", &pow::Solution::nonce)
      .def_property_readonly("digest", [](const pow::Solution& solution) { return to_python(solution.digest.view()); })
      .def_readonly("hashes", &pow::Solution::hashes);
  module.def(
      "pow_solve",
      [](const std::string& challenge, const std::string& task, const std::string& wallet, unsigned difficulty_bits,
         unsigned threads, double timeout) {
        const pow::Challenge parsed = challenge_of(challenge, task, wallet, difficulty_bits);
        return blocking(timeout, [&](const CallOptions& options) {
          pow::SolveOptions solve;
          solve.budget = options.timeout;
          solve.stop = options.stop;
          solve.threads = threads;
          return pow::solve(parsed, solve);
        });
      },
      py::arg("challenge"), py::arg("task"), py::arg("wallet"), py::arg("difficulty_bits"), py::kw_only(), py::arg("threads") = 0,
      py::arg("timeout") = 60.0);
  module.def(
      "pow_verify",
      [](const std::string& challenge, const std::string& task, const std::string& wallet, unsigned difficulty_bits,
         const std::string& nonce) {
        return unwrap(pow::verify(challenge_of(challenge, task, wallet, difficulty_bits), nonce)).valid;
      },
      py::arg("challenge"), py::arg("task"), py::arg("wallet"), py::arg("difficulty_bits"), py::arg("nonce"));
}

}  // namespace gstd::python

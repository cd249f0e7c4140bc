#include "verify/comparison.hpp"

namespace gstd {

using namespace verification;

Verdict verify_output(const Receipt& receipt, BytesView output) {
  Verdict verdict;
  verdict.receipt = receipt;
  // The run's own limit, and never more than any result may have, whatever the receipt claims.
  const std::uint64_t bytes_max = std::min(receipt.limits.output_bytes_max, kOutputBytesMax);
  const bool fits = output.size() <= bytes_max;
  note(verdict, Aspect::given_output_size, fits ? Agreement::agrees : Agreement::differs,
       "the output has " + std::to_string(output.size()) + " bytes" +
           (fits ? "" : ", and the run could give at most " + std::to_string(bytes_max)));
  // Hashing stops to be of use where the size alone decides.
  if (fits && receipt.commitment != CommitmentKind::sha256)
    note(verdict, Aspect::given_output_sha256, Agreement::not_compared, "the receipt commits to its output with a key");
  else if (fits)
    compare(verdict, Aspect::given_output_sha256, receipt.output.hex(), sha256(output).hex(), "SHA-256 of the output at hand");
  else
    note(verdict, Aspect::given_output_sha256, Agreement::not_compared, "the output is too long");
  conclude(verdict);
  return verdict;
}

}  // namespace gstd

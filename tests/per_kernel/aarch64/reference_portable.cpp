// The portable kernel, since there is no OpenSSL for this machine. It is the same code everywhere: the tests of the machine that
// builds hold it against OpenSSL, and those of this one against the standard's examples.
#include "per_kernel/reference.hpp"
#include "pow/message.hpp"

namespace gstd::test {

Digest reference_sha256(BytesView bytes) { return pow::hash_text(pow::kPortableKernel, as_text(bytes)); }

}  // namespace gstd::test

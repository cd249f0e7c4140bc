// OpenSSL's, by way of the room crypto.
#include <gstd/crypto.hpp>

#include "per_kernel/reference.hpp"

namespace gstd::test {

Digest reference_sha256(BytesView bytes) { return sha256(bytes); }

}  // namespace gstd::test

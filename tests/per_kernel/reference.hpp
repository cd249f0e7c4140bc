// The SHA-256 that the kernels' digests are held against.
#pragma once

#include <gstd/base.hpp>

namespace gstd::test {

Digest reference_sha256(BytesView bytes);

}  // namespace gstd::test

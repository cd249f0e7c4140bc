// libsodium, set up before its first use.
#pragma once

#include <sodium.h>

namespace gstd {

/// Once per process, whoever comes first, also while statics are being made: the guard is a local static. A failure is not an
/// error here: it means that no random source was found, and libsodium's own generator is not used (Random& is passed in).
inline void ensure_sodium() noexcept {
  static const int ready = sodium_init();
  static_cast<void>(ready);
}

}  // namespace gstd

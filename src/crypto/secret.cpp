#include <gstd/crypto.hpp>

#include <cstring>
#include <new>

#include "crypto/sodium.hpp"

namespace gstd {

// sodium_malloc puts each secret on pages of its own between two that fault, asks the system to lock them (and goes on where that
// is refused, e.g. by RLIMIT_MEMLOCK), keeps them out of core files, and sodium_free wipes them. Pages of its own also matter for
// mlock itself, which does not count: unlocking one secret would unlock every other on the same page.
SecretBytes::SecretBytes(std::size_t size) : size_(size) {
  if (size == 0) return;
  ensure_sodium();
  data_ = static_cast<std::uint8_t*>(sodium_malloc(size));
  if (data_ == nullptr) throw std::bad_alloc{};
  std::memset(data_, 0, size);  // sodium_malloc fills with a pattern; zeros are what a container of bytes starts with
}

SecretBytes SecretBytes::copy_of(BytesView source) {
  SecretBytes copy{source.size()};
  if (!source.empty()) std::memcpy(copy.data_, source.data(), source.size());
  return copy;
}

SecretBytes::SecretBytes(SecretBytes&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

SecretBytes& SecretBytes::operator=(SecretBytes&& other) noexcept {
  if (this != &other) {
    sodium_free(data_);
    data_ = std::exchange(other.data_, nullptr);
    size_ = std::exchange(other.size_, 0);
  }
  return *this;
}

SecretBytes::~SecretBytes() { sodium_free(data_); }

void wipe(std::span<std::uint8_t> memory) noexcept { sodium_memzero(memory.data(), memory.size()); }

bool equal_in_constant_time(BytesView a, BytesView b) noexcept {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace gstd

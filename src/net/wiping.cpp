#include "net/wiping.hpp"

#include <openssl/crypto.h>

namespace gstd::net {

void wipe(void* memory, std::size_t size) noexcept { OPENSSL_cleanse(memory, size); }

void wipe_text(std::string& text) noexcept {
  text.resize(text.capacity());  // what it held before it became shorter, too; does not allocate
  wipe(text.data(), text.size());
  text.clear();
}

void discard_body(std::string& body) noexcept {
  if (body.size() <= kWipedBodyBytesMax) wipe_text(body);
  body = std::string{};
}

}  // namespace gstd::net

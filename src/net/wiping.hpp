// Memory of this room that held what is a secret now and then: session tokens in the heads of requests and in the answers to
// logins. Nothing here knows which field is one, so that all that is short is wiped.
#pragma once

#include <memory>
#include <string>

namespace gstd::net {

/// Overwrites memory in a way that the compiler does not remove.
void wipe(void* memory, std::size_t size) noexcept;

/// Wipes all that the string has room for, and leaves it empty.
void wipe_text(std::string& text) noexcept;

/// Bodies with secrets are far shorter; wiping one of megabytes would cost time for nothing.
inline constexpr std::size_t kWipedBodyBytesMax = 64u << 10;

/// Empties a body and gives its memory back; that of one of at most kWipedBodyBytesMax is wiped before.
void discard_body(std::string& body) noexcept;

/// As std::allocator; wipes what it gives back.
template <class T>
struct WipingAllocator {
  using value_type = T;

  WipingAllocator() = default;
  template <class U>
  WipingAllocator(const WipingAllocator<U>&) noexcept {}

  T* allocate(std::size_t count) { return std::allocator<T>{}.allocate(count); }
  void deallocate(T* memory, std::size_t count) noexcept {
    wipe(memory, count * sizeof(T));
    std::allocator<T>{}.deallocate(memory, count);
  }

  friend bool operator==(const WipingAllocator&, const WipingAllocator&) noexcept { return true; }
};

}  // namespace gstd::net

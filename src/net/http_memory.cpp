// libcurl's buffers: what they hold is still there when they are given back. It takes other allocators, but only all of it at once,
// and only before its first use; so it is for the program to say.
#include <curl/curl.h>
#include <gstd/net.hpp>

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <limits>

#include "net/wiping.hpp"

namespace gstd::net {
namespace {

// Before each block stands its size, which free() is not told.
constexpr std::size_t kHead = alignof(std::max_align_t);
static_assert(kHead >= sizeof(std::size_t));

std::atomic<std::uint64_t> blocks_made{0};

void* own_malloc(std::size_t size) noexcept {
  if (size > std::numeric_limits<std::size_t>::max() - kHead) return nullptr;
  auto* const block = static_cast<std::byte*>(std::malloc(kHead + size));
  if (!block) return nullptr;
  std::memcpy(block, &size, sizeof size);
  ++blocks_made;
  return block + kHead;
}

std::size_t size_of(void* memory) noexcept {
  std::size_t size = 0;
  std::memcpy(&size, static_cast<std::byte*>(memory) - kHead, sizeof size);
  return size;
}

void own_free(void* memory) noexcept {
  if (!memory) return;
  wipe(memory, size_of(memory));
  std::free(static_cast<std::byte*>(memory) - kHead);
}

void* own_realloc(void* memory, std::size_t size) noexcept {
  void* const moved = own_malloc(size);
  if (!moved || !memory) return moved;
  std::memcpy(moved, memory, std::min(size, size_of(memory)));
  own_free(memory);
  return moved;
}

void* own_calloc(std::size_t count, std::size_t each) noexcept {
  if (each != 0 && count > std::numeric_limits<std::size_t>::max() / each) return nullptr;
  void* const memory = own_malloc(count * each);
  if (memory) std::memset(memory, 0, count * each);
  return memory;
}

char* own_strdup(const char* text) noexcept {
  const std::size_t size = std::strlen(text) + 1;
  void* const copy = own_malloc(size);
  if (copy) std::memcpy(copy, text, size);
  return static_cast<char*>(copy);
}

Result<void> install() {
  if (curl_global_init_mem(CURL_GLOBAL_DEFAULT, own_malloc, own_free, own_realloc, own_strdup, own_calloc) != CURLE_OK)
    return Error{ErrorCode::resource_exhausted, "libcurl could not be set up", "http_memory"};
  // It says the same where it was set up before, and keeps what it has: the only way to tell is to look whom it asks.
  const auto before = blocks_made.load();
  curl_slist_free_all(curl_slist_append(nullptr, "x"));
  if (blocks_made.load() != before) return {};
  curl_global_cleanup();
  return Error{ErrorCode::failed_precondition,
               "libcurl is in use by now and keeps its memory as it is; call wipe_http_memory() before anything uses libcurl",
               "http_memory"};
}

}  // namespace

Result<void> wipe_http_memory() {
  static const Result<void> installed = install();
  return installed;
}

}  // namespace gstd::net

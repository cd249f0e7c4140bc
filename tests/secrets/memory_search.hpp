// Looks for secrets in everything that this process can write to: heap, stacks, globals, mapped memory. What is looked for is kept
// masked, so that the search does not find itself.
#pragma once

#include <gstd/crypto.hpp>

#include <string>
#include <vector>

namespace gstd::test {

/// Whether this program's allocator keeps what was freed as it was: a sanitizer's does, to find who uses it.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kKeepsFreedMemory = true;
#else
inline constexpr bool kKeepsFreedMemory = false;
#endif

/// A secret to look for, in every spelling that a copy may have. Not shared between threads.
class Planted {
 public:
  /// Any part of it of kWindow bytes counts as found. `secret`: at least so long.
  Planted(std::string name, BytesView secret);

  static constexpr std::size_t kWindow = 12;

  const std::string& name() const noexcept { return name_; }
  /// Whether `text` holds any of it; for logs and messages.
  bool is_in(BytesView text) const;

 private:
  friend class MemorySearch;
  struct Needle {
    std::string form;  // "raw", "hex", ...
    Bytes masked;
  };
  void add(const char* form, BytesView spelled);

  std::string name_;
  std::vector<Needle> needles_;
};

/// Where something was found: secret, spelling, address and what is mapped there.
struct Finding {
  std::string secret;
  std::string where;
};

/// All places in the process's writable memory that hold a part of any of the secrets. Other threads should be quiet.
std::vector<Finding> search_memory(const std::vector<const Planted*>& secrets);

/// The findings as lines, for a failure's message; at most a few of them.
std::string to_text(const std::vector<Finding>& findings);

}  // namespace gstd::test

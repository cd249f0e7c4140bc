// For ThreadSanitizer alone: what it cannot know about the compiler, which is not built for it.
#pragma once

#if defined(__SANITIZE_THREAD__)
extern "C" {
void AnnotateIgnoreReadsBegin(const char* file, int line);
void AnnotateIgnoreReadsEnd(const char* file, int line);
void AnnotateIgnoreWritesBegin(const char* file, int line);
void AnnotateIgnoreWritesEnd(const char* file, int line);
}
#endif

namespace gstd::wasm {

/// While one lives, what this thread reads and writes is not held against others. The compiler hands its memory from thread to
/// thread under locks that the sanitizer does not see; to suppress that word by word, as each is copied, takes it minutes.
/// Elsewhere nothing.
class UnseenLocks {
 public:
#if defined(__SANITIZE_THREAD__)
  UnseenLocks() noexcept {
    AnnotateIgnoreReadsBegin(__FILE__, __LINE__);
    AnnotateIgnoreWritesBegin(__FILE__, __LINE__);
  }
  ~UnseenLocks() {
    AnnotateIgnoreWritesEnd(__FILE__, __LINE__);
    AnnotateIgnoreReadsEnd(__FILE__, __LINE__);
  }
#else
  UnseenLocks() noexcept {}
#endif
  UnseenLocks(const UnseenLocks&) = delete;
  UnseenLocks& operator=(const UnseenLocks&) = delete;
};

}  // namespace gstd::wasm

// The form of one file of the code cache, and the proof that this cache wrote it. All of it works on bytes in memory.
//
//   offset  bytes  field
//        0      8  magic "gstdcode"
//        8      4  format version, little-endian as all numbers
//       12     32  key: what the code was made from, and for whom
//       44     32  salt: random, new in each file
//       76      8  number of code bytes
//       84      n  code
//   84 + n     16  tag over all that is before it
//
// The tag is Poly1305 under a one-time key, HMAC-SHA-256(secret, label | salt). Compiled code is large and checked at each load, so
// the speed decides; 4 MiB take 0.36 ms with OpenSSL's Poly1305, 0.31 ms with AES-256-GMAC, 2.8 ms with HMAC-SHA-256, 4.9 ms with
// keyed BLAKE2b (a Xeon with AVX-512 and SHA extensions). GMAC is as fast only where the processor has AES and carry-less
// multiplication, and under one key a nonce must never come twice; here every file has a key of its own, from 256 random bits,
// and there is no nonce to keep count of. A forger's chance is 2^-76 per try at the largest size (RFC 8439 section 4: n / 2^102 for
// n blocks of 16 bytes, here 2^26).
#pragma once

#include <gstd/base.hpp>

#include <memory>

namespace gstd::wasm {

inline constexpr std::uint32_t kCodeFormatVersion = 1;
inline constexpr std::size_t kCodeSaltBytes = 32;
inline constexpr std::size_t kCodeHeaderBytes = 8 + 4 + Digest::kSize + kCodeSaltBytes + 8;
inline constexpr std::size_t kCodeTagBytes = 16;

/// Largest code kept. A module of 50 MiB, the largest accepted, compiles to some 300 MB.
inline constexpr std::uint64_t kCachedCodeBytesMax = 1ull << 30;

using CodeSalt = std::array<std::uint8_t, kCodeSaltBytes>;
using CodeHeader = std::array<std::uint8_t, kCodeHeaderBytes>;
using CodeTag = std::array<std::uint8_t, kCodeTagBytes>;

/// The parts of a file, borrowed from it.
struct CodeFile {
  BytesView salt;
  BytesView code;
  BytesView authenticated;  ///< All that the tag speaks for.
  BytesView tag;
};

CodeHeader make_code_header(const Digest& key, const CodeSalt& salt, std::uint64_t code_bytes) noexcept;

/// Nothing where the bytes are not one whole file of this format and version, for that key. The tag is not looked at.
std::optional<CodeFile> parse_code_file(BytesView file, const Digest& key) noexcept;

/// The secret of one cache, and what it makes and checks. Threads: safe to share. The secret is wiped with the object.
class CodeAuthenticator {
 public:
  static constexpr std::size_t kSecretBytes = 32;

  /// Copies the secret. Errors: internal: the crypto library lacks an algorithm. Throws std::bad_alloc.
  static Result<CodeAuthenticator> create(std::span<const std::uint8_t, kSecretBytes> secret);

  CodeAuthenticator(CodeAuthenticator&&) noexcept;
  CodeAuthenticator& operator=(CodeAuthenticator&&) noexcept;
  ~CodeAuthenticator();

  /// The tag over `head` and then `body`; nothing where the crypto library fails.
  std::optional<CodeTag> tag(BytesView salt, BytesView head, BytesView body) const noexcept;

  /// Whether this cache wrote the file.
  bool is_authentic(const CodeFile& file) const noexcept;

 private:
  struct State;
  explicit CodeAuthenticator(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace gstd::wasm

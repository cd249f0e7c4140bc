// Types that hold secrets cannot be compared by ==, <=> or <, which stop at the first difference and so tell where it is. Whoever
// has to compare says equal_in_constant_time(), or keeps a digest and looks that up.
#include <gtest/gtest.h>
#include <gstd/client.hpp>
#include <gstd/key_file.hpp>

#include "crypto/wiped.hpp"

namespace gstd {
namespace {

template <class T>
concept HasEquality = requires(const T& a, const T& b) {
  a == b;
};
template <class T>
concept HasOrder = requires(const T& a, const T& b) {
  a < b;
};
// Nor by way of something else that they turn into by themselves.
template <class T>
concept TurnsIntoBytes = std::is_convertible_v<const T&, std::string_view> || std::is_convertible_v<const T&, std::string> ||
    std::is_convertible_v<const T&, Bytes> || std::is_convertible_v<const T&, BytesView>;
template <class T>
concept Incomparable = !HasEquality<T> && !HasOrder<T> && !TurnsIntoBytes<T>;

template <class... Secrets>
constexpr bool all_incomparable() {
  return (Incomparable<Secrets> && ...);
}

// Keys and what is made of them.
static_assert(all_incomparable<SecretBytes, Wiped<32>, SigningKey, Signer, EncryptionKey, ContentKey, AeadKey, Sealer, Opener>());
// Sessions.
static_assert(all_incomparable<SessionToken, WalletSession, protocol::LoggedIn>());
// What carries any of these.
static_assert(all_incomparable<ClientOptions, KeyFileOptions, protocol::TaskResult>());
// A view of a secret has no == either, as a text would.
static_assert(!HasEquality<BytesView> && !HasOrder<BytesView>);

// Goal:   the assertions above can fail.
// Method: types that hold no secret, by the same concepts.
TEST(SecretTypes, WhatIsPublicCanBeCompared) {
  EXPECT_TRUE(HasEquality<PublicKey> && HasOrder<PublicKey>);
  EXPECT_TRUE(HasEquality<std::string> && TurnsIntoBytes<std::string>);
  EXPECT_FALSE((all_incomparable<SecretBytes, Digest>()));
}

// Goal:   the one way to compare secrets finds every difference.
// Method: each bit of 32 bytes turned, and every other length.
TEST(SecretTypes, AreComparedInConstantTimeAndRightly) {
  Bytes a(32);
  system_random().fill(a);
  Bytes b = a;
  EXPECT_TRUE(equal_in_constant_time(a, b));
  for (std::size_t bit = 0; bit < 8 * a.size(); ++bit) {
    b[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
    EXPECT_FALSE(equal_in_constant_time(a, b)) << bit;
    b[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
  }
  for (std::size_t size = 0; size < a.size(); ++size) EXPECT_FALSE(equal_in_constant_time(a, BytesView(a).first(size)));
}

}  // namespace
}  // namespace gstd

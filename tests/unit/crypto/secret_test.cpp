#include <gstd/crypto.hpp>

#include <algorithm>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace gstd {
namespace {

static_assert(!std::is_copy_constructible_v<SecretBytes> && !std::is_copy_assignable_v<SecretBytes>);
static_assert(std::is_nothrow_move_constructible_v<SecretBytes> && std::is_nothrow_move_assignable_v<SecretBytes>);

const Bytes kSample{1, 2, 3, 4, 5};

// Goal:   a secret starts as zeros of the wanted size, and nothing needs nothing.
// Method: read fresh ones.
TEST(SecretBytes, StartsAsZeros) {
  const SecretBytes secret{100};
  ASSERT_EQ(secret.size(), 100u);
  EXPECT_TRUE(std::ranges::all_of(secret.view(), [](std::uint8_t byte) { return byte == 0; }));
  EXPECT_EQ(SecretBytes{}.size(), 0u);
  EXPECT_TRUE(SecretBytes{0}.view().empty());
  EXPECT_EQ(SecretBytes::copy_of({}).size(), 0u);
}

// Goal:   copy_of() holds the same bytes somewhere else.
// Method: change the source afterwards.
TEST(SecretBytes, CopyDoesNotBorrow) {
  Bytes source = kSample;
  const auto secret = SecretBytes::copy_of(source);
  source.assign(source.size(), 0);
  EXPECT_TRUE(std::ranges::equal(secret.view(), kSample));
}

// Goal:   moving hands the bytes over and leaves the source empty, onto itself changes nothing.
// Method: move construct, move assign onto a full one, move onto itself.
TEST(SecretBytes, MoveLeavesTheSourceEmpty) {
  auto first = SecretBytes::copy_of(kSample);
  const auto* const address = first.view().data();
  SecretBytes second{std::move(first)};
  EXPECT_EQ(first.size(), 0u);  // NOLINT(bugprone-use-after-move): what is tested
  EXPECT_EQ(first.view().data(), nullptr);
  EXPECT_EQ(second.view().data(), address);

  SecretBytes third{64};
  third = std::move(second);
  EXPECT_EQ(second.size(), 0u);  // NOLINT(bugprone-use-after-move): what is tested
  EXPECT_EQ(third.view().data(), address);

  SecretBytes& alias = third;
  third = std::move(alias);
  EXPECT_TRUE(std::ranges::equal(third.view(), kSample));
}

// Goal:   where the system refuses to lock memory, secrets work all the same.
// Method: a child process without privileges, with RLIMIT_MEMLOCK at zero, shows first that locking is refused.
TEST(SecretBytes, WorksWhereLockingIsRefused) {
  const auto child = [] {
    const rlimit none{0, 0};
    if (setrlimit(RLIMIT_MEMLOCK, &none) != 0) _exit(2);
    if (geteuid() == 0 && setresuid(65534, 65534, 65534) != 0) _exit(3);  // root may lock whatever the limit
    // Not by mlock(): the sanitizers replace it by a function that does nothing, and says it did.
    if (syscall(SYS_mlock, kSample.data(), kSample.size()) == 0) _exit(4);
    auto secret = SecretBytes::copy_of(kSample);
    secret.span()[0] = 9;
    _exit(secret.view()[0] == 9 && secret.view()[4] == 5 ? 0 : 1);
  };
  EXPECT_EXIT(child(), testing::ExitedWithCode(0), "");
}

// Goal:   wipe() leaves zeros, also on nothing.
// Method: wipe a part and look at all.
TEST(Wipe, OverwritesExactlyTheRange) {
  Bytes bytes = kSample;
  wipe(std::span{bytes}.subspan(1, 3));
  EXPECT_EQ(bytes, (Bytes{1, 0, 0, 0, 5}));
  wipe({});
}

// Goal:   equality is that of the bytes, whatever the lengths.
// Method: equal, one byte off, prefix, both empty.
TEST(EqualInConstantTime, ComparesLengthAndBytes) {
  Bytes other = kSample;
  EXPECT_TRUE(equal_in_constant_time(kSample, other));
  other.back() ^= 0x80;
  EXPECT_FALSE(equal_in_constant_time(kSample, other));
  EXPECT_FALSE(equal_in_constant_time(kSample, BytesView{kSample}.first(4)));
  EXPECT_FALSE(equal_in_constant_time(kSample, {}));
  EXPECT_TRUE(equal_in_constant_time({}, {}));
}

}  // namespace
}  // namespace gstd

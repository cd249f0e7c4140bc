#include <gstd/key_file.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "conformance/temp_dir.hpp"
#include "crypto/key_file_text.hpp"

namespace gstd {
namespace {

namespace fs = std::filesystem;
using crypto::inspect_key;
using crypto::KdfCost;
using crypto::open_key;
using crypto::seal_key;

constexpr KdfCost kCheap{1, 8};  // The least that libsodium takes: these tests are not about how long a guess takes.
const BytesView kPassphrase = as_bytes("correct horse battery staple");

SigningKey key_of(std::uint8_t fill) { return *SigningKey::from_seed(Bytes(kSeedBytes, fill)); }

std::string sealed_text(std::uint8_t fill = 1, const KdfCost& cost = kCheap) {
  SeededRandom random{fill};
  return std::string(as_text(seal_key(key_of(fill), kPassphrase, cost, random)->view()));
}

template <class T>
void expect_refused(const Result<T>& result, ErrorCode code, std::string_view reason) {
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, code) << result.error().message;
  EXPECT_EQ(result.error().reason, reason) << result.error().message;
}

std::string content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

fs::path with_content(const test::TempDir& folder, const std::string& name, std::string_view content, unsigned mode = 0600) {
  const fs::path path = folder / name;
  std::ofstream(path, std::ios::binary) << content;
  fs::permissions(path, static_cast<fs::perms>(mode));
  return path;
}

// Goal:   what is sealed opens with its passphrase alone, and shows its public key without.
// Method: any passphrase, cheaply derived.
RC_GTEST_PROP(KeyFileText, OpensWithItsPassphrase, (std::uint8_t fill)) {
  const auto passphrase = *rc::gen::nonEmpty<std::string>();
  SeededRandom random{fill};
  const auto text = *seal_key(key_of(fill), as_bytes(passphrase), kCheap, random);
  const auto key = open_key(text.view(), as_bytes(passphrase), "file");
  RC_ASSERT(key);
  RC_ASSERT(key->public_key() == key_of(fill).public_key());
  RC_ASSERT(encode_hex(key->seed().view()) == encode_hex(key_of(fill).seed().view()));
  const auto wrong = open_key(text.view(), as_bytes(passphrase + "x"), "file");
  RC_ASSERT(!wrong);
  RC_ASSERT(wrong.error().reason == "key_file_passphrase");
  const auto info = inspect_key(text.view(), "file");
  RC_ASSERT(info && info->is_encrypted && info->public_key == key_of(fill).public_key());
}

// Goal:   the seed does not stand in the text, and no two files of one key and passphrase are alike.
TEST(KeyFileText, HidesTheSeed) {
  EXPECT_EQ(sealed_text().find(encode_hex(Bytes(kSeedBytes, 1))), std::string::npos);
  SeededRandom random{7};
  const auto one = *seal_key(key_of(1), kPassphrase, kCheap, random);
  const auto other = *seal_key(key_of(1), kPassphrase, kCheap, random);
  EXPECT_NE(as_text(one.view()), as_text(other.view()));
}

// Goal:   no bit of a file can be changed unnoticed, its public key and costs included, and what is cut is no key file.
// Method: every bit, one by one, and every length.
TEST(KeyFileText, NoticesEveryFlippedBit) {
  const std::string good = sealed_text();
  ASSERT_TRUE(open_key(as_bytes(good), kPassphrase, "file"));
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    std::string bad = good;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
    const auto refused = open_key(as_bytes(bad), kPassphrase, "file", {4, 64});
    ASSERT_FALSE(refused) << "bit " << bit;
    EXPECT_TRUE(refused.error().reason == "key_file_format" || refused.error().reason == "key_file_passphrase");
  }
  for (std::size_t size = 0; size < good.size(); ++size)
    expect_refused(open_key(as_bytes(good.substr(0, size)), kPassphrase, "file"), ErrorCode::invalid_argument, "key_file_format");
  expect_refused(open_key(as_bytes(good + "\n"), kPassphrase, "file"), ErrorCode::invalid_argument, "key_file_format");
}

// Goal:   a file cannot make its reader spend gigabytes or minutes.
// Method: costs beyond the bounds, below the least, and numbers that are none; refused before the passphrase is even looked at.
TEST(KeyFileText, BoundsWhatItCosts) {
  const std::string good = sealed_text();
  const std::string cost = "argon2id13 1 8 ";
  for (const char* hostile : {"17 8", "1 262145", "4294967296 8", "1 4294967296", "1 18446744073709551616", "1 7", "0 8", "1 0",
                              "01 8", "1 -8", "+1 8", " 1 8", "1  8", "x 8", "1 "}) {
    std::string text = good;
    text.replace(text.find(cost), cost.size(), "argon2id13 " + std::string(hostile) + " ");
    expect_refused(open_key(as_bytes(text), {}, "file"), ErrorCode::invalid_argument, "key_file_format");
    expect_refused(inspect_key(as_bytes(text), "file"), ErrorCode::invalid_argument, "key_file_format");
  }
  EXPECT_TRUE(inspect_key(as_bytes(good), "file"));
}

// Goal:   a file without its passphrase says that it wants one; a passphrase that is too long is a wrong one.
TEST(KeyFileText, TellsLockedFromWrong) {
  const std::string text = sealed_text();
  expect_refused(open_key(as_bytes(text), {}, "file"), ErrorCode::failed_precondition, "key_file_locked");
  expect_refused(open_key(as_bytes(text), Bytes(kPassphraseBytesMax + 1), "file"), ErrorCode::unauthenticated,
                 "key_file_passphrase");
}

// Goal:   files that are not encrypted are read, also those that earlier versions wrote, and upper-case digits are another
// spelling.
TEST(KeyFileText, ReadsPlainFiles) {
  const std::string text = "gstd-ed25519-seed:" + encode_hex(Bytes(kSeedBytes, 0xab));
  for (const std::string& spelled : {text, text + "\n"}) {
    const auto key = open_key(as_bytes(spelled), {}, "file");
    ASSERT_TRUE(key);
    EXPECT_EQ(key->public_key(), key_of(0xab).public_key());
    EXPECT_FALSE(inspect_key(as_bytes(spelled), "file")->is_encrypted);
  }
  EXPECT_EQ(as_text(crypto::plain_key(key_of(0xab)).view()), text + "\n");
  std::string upper = text;
  upper.back() = 'B';
  for (const std::string& wrong : {upper, text + "0", text + "\n\n", text.substr(0, text.size() - 1), std::string()})
    expect_refused(open_key(as_bytes(wrong), {}, "file"), ErrorCode::invalid_argument, "key_file_format");
}

// Goal:   a key comes back from its file, which is the owner's alone whatever the umask, and is never overwritten.
// Method: written with the real cost, once encrypted and once not.
TEST(KeyFile, ComesBackFromDisk) {
  const test::TempDir folder;
  const mode_t before = ::umask(0);
  for (const bool unencrypted : {false, true}) {
    const fs::path path = folder / (unencrypted ? "plain" : "sealed");
    KeyFileOptions options;
    options.unencrypted = unencrypted;
    if (!unencrypted) options.passphrase = kPassphrase;
    ASSERT_TRUE(write_key_file(path, key_of(3), options));
    struct stat info {};
    ASSERT_EQ(::stat(path.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 07777, 0600u);
    const auto key = read_key_file(path, kPassphrase);
    ASSERT_TRUE(key) << key.error().message;
    EXPECT_EQ(key->public_key(), key_of(3).public_key());
    EXPECT_EQ(inspect_key_file(path)->is_encrypted, !unencrypted);
    expect_refused(write_key_file(path, key_of(4), options), ErrorCode::already_exists, "key_file");
    EXPECT_EQ(inspect_key_file(path)->public_key, key_of(3).public_key());
  }
  ::umask(before);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), {}), 2) << "drafts were left behind";
}

// Goal:   a new passphrase takes the old one's place in one step, in the same file.
TEST(KeyFile, IsReplacedWhereThatIsAsked) {
  const test::TempDir folder;
  const fs::path path = folder / "key";
  ASSERT_TRUE(write_key_file(path, key_of(3), {.unencrypted = true}));
  ASSERT_TRUE(write_key_file(path, key_of(3), {.passphrase = kPassphrase, .replace = true}));
  EXPECT_TRUE(inspect_key_file(path)->is_encrypted);
  expect_refused(read_key_file(path), ErrorCode::failed_precondition, "key_file_locked");
  EXPECT_TRUE(read_key_file(path, kPassphrase));
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), {}), 1);
}

// Goal:   nobody writes an unprotected key by leaving something out.
TEST(KeyFile, WantsAPassphraseOrToBeTold) {
  const test::TempDir folder;
  const Bytes long_passphrase(kPassphraseBytesMax + 1, 'x');
  for (const KeyFileOptions& wrong : {KeyFileOptions{}, KeyFileOptions{.passphrase = kPassphrase, .unencrypted = true},
                                      KeyFileOptions{.passphrase = long_passphrase}})
    expect_refused(write_key_file(folder / "key", key_of(1), wrong), ErrorCode::invalid_argument, "passphrase");
  EXPECT_FALSE(fs::exists(folder / "key"));
}

// Goal:   a file that somebody else may have read or chosen is refused, with the remedy, before what it says is believed.
// Method: each bit of the mode; a link; a pipe that nobody writes into; a folder.
TEST(KeyFile, RefusesWhatOthersMayHaveTouched) {
  const test::TempDir folder;
  const auto text = crypto::plain_key(key_of(1));
  const fs::path path = with_content(folder, "key", as_text(text.view()));
  ASSERT_TRUE(read_key_file(path));
  for (const unsigned bit : {0040u, 0020u, 0010u, 0004u, 0002u, 0001u}) {
    fs::permissions(path, static_cast<fs::perms>(0600 | bit));
    const auto refused = read_key_file(path);
    expect_refused(refused, ErrorCode::permission_denied, "key_file_permissions");
    EXPECT_NE(refused.error().message.find("chmod 600"), std::string::npos);
    expect_refused(inspect_key_file(path), ErrorCode::permission_denied, "key_file_permissions");
  }
  fs::permissions(path, static_cast<fs::perms>(0600));
  fs::create_symlink(path, folder / "link");
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  fs::create_directory(folder / "folder");
  for (const char* name : {"link", "pipe", "folder"})
    expect_refused(read_key_file(folder / name), ErrorCode::permission_denied, "key_file_permissions");
  expect_refused(read_key_file(folder / "none"), ErrorCode::not_found, "key_file");
  expect_refused(read_key_file(with_content(folder, "long", std::string(1 << 20, 'x'))), ErrorCode::invalid_argument,
                 "key_file_format");
}

// Goal:   another user's file is refused, also by a superuser who could read it.
// Method: only a superuser can give a file away.
TEST(KeyFile, RefusesAnotherUsers) {
  if (::geteuid() != 0) GTEST_SKIP() << "only a superuser can give a file away";
  const test::TempDir folder;
  const fs::path path = with_content(folder, "key", as_text(crypto::plain_key(key_of(1)).view()));
  ASSERT_EQ(::chown(path.c_str(), 12345, 12345), 0);
  expect_refused(read_key_file(path), ErrorCode::permission_denied, "key_file_permissions");
}

// Goal:   of several who create one file, one wins and the others are told; the file is the winner's, whole.
// Method: four threads.
TEST(KeyFile, IsCreatedOnce) {
  const test::TempDir folder;
  const fs::path path = folder / "key";
  std::atomic<int> winners{0};
  std::atomic<int> winner{0};
  std::vector<std::jthread> threads;
  for (int i = 1; i <= 4; ++i)
    threads.emplace_back([&, i] {
      const auto written = write_key_file(path, key_of(static_cast<std::uint8_t>(i)), {.unencrypted = true});
      if (written) {
        ++winners;
        winner = i;
      } else {
        EXPECT_EQ(written.error().code, ErrorCode::already_exists);
      }
    });
  threads.clear();
  EXPECT_EQ(winners, 1);
  EXPECT_EQ(content_of(path), as_text(crypto::plain_key(key_of(static_cast<std::uint8_t>(winner.load()))).view()));
}

}  // namespace
}  // namespace gstd

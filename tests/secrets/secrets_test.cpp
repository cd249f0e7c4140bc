// What is left of secrets in this process, and in its logs, when they are no longer used: nothing.
#include <gtest/gtest.h>
#include <gstd/coordinator.hpp>
#include <gstd/key_file.hpp>
#include <gstd/sealing.hpp>
#include <gstd/wasm.hpp>
#include <gstd/worker.hpp>

#include <mutex>

#include "conformance/temp_dir.hpp"
#include "secrets/memory_search.hpp"
#include "support/network.hpp"

namespace gstd::test {
namespace {

// A random secret that the search knows, and nobody else once it has been used. Printable, so that it serves as a passphrase, too.
struct Secret {
  explicit Secret(const char* name, std::size_t size = 32) : bytes(size), planted(name, fill(bytes)) {}

  SecretBytes bytes;
  Planted planted;

 private:
  static BytesView fill(SecretBytes& bytes) {
    system_random().fill(bytes.span());
    for (std::uint8_t& byte : bytes.span()) byte = static_cast<std::uint8_t>('!' + byte % 90);
    return bytes.view();
  }
};

class Secrets : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { must(net::wipe_http_memory()); }
  void SetUp() override {
    if (kKeepsFreedMemory) GTEST_SKIP() << "the sanitizer keeps what was freed, to find who uses it";
  }
};

// Goal:   the search finds what is there, or the tests below would say nothing.
// Method: copies planted on purpose: whole and in part, in locked memory, on the heap and on the stack, as hex and as base64.
TEST_F(Secrets, SearchFindsWhatIsPlanted) {
  const auto is_found = [](const Planted& planted) { return !search_memory({&planted}).empty(); };
  std::optional<Secret> secret{std::in_place, "planted"};
  EXPECT_TRUE(is_found(secret->planted)) << "in locked memory";
  const SecretBytes kept = SecretBytes::copy_of(secret->bytes.view());
  secret->bytes = {};
  EXPECT_TRUE(is_found(secret->planted)) << "in a copy";

  const auto found_as = [&](auto make) {
    auto copy = make(kept.view());
    const Planted planted = secret->planted;
    const auto findings = search_memory({&planted});
    wipe({reinterpret_cast<std::uint8_t*>(copy.data()), copy.size()});
    return findings.size();
  };
  const auto alone = search_memory({&secret->planted}).size();
  EXPECT_GT(found_as([](BytesView bytes) { return Bytes(bytes.begin(), bytes.end()); }), alone);
  EXPECT_GT(found_as([](BytesView bytes) { return Bytes(bytes.begin() + 3, bytes.end()); }), alone) << "a part";
  EXPECT_GT(found_as([](BytesView bytes) { return encode_hex(bytes); }), alone);
  EXPECT_GT(found_as([](BytesView bytes) { return encode_base64(bytes); }), alone);
  EXPECT_GT(found_as([](BytesView bytes) { return "x" + encode_base64(bytes.subspan(1)); }), alone);
  std::array<std::uint8_t, 32> on_the_stack{};
  std::copy_n(kept.view().begin(), on_the_stack.size(), on_the_stack.begin());
  asm volatile("" : : "r"(on_the_stack.data()) : "memory");  // or the compiler would not bother to make it
  EXPECT_GT(search_memory({&secret->planted}).size(), alone);
  wipe(on_the_stack);
  EXPECT_EQ(search_memory({&secret->planted}).size(), alone) << "and is gone once it is wiped";
  EXPECT_TRUE(secret->planted.is_in(as_bytes("say " + encode_hex(kept.view()))));
  EXPECT_FALSE(secret->planted.is_in(as_bytes("say nothing of it to anybody")));
}

// Goal:   neither seed nor passphrase survives the writing and reading of key files, encrypted or not, nor a wrong passphrase.
TEST_F(Secrets, KeyFilesLeaveNothing) {
  const TempDir folder;
  Secret seed{"seed"};
  Secret passphrase{"passphrase", 40};
  const Planted encryption_secret{"encryption key", EncryptionKey::derive(seed.bytes.view())->secret().view()};
  for (const bool unencrypted : {false, true}) {
    const auto path = folder / (unencrypted ? "plain" : "sealed");
    const auto key = SigningKey::from_seed(seed.bytes.view());
    KeyFileOptions options;
    options.unencrypted = unencrypted;
    if (!unencrypted) options.passphrase = passphrase.bytes.view();
    must(write_key_file(path, *key, options));
    must(read_key_file(path, passphrase.bytes.view()));
    must(inspect_key_file(path));
    EXPECT_EQ(read_key_file(path, passphrase.bytes.view().first(39)).has_value(), unencrypted);
  }
  seed.bytes = {};
  passphrase.bytes = {};
  const auto findings = search_memory({&seed.planted, &passphrase.planted, &encryption_secret});
  EXPECT_TRUE(findings.empty()) << to_text(findings);
}

// Goal:   signing, sealing and being refused leave nothing of a key, nor of what is derived from it.
TEST_F(Secrets, CryptographyLeavesNothing) {
  Secret seed{"seed"};
  Secret other{"other seed"};
  std::optional<Planted> encryption_secret;
  {
    const auto key = must(SigningKey::from_seed(seed.bytes.view()));
    const auto signature = key.sign(as_bytes("message"));
    EXPECT_TRUE(verify_signature(key.public_key(), as_bytes("message"), signature));
    const auto mine = must(EncryptionKey::derive(seed.bytes.view()));
    encryption_secret.emplace("encryption key", mine.secret().view());
    const auto theirs = must(EncryptionKey::derive(other.bytes.view()));
    must(mine.shared_secret(theirs.public_key()));
    const Signer signer{key};
    must(signer.sign(as_bytes("message")));
  }
  seed.bytes = {};
  other.bytes = {};
  const auto findings = search_memory({&seed.planted, &other.planted, &*encryption_secret});
  EXPECT_TRUE(findings.empty()) << to_text(findings);
}

// Goal:   a whole network's life leaves nothing of its keys in memory and logs, refusals included.
// Method: coordinator, requester and worker in this process; devices, a rotation, a revocation, a task that is run; every line that
// is
//         logged is searched as it comes.
TEST_F(Secrets, ANetworksLifeLeavesNothing) {
  Secret requester_seed{"requester's seed"};
  Secret worker_seed{"worker's seed"};
  Secret fresh_seed{"new seed"};
  const std::vector<const Planted*> all{&requester_seed.planted, &worker_seed.planted, &fresh_seed.planted};
  std::atomic<std::uint64_t> lines{0};
  std::atomic<std::uint64_t> leaks{0};
  const LogSink log = [&](LogLevel, std::string_view message) {
    ++lines;
    for (const Planted* planted : all) leaks += planted->is_in(as_bytes(message));
  };
  {
    Network network{store::open_memory(), [&](CoordinatorOptions& options) { options.log = log; }};
    const auto client_of = [&](const Secret& seed, const std::string& wallet, const DeviceId& device = {}) {
      auto options = network.client_options(wallet);
      options.key = must(SigningKey::from_seed(seed.bytes.view()));
      options.device = device;
      return options;
    };
    const Client requester = must(Client::create(client_of(requester_seed, "rich")));
    must(requester.register_device());
    must(network.coordinator->deposit("rich", requester.wallet(), Network::kMoney));
    if (wasm::is_available()) {
      TaskRequest request;
      request.module = must(requester.upload_module(guest("echo"), kPatient)).sha256;
      request.input = {1, 2, 3};
      request.budget = Network::kBudget;
      auto options = network.worker_options("worker");
      options.client = client_of(worker_seed, "worker");
      options.log = log;
      Worker worker = must(Worker::start(options, kPatient));
      const auto task = must(requester.create_task(request, kPatient)).task_id;
      must(requester.wait_result(task, kPatient));
      worker.stop();
    }
    must(requester.rotate_key(must(SigningKey::from_seed(fresh_seed.bytes.view()))));
    EXPECT_FALSE(requester.balance());
    const Client fresh = must(Client::create(client_of(fresh_seed, "rich", requester.device())));
    must(fresh.balance());
    must(fresh.revoke_device(fresh.device()));
    const auto refusal = fresh.balance();
    ASSERT_FALSE(refusal);
    for (const Planted* planted : all) EXPECT_FALSE(planted->is_in(as_bytes(refusal.error().message)));
    log(LogLevel::info, "the last line");
  }
  for (Secret* secret : {&requester_seed, &worker_seed, &fresh_seed}) secret->bytes = {};
  EXPECT_GT(lines, 0u);
  EXPECT_EQ(leaks, 0u);
  const auto findings = search_memory(all);
  EXPECT_TRUE(findings.empty()) << to_text(findings);
}

}  // namespace
}  // namespace gstd::test

// Encryption and signatures, beside what the libraries below them do when they are called directly, in the way that is kindest to
// them: contexts set up once, nothing allocated.
#include <gstd/client.hpp>
#include <gstd/coordinator.hpp>
#include <gstd/protocol.hpp>
#include <gstd/sealing.hpp>
#include <gstd/ton.hpp>

#include <benchmark/benchmark.h>
#include <openssl/evp.h>
#include <sodium.h>

#include "coordinator/handlers.hpp"
#include "interleaved.hpp"
#include "net/responder.hpp"
#include "support/first_wallet.hpp"

namespace {

using namespace gstd;
using benchmark::State;

Bytes sample(std::size_t size) {
  Bytes bytes(size);
  SeededRandom{1}.fill(bytes);
  return bytes;
}

void count_bytes(State& state, std::size_t per_iteration) {
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(per_iteration));
}

// Messages under one key, a new nonce each.
void aead_seal_ours(State& state) {
  const auto plaintext = sample(static_cast<std::size_t>(state.range(0)));
  auto key = *AeadKey::create(sample(kAeadKeyBytes));
  Bytes nonce(kAeadNonceBytes);
  for (auto _ : state) {
    ++nonce[0];
    benchmark::DoNotOptimize(key.seal(nonce, {}, plaintext));
  }
  count_bytes(state, plaintext.size());
}

// As `openssl speed -evp aes-256-gcm` does, and with the tag fetched, as everybody must.
void aead_seal_openssl(State& state) {
  const auto plaintext = sample(static_cast<std::size_t>(state.range(0)));
  const auto key = sample(kAeadKeyBytes);
  Bytes nonce(kAeadNonceBytes), sealed(plaintext.size() + kAeadTagBytes);
  EVP_CIPHER_CTX* const context = EVP_CIPHER_CTX_new();
  EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), nullptr, key.data(), nullptr);
  for (auto _ : state) {
    ++nonce[0];
    int written = 0;
    EVP_EncryptInit_ex(context, nullptr, nullptr, nullptr, nonce.data());
    EVP_EncryptUpdate(context, sealed.data(), &written, plaintext.data(), static_cast<int>(plaintext.size()));
    EVP_EncryptFinal_ex(context, sealed.data() + plaintext.size(), &written);
    EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, static_cast<int>(kAeadTagBytes), sealed.data() + plaintext.size());
    benchmark::DoNotOptimize(sealed.data());
    benchmark::ClobberMemory();
  }
  EVP_CIPHER_CTX_free(context);
  count_bytes(state, plaintext.size());
}

void aead_open_openssl(State& state) {
  const auto plaintext = sample(static_cast<std::size_t>(state.range(0)));
  const auto key = sample(kAeadKeyBytes);
  const Bytes nonce(kAeadNonceBytes);
  Bytes sealed = *aead_seal(key, nonce, {}, plaintext), opened(plaintext.size());
  EVP_CIPHER_CTX* const context = EVP_CIPHER_CTX_new();
  EVP_DecryptInit_ex(context, EVP_aes_256_gcm(), nullptr, key.data(), nullptr);
  for (auto _ : state) {
    int written = 0;
    EVP_DecryptInit_ex(context, nullptr, nullptr, nullptr, nonce.data());
    EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, static_cast<int>(kAeadTagBytes), sealed.data() + plaintext.size());
    EVP_DecryptUpdate(context, opened.data(), &written, sealed.data(), static_cast<int>(plaintext.size()));
    if (EVP_DecryptFinal_ex(context, opened.data(), &written) != 1) return state.SkipWithError("did not open");
    benchmark::DoNotOptimize(opened.data());
    benchmark::ClobberMemory();
  }
  EVP_CIPHER_CTX_free(context);
  count_bytes(state, plaintext.size());
}

const SealingContext& task_context() {
  static const SealingContext context{*TaskId::parse("3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5b"), 0, SealingDirection::input, {}};
  return context;
}

// A task's input, from the call to the bytes that are sent: stream key, header, chunks and all.
void seal_input(State& state) {
  const auto plaintext = sample(static_cast<std::size_t>(state.range(0)));
  const auto key = ContentKey::generate();
  for (auto _ : state) benchmark::DoNotOptimize(seal(key, task_context(), plaintext));
  count_bytes(state, plaintext.size());
}

void open_input(State& state) {
  const auto plaintext = sample(static_cast<std::size_t>(state.range(0)));
  const auto key = ContentKey::generate();
  const auto sealed = *seal(key, task_context(), plaintext);
  for (auto _ : state) {
    auto opened = open(key, task_context(), sealed);
    if (!opened) return state.SkipWithError("did not open");
    benchmark::DoNotOptimize(opened);
  }
  count_bytes(state, plaintext.size());
}

void wrap_and_unwrap(State& state) {
  const auto key = ContentKey::generate();
  const auto recipient = EncryptionKey::generate();
  const WrapContext context{task_context().task, 1, SealingDirection::input, {}, recipient.public_key()};
  for (auto _ : state) {
    const auto wrapped = wrap_key(key, context);
    benchmark::DoNotOptimize(unwrap_key(*wrapped, recipient, context));
  }
}

void sign_ours(State& state) {
  const auto key = SigningKey::generate();
  const auto message = sample(300);  // as long as a receipt
  for (auto _ : state) benchmark::DoNotOptimize(key.sign(message));
}

void sign_libsodium(State& state) {
  unsigned char public_key[crypto_sign_PUBLICKEYBYTES], secret_key[crypto_sign_SECRETKEYBYTES], signature[crypto_sign_BYTES];
  crypto_sign_keypair(public_key, secret_key);
  const auto message = sample(300);
  for (auto _ : state) {
    crypto_sign_detached(signature, nullptr, message.data(), message.size(), secret_key);
    benchmark::DoNotOptimize(signature);
  }
}

void verify_ours(State& state) {
  const auto key = SigningKey::generate();
  const auto message = sample(300);
  const auto signature = key.sign(message);
  for (auto _ : state)
    if (!verify_signature(key.public_key(), message, signature)) return state.SkipWithError("did not verify");
}

void verify_libsodium(State& state) {
  unsigned char public_key[crypto_sign_PUBLICKEYBYTES], secret_key[crypto_sign_SECRETKEYBYTES], signature[crypto_sign_BYTES];
  crypto_sign_keypair(public_key, secret_key);
  const auto message = sample(300);
  crypto_sign_detached(signature, nullptr, message.data(), message.size(), secret_key);
  for (auto _ : state)
    if (crypto_sign_verify_detached(signature, message.data(), message.size(), public_key) != 0)
      return state.SkipWithError("did not verify");
}

// What it costs both ends that a request is nobody else's: a claim's body, signed and checked.
void request_signed_and_verified(State& state) {
  const auto key = SigningKey::generate();
  const auto body = sample(250);
  const protocol::RequestParts parts{"POST", "coordinator.example", "/api/v1/orchestrator/claim", body};
  const Timestamp now = system_clock().now();
  Bytes nonce(16);
  for (auto _ : state) {
    ++nonce[0];
    const auto headers = protocol::sign_request(parts, key, now, nonce);
    if (!protocol::verify_request(parts, headers, now)) return state.SkipWithError("did not verify");
  }
}

// What evidence costs worker and coordinator together: from the fields to the signed bytes, and back to fields that are believed.
void receipt_signed_and_verified(State& state) {
  const auto key = SigningKey::generate();
  Receipt receipt;
  receipt.task = *TaskId::parse("7f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5b");
  receipt.attempt = 1;
  receipt.worker = protocol::wallet_named_after(key.public_key());
  receipt.device = *DeviceId::parse("dev-0123456789abcdef");
  receipt.engine = "wasmtime 48.0.8 0123456789abcdef0123456789abcdef";
  receipt.key = key.public_key();
  for (auto _ : state) {
    ++receipt.fuel_used;
    const auto encoded = encode_receipt(receipt);
    const auto signature = key.sign(encoded);
    if (!verify_receipt(encoded, key.public_key(), signature)) return state.SkipWithError("did not verify");
    benchmark::DoNotOptimize(decode_receipt(encoded));
  }
}

const std::string kDomain = "coordinator.example";

// The wallet of the vectors, at its owner's.
class Wallet {
 public:
  // What it answers to a request for a ton_proof with `payload`.
  protocol::Login prove(std::string_view payload, std::string_view domain) const {
    protocol::Login login;
    login.address = address_.raw();
    login.network = ton::to_string(ton::Network::mainnet);
    login.domain = domain;
    login.domain_bytes = domain.size();
    login.timestamp = std::chrono::floor<std::chrono::seconds>(system_clock().now()).time_since_epoch().count();
    login.payload = payload;
    login.state_init = state_init_;
    const auto message = ton::ton_proof_message(address_, domain, login.timestamp, payload);
    const auto signature = key_.sign(ton::ton_proof_digest(message).view());
    login.signature.assign(signature.bytes.begin(), signature.bytes.end());
    return login;
  }

 private:
  static SigningKey first_key() {
    Bytes seed(kSeedBytes);
    for (std::size_t i = 0; i < seed.size(); ++i) seed[i] = static_cast<std::uint8_t>(i);
    return *SigningKey::from_seed(seed);
  }
  SigningKey key_ = first_key();
  ton::Address address_ = *ton::address_of(ton::WalletVersion::v4r2, key_.public_key());
  Bytes state_init_ = *decode_base64(test::kStateInitOfTheFirstWallet);
};

// All that a login computes: the contract's 22 cells hashed, the key taken from them, the signature checked.
void login_verified(State& state) {
  const std::vector<std::string> domains{kDomain};
  const protocol::Login login = Wallet{}.prove("gstd-login:0123456789abcdef0123456789abcdef", kDomain);
  ton::TonProof proof;
  proof.address = login.address;
  proof.network = login.network;
  proof.domain = login.domain;
  proof.domain_bytes = login.domain_bytes;
  proof.timestamp = login.timestamp;
  proof.payload = login.payload;
  proof.state_init = login.state_init;
  proof.signature = login.signature;
  const Timestamp now = system_clock().now();
  for (auto _ : state)
    if (!ton::verify_ton_proof(proof, {domains, ton::Network::mainnet, now})) return state.SkipWithError("did not verify");
}

CoordinatorOptions coordinator_options() {
  CoordinatorOptions options;
  options.store = store::open_memory();
  options.login.domains = {kDomain};
  options.clock = &system_clock();
  options.random = &system_random();
  return options;
}

// What a coordinator does for a login, from the two requests' heads and bodies to its two answers' bodies: the payload drawn and
// kept, the JSON read, the proof judged, the payload used up, the session made. By the time that goes by between, without the
// wallet's own.
void login_served(State& state) {
  coordinator::Services services(coordinator_options(), *coordinator::PeerAddresses::create({}));
  // Nobody waits for these answers.
  const net::Responder responder(
      std::make_shared<net::Responder::State>(std::make_shared<net::Gate>(), std::weak_ptr<net::Session>{}));
  const Wallet wallet;
  for (auto _ : state) {
    const auto begun = std::chrono::steady_clock::now();
    net::Request asking;
    asking.method = "POST";
    asking.target = "/api/v1/users/payload";
    coordinator::Call asked(services, asking, responder);
    const auto issued = coordinator::issue_login_payload(asked);
    const auto between = std::chrono::steady_clock::now();
    net::Request request;
    request.method = "POST";
    request.target = "/api/v1/users/login";
    request.body = protocol::write(wallet.prove(protocol::read<protocol::LoginPayload>(issued->body)->payload, kDomain));
    const auto again = std::chrono::steady_clock::now();
    coordinator::Call call(services, request, responder);
    const auto reply = coordinator::log_in(call);
    state.SetIterationTime(std::chrono::duration<double>(std::chrono::steady_clock::now() - again + (between - begun)).count());
    if (!reply) return state.SkipWithError(reply.error().message.c_str());
  }
}

// A login as its client sees it: payload, the wallet's proof, session; over HTTP, with a connection that stands.
void login_whole(State& state) {
  const auto coordinator = Coordinator::start(coordinator_options());
  const auto client = Client::create({.url = coordinator->url()});
  const Wallet wallet;
  for (auto _ : state) {
    const auto issued = client->login_payload();
    const auto session = client->login(wallet.prove(issued->payload, kDomain));
    if (!session) return state.SkipWithError(session.error().message.c_str());
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (sodium_init() < 0) return 1;
  using benchmark::RegisterBenchmark;
  // Short ones, often, in changing order: what a busy machine does to one of them it does to all.
  const auto often = [](benchmark::internal::Benchmark* each) { return each->Repetitions(9)->MinTime(0.1); };
  for (const std::int64_t size : {64, 16 << 10, 1 << 20}) {
    often(RegisterBenchmark("aead_seal", aead_seal_ours)->Arg(size));
    often(RegisterBenchmark("peer/aead_seal", aead_seal_openssl)->Arg(size));
  }
  often(RegisterBenchmark("peer/aead_open", aead_open_openssl)->Arg(1 << 20));
  often(RegisterBenchmark("seal_input", seal_input)->Arg(1 << 20));
  often(RegisterBenchmark("open_input", open_input)->Arg(1 << 20));
  often(RegisterBenchmark("wrap_and_unwrap", wrap_and_unwrap));
  often(RegisterBenchmark("sign", sign_ours));
  often(RegisterBenchmark("peer/sign", sign_libsodium));
  often(RegisterBenchmark("verify", verify_ours));
  often(RegisterBenchmark("peer/verify", verify_libsodium));
  often(RegisterBenchmark("request", request_signed_and_verified));
  often(RegisterBenchmark("receipt", receipt_signed_and_verified));
  often(RegisterBenchmark("login", login_verified));
  often(RegisterBenchmark("login_served", login_served)->UseManualTime());
  often(RegisterBenchmark("login_whole", login_whole)->UseRealTime());

  return run_interleaved(argc, argv);
}

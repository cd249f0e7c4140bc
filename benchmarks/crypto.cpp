// Encryption and signatures, beside what the libraries below them do when they are called directly, in the way that is kindest to
// them: contexts set up once, nothing allocated.
#include <gstd/protocol.hpp>
#include <gstd/sealing.hpp>
#include <gstd/ton.hpp>

#include <benchmark/benchmark.h>
#include <openssl/evp.h>
#include <sodium.h>

#include "interleaved.hpp"
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

// All that a login computes: the contract's 22 cells hashed, the key taken from them, the signature checked.
void login_verified(State& state) {
  Bytes seed(kSeedBytes);
  for (std::size_t i = 0; i < seed.size(); ++i) seed[i] = static_cast<std::uint8_t>(i);
  const auto key = *SigningKey::from_seed(seed);
  const auto address = *ton::address_of(ton::WalletVersion::v4r2, key.public_key());
  const std::vector<std::string> domains{"coordinator.example"};
  const Timestamp now = system_clock().now();
  ton::TonProof proof;
  proof.address = address.raw();
  proof.network = ton::to_string(ton::Network::mainnet);
  proof.domain = domains.front();
  proof.domain_bytes = proof.domain.size();
  proof.timestamp = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  proof.payload = "gstd-login:0123456789abcdef0123456789abcdef";
  proof.state_init = *decode_base64(test::kStateInitOfTheFirstWallet);
  const auto digest = ton::ton_proof_digest(ton::ton_proof_message(address, proof.domain, proof.timestamp, proof.payload));
  const auto signature = key.sign(digest.view());
  proof.signature.assign(signature.bytes.begin(), signature.bytes.end());
  for (auto _ : state)
    if (!ton::verify_ton_proof(proof, {domains, ton::Network::mainnet, now})) return state.SkipWithError("did not verify");
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

  return run_interleaved(argc, argv);
}

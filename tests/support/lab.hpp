// A coordinator on an ephemeral port with a clock that stands, and parties that talk to it over real HTTP with requests that they
// sign themselves: the whole way that a foreign client goes, without our own client in it.
#pragma once

#include <gtest/gtest.h>
#include <gstd/coordinator.hpp>
#include <gstd/crypto.hpp>
#include <gstd/net.hpp>
#include <gstd/pow.hpp>
#include <gstd/protocol.hpp>
#include <gstd/store.hpp>

#include <atomic>
#include <concepts>
#include <stdexcept>
#include <thread>

namespace gstd::test {

/// The value of a Result that must have one.
template <class T>
T must(Result<T> result) {
  if (!result) {
    ADD_FAILURE() << to_string(result.error().code) << " (" << result.error().reason << "): " << result.error().message;
    throw std::runtime_error(result.error().message);
  }
  return *std::move(result);
}
inline void must(const Result<void>& result) {
  if (!result) {
    ADD_FAILURE() << to_string(result.error().code) << " (" << result.error().reason << "): " << result.error().message;
    throw std::runtime_error(result.error().message);
  }
}

/// Whether a call was refused in just this way.
template <class T>
testing::AssertionResult refused(const Result<T>& result, ErrorCode code, std::string_view reason) {
  if (result) return testing::AssertionFailure() << "it was granted";
  if (result.error().code == code && result.error().reason == reason) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "refused with " << to_string(result.error().code) << " (" << result.error().reason
                                     << "): " << result.error().message;
}

inline Amount gstd(std::int64_t whole) { return {whole * kNanoPerGstd}; }

/// (module (memory (export "memory") 1) (func (export "_start"))), assembled by hand after the WebAssembly core specification,
/// section 5: the smallest program that the sandbox's profile takes.
inline const Bytes& empty_program() {
  static const Bytes module{0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x04, 0x01, 0x60, 0x00, 0x00, 0x03, 0x02, 0x01,
                            0x00, 0x05, 0x03, 0x01, 0x00, 0x01, 0x07, 0x13, 0x02, 0x06, 'm',  'e',  'm',  'o',  'r',  'y',  0x02,
                            0x00, 0x06, '_',  's',  't',  'a',  'r',  't',  0x00, 0x00, 0x0a, 0x04, 0x01, 0x02, 0x00, 0x0b};
  return module;
}

/// Somebody with a key, a wallet and a device; all three follow from the name.
struct Party {
  explicit Party(const std::string& name)
      : key(must(SigningKey::from_seed(sha256(as_bytes("party " + name)).view()))),
        wallet(must(WalletId::parse("wallet-" + name))),
        device(must(DeviceId::parse("device-" + name))) {}

  SigningKey key;
  WalletId wallet;
  DeviceId device;
};

/// What a request is made of; what a test does not set is as an honest client has it.
struct Ask {
  std::string method = "POST";
  std::string path;  ///< Below /api/v1, with its query.
  std::string body{};
  const Party* by = nullptr;  ///< Who signs; null: nobody.
  std::vector<net::Headers::Field> headers{};
  std::optional<Timestamp> created{};
  std::string nonce{};  ///< Empty: one that was not used before.
};

struct LabOptions {
  std::shared_ptr<store::Store> store = store::open_memory();
  unsigned difficulty_bits = 0;
  std::function<void(CoordinatorOptions&)> tune{};
  std::uint64_t seed = 1;  ///< Two coordinators over one store need different ids, and their callers different nonces.
};

class Lab {
 public:
  explicit Lab(LabOptions options = {})
      : random(options.seed), http(must(net::HttpClient::create())), used_(options.seed * 1'000'000) {
    CoordinatorOptions coordinator_options;
    coordinator_options.store = std::move(options.store);
    coordinator_options.threads = 4;
    coordinator_options.difficulty_bits = options.difficulty_bits;
    coordinator_options.clock = &clock;
    coordinator_options.random = &random;
    if (options.tune) options.tune(coordinator_options);
    coordinator = must(Coordinator::start(std::move(coordinator_options)));
  }

  ManualClock clock;
  SeededRandom random;
  net::HttpClient http;
  std::optional<Coordinator> coordinator;

  // -- raw requests

  net::Request request_of(const Ask& ask) {
    net::Request request;
    request.method = ask.method;
    const std::string target = "/api/v1" + ask.path;
    request.target = coordinator->url() + target;
    request.body = ask.body;
    for (const auto& field : ask.headers) request.headers.add(field.name, field.value);
    if (ask.by) {
      const std::string authority = coordinator->url().substr(std::string("http://").size());
      const std::string nonce = ask.nonce.empty() ? fresh("nonce") : ask.nonce;
      const auto signed_headers =
          protocol::sign_request({ask.method, authority, target, as_bytes(ask.body), request.headers.find("Idempotency-Key")},
                                 ask.by->key, ask.created.value_or(clock.now()), as_bytes(nonce));
      request.headers.set("Content-Digest", signed_headers.content_digest);
      request.headers.set("Signature-Input", signed_headers.signature_input);
      request.headers.set("Signature", signed_headers.signature);
    }
    return request;
  }
  net::Response send(const Ask& ask) { return must(http.send(request_of(ask))); }
  /// A template, so that what stands in braces is an Ask.
  template <std::same_as<net::Request> R>
  net::Response send(const R& request) {
    return must(http.send(request));
  }

  static Error error_of(const net::Response& response) { return protocol::read_error(response.status, response.body); }

  /// The reply as a message, or the error that came instead.
  template <class M>
  Result<M> call(const Ask& ask) {
    const net::Response response = send(ask);
    if (response.status != 200) return error_of(response);
    return protocol::read<M>(response.body);
  }
  template <class M, class B>
  Result<M> post(const Party& by, std::string path, const B& body) {
    return call<M>({"POST", std::move(path), protocol::write(body), &by});
  }
  template <class M>
  Result<M> get(const Party& by, std::string path) {
    return call<M>({"GET", std::move(path), {}, &by});
  }

  // -- the steps of the main job

  Result<protocol::Message> join(const Party& party) {
    return post<protocol::Message>(party, "/devices/register",
                                   protocol::RegisterDevice{party.device, party.wallet, "desktop", party.key.public_key()});
  }
  void pay_in(const Party& party, Amount amount) { must(coordinator->deposit(fresh("deposit"), party.wallet, amount)); }
  Digest upload(const Party& by, const Bytes& content = empty_program()) {
    return must(call<protocol::ModuleMetadata>({"POST", "/wasm/upload", std::string(as_text(content)), &by})).sha256;
  }
  /// A registered requester with a program and money for ten tasks of one GSTD.
  Party requester(const std::string& name = "requester") {
    Party party(name);
    must(join(party));
    pay_in(party, gstd(10));
    module = upload(party);
    return party;
  }
  Party worker(const std::string& name = "worker") {
    Party party(name);
    must(join(party));
    return party;
  }
  Digest module;

  protocol::CreateTask order(std::string_view input = "input", Amount budget = gstd(1)) const {
    protocol::CreateTask task;
    task.type = "wasm_binary";
    task.budget = budget;
    task.input = Bytes(input.begin(), input.end());
    task.module_sha256 = module;
    task.operation = "run";
    return task;
  }
  TaskId create(const Party& by, std::string_view input = "input", Amount budget = gstd(1)) {
    return must(post<protocol::TaskCreated>(by, "/tasks/create", order(input, budget))).task_id;
  }
  Result<protocol::TaskView> task(const Party& by, const TaskId& id) { return get<protocol::TaskView>(by, "/tasks/" + id.str()); }

  Result<protocol::PowChallenge> challenge(const Party& by, const TaskId& id, std::vector<std::uint32_t> versions = {1}) {
    return post<protocol::PowChallenge>(by, "/pow/challenge", protocol::PowRequest{id, by.wallet, std::move(versions)});
  }
  /// The lowest nonce from `number` on that is good, or that is not; one after the other, as the slowest of foreign clients would.
  static std::string solve(const protocol::PowChallenge& given, bool good = true, std::uint64_t number = 0) {
    const pow::Challenge challenge{given.challenge,  given.task_id,    given.worker_wallet,
                                   given.difficulty, given.expires_at, static_cast<pow::Version>(given.version)};
    for (;; ++number) {
      std::string nonce = nonce_of(challenge.version, number);
      if (must(pow::verify(challenge, nonce)).valid == good) return nonce;
    }
  }
  static std::string nonce_of(pow::Version version, std::uint64_t number) {
    if (version == pow::Version::v1) return std::to_string(number);
    Bytes bytes(pow::kNonceHexChars / 2);
    for (auto byte = bytes.rbegin(); byte != bytes.rend(); ++byte, number >>= 8) *byte = static_cast<std::uint8_t>(number);
    return encode_hex(bytes);
  }
  Result<protocol::Claim> claim(const Party& by, const TaskId& id, std::string nonce) {
    return post<protocol::Claim>(by, "/orchestrator/claim", protocol::ClaimRequest{id, by.wallet, by.device, std::move(nonce)});
  }
  /// Challenge, proof and claim at once.
  Result<protocol::Claim> take(const Party& by, const TaskId& id) {
    auto given = challenge(by, id);
    if (!given) return std::move(given).error();
    return claim(by, id, solve(*given));
  }

  static Receipt receipt_of(const Party& by, const protocol::Claim& claim, const Bytes& output,
                            OutcomeKind outcome = OutcomeKind::completed) {
    Receipt receipt;
    receipt.task = claim.task_id;
    receipt.attempt = claim.attempt;
    receipt.worker = by.wallet;
    receipt.device = by.device;
    receipt.module = claim.module_sha256;
    receipt.input = claim.input_sha256;
    receipt.output = sha256(output);
    receipt.outcome = outcome;
    receipt.fuel_used = 42;
    receipt.limits = claim.limits;
    receipt.engine = "lab";
    receipt.convention = claim.convention;
    receipt.key = by.key.public_key();
    receipt.nonce = claim.receipt_nonce;
    receipt.memory_bytes_peak = 65536;
    receipt.started_at = claim.lease_expires_at - std::chrono::milliseconds{claim.lease_ms};
    receipt.ended_at = receipt.started_at + std::chrono::milliseconds{7};
    return receipt;
  }
  static protocol::Completion completion_of(const Party& by, const Receipt& receipt, const Bytes& output) {
    protocol::Completion completion;
    completion.task_id = receipt.task;
    completion.worker_wallet = by.wallet;
    completion.device_id = by.device;
    completion.attempt = receipt.attempt;
    completion.output = output;
    completion.receipt = encode_receipt(receipt);
    completion.signature = sign_receipt(receipt, by.key);
    completion.execution_time_ms = 7;
    return completion;
  }
  static protocol::Completion completion_of(const Party& by, const protocol::Claim& claim, std::string_view output = "output",
                                            OutcomeKind outcome = OutcomeKind::completed) {
    const Bytes bytes(output.begin(), output.end());
    return completion_of(by, receipt_of(by, claim, bytes, outcome), bytes);
  }
  Result<protocol::Completed> complete(const Party& by, const protocol::Completion& completion) {
    return post<protocol::Completed>(by, "/orchestrator/complete", completion);
  }
  Result<protocol::Message> fail(const Party& by, const protocol::Claim& claim, std::string reason, bool gave_back = false) {
    return post<protocol::Message>(by, "/orchestrator/fail",
                                   protocol::AttemptFailed{claim.task_id, by.device, claim.attempt, std::move(reason), gave_back});
  }
  Result<protocol::TaskResult> result(const Party& by, const TaskId& id) {
    return get<protocol::TaskResult>(by, "/tasks/" + id.str() + "/result");
  }
  Amount balance(const Party& by) { return must(get<protocol::WalletBalance>(by, "/wallet/balance")).gstd_balance; }

  /// Waits, in real time, for the coordinator's own thread to notice that the clock has moved.
  TaskState wait_for(const Party& by, const TaskId& id, TaskState state) {
    for (int looks = 0; looks < 2'000; ++looks) {
      const TaskState now = must(task(by, id)).status;
      if (now == state) return now;
      std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
    return must(task(by, id)).status;
  }

 private:
  // Sixteen characters or more, as a signature's nonce must have.
  std::string fresh(const std::string& what) { return what + "-" + std::to_string(1'000'000'000 + used_++); }

  std::atomic<std::uint64_t> used_;
};

}  // namespace gstd::test

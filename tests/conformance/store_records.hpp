// Records with every field set to something of its own, and all their fields as text, for comparisons that leave nothing out.
#pragma once

#include <gstd/store.hpp>

#include <sstream>

namespace gstd::test {

inline constexpr Timestamp kStart{std::chrono::seconds{1'768'757'000}};
inline constexpr std::chrono::milliseconds kLeaseTime{30'000};

template <class T>
T id(const std::string& text) {
  return *T::parse(text);
}

template <class T>
T filled(std::uint8_t byte) {
  T out;
  out.bytes.fill(byte);
  return out;
}

inline Task make_task(const std::string& name, const std::string& requester = "requester-1") {
  Task task;
  task.id = id<TaskId>(name);
  task.requester = id<WalletId>(requester);
  task.spec = {"wasm_binary", "run", filled<Digest>(1), filled<Digest>(2), {11, 12, std::chrono::milliseconds{13}, 14, 15},
               {1'000},       2};
  task.spec.convention = GuestConvention::reactor;
  task.created_at = kStart;
  return task;
}

inline Lease make_lease(const std::string& worker = "worker-1") {
  return {id<DeviceId>(worker + "-device"), id<WalletId>(worker), filled<PublicKey>(3), Timestamp{}, filled<ReceiptNonce>(6)};
}

inline store::Device make_device(const std::string& name, const std::string& wallet, std::uint8_t key) {
  return {id<DeviceId>(name), id<WalletId>(wallet), filled<PublicKey>(key), "desktop", kStart};
}

/// The same, bound by a statement.
inline store::Device make_bound_device(const std::string& name, const std::string& wallet, std::uint8_t key) {
  store::Device device = make_device(name, wallet, key);
  device.encryption_key = filled<EncryptionPublicKey>(8);
  device.issued_at = kStart + std::chrono::milliseconds{7};
  device.device_signature = filled<Signature>(9);
  device.owner_signature = filled<Signature>(10);
  return device;
}

inline Submission make_submission(const std::string& task, std::uint32_t attempt) {
  return {id<TaskId>(task),
          attempt,
          id<DeviceId>("worker-1-device"),
          id<WalletId>("worker-1"),
          filled<PublicKey>(3),
          OutcomeKind::exited,
          -7,
          UINT64_MAX,
          std::chrono::milliseconds{21},
          filled<Digest>(4),
          {9, 0, 8},
          filled<Signature>(5),
          kStart};
}

inline store::ChallengeRecord make_challenge(const std::string& task, const std::string& wallet) {
  return {id<TaskId>(task), id<WalletId>(wallet), "challenge-" + task, 12, kStart, kStart + std::chrono::seconds{60}, {}, {}, 2, 7};
}

inline store::PowAuditEntry make_audit_entry(const std::string& wallet, Timestamp at) {
  return {at,
          id<TaskId>("t"),
          id<WalletId>(wallet),
          id<DeviceId>("d"),
          2,
          12,
          "42",
          store::PowAuditOutcome::rejected,
          "pow_insufficient",
          "192.0.2.1"};
}

inline std::string describe(Timestamp time) { return std::to_string(time.time_since_epoch().count()); }
inline std::string describe(const std::optional<Timestamp>& time) { return time ? describe(*time) : "-"; }
inline std::string describe(bool value) { return value ? "true" : "false"; }
inline std::string describe(std::uint64_t value) { return std::to_string(value); }
inline std::string describe(Amount amount) { return std::to_string(amount.nano); }
inline std::string describe(const Bytes& bytes) { return encode_hex(bytes); }
inline std::string describe(const PublicKey& key) { return key.hex(); }

inline std::string describe(const Task& t) {
  std::ostringstream out;
  out << t.id.str() << ' ' << t.requester.str() << ' ' << t.spec.type << ' ' << t.spec.operation << ' ' << t.spec.module.hex()
      << ' ' << t.spec.input.hex() << ' ' << t.spec.limits.fuel << ' ' << t.spec.limits.memory_bytes_max << ' '
      << t.spec.limits.wall_time.count() << ' ' << t.spec.limits.output_bytes_max << ' ' << t.spec.limits.log_bytes_max << ' '
      << t.spec.budget.nano << ' ' << t.spec.priority << ' ' << to_string(t.spec.convention) << ' ' << to_string(t.state) << ' '
      << t.attempt << ' ' << t.attempts_forgiven << ' ' << t.failures << ' ' << describe(t.not_before) << ' '
      << describe(t.created_at) << ' ' << describe(t.assigned_at) << ' ' << describe(t.completed_at) << " \"" << t.last_error
      << "\"";
  if (t.lease)
    out << ' ' << t.lease->device.str() << ' ' << t.lease->worker.str() << ' ' << t.lease->key.hex() << ' '
        << describe(t.lease->expires_at) << ' ' << t.lease->receipt_nonce.hex();
  return out.str();
}

inline std::string describe(const store::Device& d) {
  const auto hex = [](const auto& value) { return value ? value->hex() : "-"; };
  return d.id.str() + " " + d.wallet.str() + " " + d.key.hex() + " " + d.type + " " + describe(d.registered_at) + " " +
         hex(d.encryption_key) + " " + describe(d.issued_at) + " " + hex(d.device_signature) + " " + hex(d.owner_signature) + " " +
         describe(d.revoked_at);
}

inline std::string describe(const store::ModuleRecord& m) {
  std::string out = m.sha256.hex() + " " + std::to_string(m.size_bytes) + " " + m.uploader.str() + " " + describe(m.uploaded_at) +
                    " " + std::to_string(m.memory_pages);
  for (const std::string& name : m.imports) out += " i\"" + name + "\"";
  for (const std::string& name : m.exports) out += " e\"" + name + "\"";
  return out;
}

inline std::string describe(const store::ChallengeRecord& c) {
  return c.task.str() + " " + c.wallet.str() + " " + c.challenge + " " + std::to_string(c.difficulty_bits) + " " +
         describe(c.created_at) + " " + describe(c.expires_at) + " " + c.nonce.value_or("-") + " " + describe(c.verified_at) +
         " v" + std::to_string(c.version) + " " + std::to_string(c.wrong_nonces);
}

inline std::string describe(const store::PowAuditEntry& e) {
  return describe(e.at) + " " + e.task.str() + " " + e.wallet.str() + " " + e.device.str() + " v" + std::to_string(e.version) +
         " " + std::to_string(e.difficulty_bits) + " \"" + e.nonce + "\" " + std::string(to_string(e.outcome)) + " " + e.reason +
         " " + e.peer;
}

inline std::string describe(const store::IdempotentReply& r) { return r.request.hex() + " " + r.body; }

inline std::string describe(const store::Event& e) {
  return std::to_string(e.sequence) + " " + e.task.str() + " " + e.requester.str() + " " + std::string(to_string(e.event)) + " " +
         std::string(to_string(e.state)) + " " + std::to_string(e.attempt) + " " + describe(e.at);
}

inline std::string describe(const Submission& s) {
  return s.task.str() + " " + std::to_string(s.attempt) + " " + s.device.str() + " " + s.worker.str() + " " + s.key.hex() + " " +
         std::string(to_string(s.outcome)) + " " + std::to_string(s.exit_code) + " " + std::to_string(s.fuel_used) + " " +
         std::to_string(s.execution_time.count()) + " " + s.output.hex() + " " + encode_hex(s.receipt) + " " + s.signature.hex() +
         " " + describe(s.submitted_at);
}

inline std::string describe(const std::map<TaskState, std::uint64_t>& counts) {
  std::string out;
  for (const auto& [state, count] : counts) out += std::string(to_string(state)) + "=" + std::to_string(count) + " ";
  return out;
}

inline std::string describe(const store::RequesterStats& s) {
  return describe(s.tasks) + "spent=" + describe(s.spent) + " locked=" + describe(s.locked) +
         " mean=" + std::to_string(s.completion_time_mean.count());
}

template <class T>
std::string describe(const std::vector<T>& list) {
  std::string out;
  for (const T& value : list) out += describe(value) + "\n";
  return out;
}

inline std::string describe(const Error& error) { return std::string(to_string(error.code)) + "/" + error.reason; }

template <class T>
std::string describe(const Result<T>& result) {
  return result ? describe(*result) : describe(result.error());
}

inline std::string describe(const Result<std::shared_ptr<store::Store>>& opened) {
  return opened ? "opened" : describe(opened.error());
}

template <>
inline std::string describe(const Result<void>& result) {
  return result ? "ok" : describe(result.error());
}

}  // namespace gstd::test

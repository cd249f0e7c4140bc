#include <gstd/crypto.hpp>

#include "crypto/canonical.hpp"

#include <algorithm>

namespace gstd {
namespace {

// The version is part of the tag, so that a signature never serves for another kind of message or another version of this one.
// Version v stands at v - 1; all tags are of one length.
constexpr std::array<std::string_view, kReceiptVersion> kDomainTags{"gstd-receipt-v1", "gstd-receipt-v2", "gstd-receipt-v3"};
constexpr std::size_t kDomainTagBytes = kDomainTags.back().size();
static_assert(std::ranges::all_of(kDomainTags, [](std::string_view tag) { return tag.size() == kDomainTagBytes; }));

static_assert(kReceiptTimeMax == Timestamp{std::chrono::milliseconds{canonical::kMillisecondsMax}});

// The largest encoding: tag, three ids, three digests, engine, key, nonce, 5 numbers of 4 bytes (attempt, outcome, exit code,
// convention, commitment) and 9 of 8 (fuel used, five limits, memory, two times).
static_assert(kDomainTagBytes + 3 * (4 + kIdCharsMax) + 3 * Digest::kSize + (4 + kEngineCharsMax) + PublicKey::kSize +
                  ReceiptNonce::kSize + 5 * 4 + 9 * 8 <=
              kReceiptBytesMax);

// 0 where the bytes carry no receipt's tag.
std::uint32_t version_of(BytesView encoded) noexcept {
  for (std::uint32_t version = kReceiptVersion; version > 0; --version)
    if (as_text(encoded).starts_with(kDomainTags[version - 1])) return version;
  return 0;
}

Error not_a_receipt(std::string_view why) {
  return {ErrorCode::invalid_argument, "not the encoding of a receipt: " + std::string(why), "receipt"};
}

}  // namespace

Bytes encode_receipt(const Receipt& receipt) {
  canonical::Writer out{kDomainTags.back(), kReceiptBytesMax};
  out.text(receipt.task.str());
  out.number(receipt.attempt);
  out.text(receipt.worker.str());
  out.text(receipt.device.str());
  out.fixed(receipt.module);
  out.fixed(receipt.input);
  out.fixed(receipt.output);
  out.enumerator(receipt.outcome);
  out.number(receipt.exit_code);
  out.number(receipt.fuel_used);
  out.number(receipt.limits.fuel);
  out.number(receipt.limits.memory_bytes_max);
  out.number(static_cast<std::uint64_t>(receipt.limits.wall_time.count()));
  out.number(receipt.limits.output_bytes_max);
  out.number(receipt.limits.log_bytes_max);
  out.text(receipt.engine);
  out.enumerator(receipt.convention);
  out.enumerator(receipt.commitment);
  out.fixed(receipt.key);
  out.fixed(receipt.nonce);
  out.number(receipt.memory_bytes_peak);
  out.time(receipt.started_at);
  out.time(receipt.ended_at);
  return out.take();
}

Result<Receipt> decode_receipt(BytesView encoded) {
  if (encoded.size() > kReceiptBytesMax) return not_a_receipt("longer than " + std::to_string(kReceiptBytesMax) + " bytes");
  const std::uint32_t version = version_of(encoded);
  if (version == 0) return not_a_receipt("does not start with \"" + std::string(kDomainTags.back()) + "\"");
  canonical::Reader in{encoded.subspan(kDomainTagBytes)};
  Receipt receipt;
  receipt.version = version;
  receipt.task = in.id<TaskId>();
  receipt.attempt = in.u32();
  receipt.worker = in.id<WalletId>();
  receipt.device = in.id<DeviceId>();
  receipt.module = in.fixed<Digest>();
  receipt.input = in.fixed<Digest>();
  receipt.output = in.fixed<Digest>();
  receipt.outcome = in.enumerator<OutcomeKind>();
  receipt.exit_code = static_cast<std::int32_t>(in.u32());
  receipt.fuel_used = in.u64();
  receipt.limits.fuel = in.u64();
  receipt.limits.memory_bytes_max = in.u64();
  receipt.limits.wall_time = std::chrono::milliseconds{static_cast<std::int64_t>(in.u64())};
  receipt.limits.output_bytes_max = in.u64();
  receipt.limits.log_bytes_max = in.u64();
  receipt.engine = in.text(kEngineCharsMax);
  if (version >= 2) receipt.convention = in.enumerator<GuestConvention>();
  if (version >= 3) {
    receipt.commitment = in.enumerator<CommitmentKind>();
    receipt.key = in.fixed<PublicKey>();
    receipt.nonce = in.fixed<ReceiptNonce>();
    receipt.memory_bytes_peak = in.u64();
    receipt.started_at = in.time();
    receipt.ended_at = in.time();
  }
  if (!in.ok()) return not_a_receipt("cut short, a text that is empty, too long or no id, or a time that is none");
  if (!in.at_end()) return not_a_receipt("bytes left over");
  if (parse_outcome_kind(to_string(receipt.outcome)) != receipt.outcome) return not_a_receipt("unknown outcome");
  if (parse_guest_convention(to_string(receipt.convention)) != receipt.convention) return not_a_receipt("unknown convention");
  if (parse_commitment_kind(to_string(receipt.commitment)) != receipt.commitment) return not_a_receipt("unknown commitment");
  if (!std::ranges::all_of(receipt.engine, [](char c) { return c >= ' ' && c <= '~'; }))
    return not_a_receipt("the engine's name is not printable ASCII");
  return receipt;
}

Signature sign_receipt(const Receipt& receipt, const SigningKey& key) { return key.sign(encode_receipt(receipt)); }

Result<void> check_consistent(const Receipt& receipt) {
  const auto refuse = [](std::string message) {
    return Error{ErrorCode::invalid_argument, std::move(message), "receipt_mismatch"};
  };
  if (receipt.fuel_used > receipt.limits.fuel) return refuse("the receipt's fuel is above its limit");
  if (receipt.outcome == OutcomeKind::completed && receipt.exit_code != 0)
    return refuse("the receipt's outcome is completed, but its exit code is not 0");
  if (receipt.outcome == OutcomeKind::exited && receipt.exit_code == 0)
    return refuse("the receipt's outcome is exited, but its exit code is 0");
  if (receipt.memory_bytes_peak > receipt.limits.memory_bytes_max) return refuse("the receipt's memory is above its limit");
  if (receipt.ended_at < receipt.started_at) return refuse("the receipt's run ends before it starts");
  return {};
}

bool verify_receipt(BytesView encoded, const PublicKey& key, const Signature& signature) noexcept {
  return encoded.size() <= kReceiptBytesMax && version_of(encoded) != 0 && verify_signature(key, encoded, signature);
}

}  // namespace gstd

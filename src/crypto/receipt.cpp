#include <gstd/crypto.hpp>

#include <algorithm>

namespace gstd {
namespace {

// The version is part of the tag, so that a signature never serves for another kind of message or another version of this one.
constexpr std::string_view kDomainTag = "gstd-receipt-v2";
// Without the convention, of which there was one.
constexpr std::string_view kDomainTagV1 = "gstd-receipt-v1";
static_assert(kDomainTag.size() == kDomainTagV1.size());

// The largest encoding: tag, three ids, three digests, engine, 4 numbers of 4 bytes (attempt, outcome, exit code, convention) and 6
// of 8 (fuel used, five limits).
static_assert(kDomainTag.size() + 3 * (4 + kIdCharsMax) + 3 * Digest::kSize + (4 + kEngineCharsMax) + 4 * 4 + 6 * 8 <=
              kReceiptBytesMax);

class Writer {
 public:
  Writer() {
    out_.reserve(kReceiptBytesMax);
    append(as_bytes(kDomainTag));
  }

  void number(std::uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) out_.push_back(static_cast<std::uint8_t>(value >> shift));
  }
  void number(std::int32_t value) { number(static_cast<std::uint32_t>(value)); }  // two's complement
  void number(std::uint64_t value) {
    number(static_cast<std::uint32_t>(value >> 32));
    number(static_cast<std::uint32_t>(value));
  }
  void text(std::string_view text) {
    number(static_cast<std::uint32_t>(text.size()));
    append(as_bytes(text));
  }
  void digest(const Digest& digest) { append(digest.view()); }
  Bytes take() { return std::move(out_); }

 private:
  void append(BytesView bytes) { out_.insert(out_.end(), bytes.begin(), bytes.end()); }
  Bytes out_;
};

// Once a read fails all later ones give zeros and ok() stays false, so that the caller asks once, at the end.
class Reader {
 public:
  explicit Reader(BytesView in) : in_(in) {}

  bool ok() const noexcept { return ok_; }
  bool at_end() const noexcept { return in_.empty(); }
  void fail() noexcept { ok_ = false; }

  BytesView take(std::size_t size) {
    if (!ok_ || size > in_.size()) {
      ok_ = false;
      return {};
    }
    const BytesView taken = in_.first(size);
    in_ = in_.subspan(size);
    return taken;
  }
  std::uint32_t u32() {
    std::uint32_t value = 0;
    for (const std::uint8_t byte : take(4)) value = value << 8 | byte;
    return value;
  }
  std::uint64_t u64() {
    const std::uint64_t high = u32();
    return high << 32 | u32();
  }
  std::string_view text(std::size_t chars_max) {
    const std::uint32_t size = u32();
    if (size > chars_max) fail();
    return as_text(take(size));
  }
  template <class IdType>
  IdType id() {
    auto parsed = IdType::parse(text(kIdCharsMax));
    if (parsed) return *std::move(parsed);
    fail();
    return {};
  }
  Digest digest() {
    Digest digest;
    std::ranges::copy(take(Digest::kSize), digest.bytes.begin());
    return digest;
  }

 private:
  BytesView in_;
  bool ok_ = true;
};

bool is_v1(BytesView encoded) noexcept { return as_text(encoded).starts_with(kDomainTagV1); }
bool has_domain_tag(BytesView encoded) noexcept { return as_text(encoded).starts_with(kDomainTag) || is_v1(encoded); }

Error not_a_receipt(std::string_view why) {
  return {ErrorCode::invalid_argument, "not the encoding of a receipt: " + std::string(why), "receipt"};
}

}  // namespace

Bytes encode_receipt(const Receipt& receipt) {
  Writer out;
  out.text(receipt.task.str());
  out.number(receipt.attempt);
  out.text(receipt.worker.str());
  out.text(receipt.device.str());
  out.digest(receipt.module);
  out.digest(receipt.input);
  out.digest(receipt.output);
  out.number(static_cast<std::int32_t>(receipt.outcome));
  out.number(receipt.exit_code);
  out.number(receipt.fuel_used);
  out.number(receipt.limits.fuel);
  out.number(receipt.limits.memory_bytes_max);
  out.number(static_cast<std::uint64_t>(receipt.limits.wall_time.count()));
  out.number(receipt.limits.output_bytes_max);
  out.number(receipt.limits.log_bytes_max);
  out.text(receipt.engine);
  out.number(static_cast<std::int32_t>(receipt.convention));
  return out.take();
}

Result<Receipt> decode_receipt(BytesView encoded) {
  if (encoded.size() > kReceiptBytesMax) return not_a_receipt("longer than " + std::to_string(kReceiptBytesMax) + " bytes");
  if (!has_domain_tag(encoded)) return not_a_receipt("does not start with \"" + std::string(kDomainTag) + "\"");
  Reader in{encoded.subspan(kDomainTag.size())};
  Receipt receipt;
  receipt.task = in.id<TaskId>();
  receipt.attempt = in.u32();
  receipt.worker = in.id<WalletId>();
  receipt.device = in.id<DeviceId>();
  receipt.module = in.digest();
  receipt.input = in.digest();
  receipt.output = in.digest();
  receipt.outcome = static_cast<OutcomeKind>(in.u32());
  receipt.exit_code = static_cast<std::int32_t>(in.u32());
  receipt.fuel_used = in.u64();
  receipt.limits.fuel = in.u64();
  receipt.limits.memory_bytes_max = in.u64();
  receipt.limits.wall_time = std::chrono::milliseconds{static_cast<std::int64_t>(in.u64())};
  receipt.limits.output_bytes_max = in.u64();
  receipt.limits.log_bytes_max = in.u64();
  receipt.engine = in.text(kEngineCharsMax);
  if (!is_v1(encoded)) receipt.convention = static_cast<GuestConvention>(in.u32());
  if (!in.ok()) return not_a_receipt("cut short, or a text that is empty, too long or no id");
  if (!in.at_end()) return not_a_receipt("bytes left over");
  if (parse_outcome_kind(to_string(receipt.outcome)) != receipt.outcome) return not_a_receipt("unknown outcome");
  if (parse_guest_convention(to_string(receipt.convention)) != receipt.convention) return not_a_receipt("unknown convention");
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
  return {};
}

bool verify_receipt(BytesView encoded, const PublicKey& key, const Signature& signature) noexcept {
  return encoded.size() <= kReceiptBytesMax && has_domain_tag(encoded) && verify_signature(key, encoded, signature);
}

}  // namespace gstd

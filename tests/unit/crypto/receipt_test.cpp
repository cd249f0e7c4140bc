#include <gstd/crypto.hpp>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace gstd {
namespace {

template <class IdType>
IdType id(std::string_view text) {
  return *IdType::parse(text);
}

Receipt sample() {
  Receipt receipt;
  receipt.task = id<TaskId>("task");
  receipt.attempt = 2;
  receipt.worker = id<WalletId>("EQwallet");
  receipt.device = id<DeviceId>("device");
  receipt.module.bytes.fill(0x11);
  receipt.input.bytes.fill(0x22);
  receipt.output.bytes.fill(0x33);
  receipt.outcome = OutcomeKind::exited;
  receipt.exit_code = -1;
  receipt.fuel_used = 0x0102030405060708;
  receipt.limits = {
      .fuel = 1, .memory_bytes_max = 2, .wall_time = std::chrono::milliseconds{3}, .output_bytes_max = 4, .log_bytes_max = 5};
  receipt.engine = "engine 1";
  receipt.convention = GuestConvention::reactor;
  receipt.commitment = CommitmentKind::keyed;
  receipt.key.bytes.fill(0x44);
  receipt.nonce.bytes.fill(0x55);
  receipt.memory_bytes_peak = 0x0203040506070809;
  receipt.started_at = Timestamp{std::chrono::milliseconds{0x10203040506}};
  receipt.ended_at = Timestamp{std::chrono::milliseconds{0x10203040507}};
  return receipt;
}

template <class IdType>
IdType any_id() {
  // Few letters and short, so that different receipts often look alike.
  return id<IdType>(*rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab:")))));
}

Digest any_digest() {
  Digest digest;
  digest.bytes.fill(*rc::gen::inRange<std::uint8_t>(0, 3));
  return digest;
}

Timestamp any_time() {
  return Timestamp{std::chrono::milliseconds{*rc::gen::inRange<std::int64_t>(0, kReceiptTimeMax.time_since_epoch().count() + 1)}};
}

Receipt any_receipt() {
  Receipt receipt;
  receipt.task = any_id<TaskId>();
  receipt.attempt = *rc::gen::arbitrary<std::uint32_t>();
  receipt.worker = any_id<WalletId>();
  receipt.device = any_id<DeviceId>();
  receipt.module = any_digest();
  receipt.input = any_digest();
  receipt.output = any_digest();
  receipt.outcome = static_cast<OutcomeKind>(*rc::gen::inRange(0, 11));
  receipt.exit_code = *rc::gen::arbitrary<std::int32_t>();
  receipt.fuel_used = *rc::gen::arbitrary<std::uint64_t>();
  receipt.limits.fuel = *rc::gen::arbitrary<std::uint64_t>();
  receipt.limits.memory_bytes_max = *rc::gen::arbitrary<std::uint64_t>();
  receipt.limits.wall_time = std::chrono::milliseconds{*rc::gen::arbitrary<std::int64_t>()};
  receipt.limits.output_bytes_max = *rc::gen::arbitrary<std::uint64_t>();
  receipt.limits.log_bytes_max = *rc::gen::arbitrary<std::uint64_t>();
  receipt.engine = *rc::gen::container<std::string>(rc::gen::inRange(' ', '\x7f'));
  receipt.convention = static_cast<GuestConvention>(*rc::gen::inRange(0, 3));
  receipt.commitment = static_cast<CommitmentKind>(*rc::gen::inRange(0, 2));
  receipt.key.bytes.fill(*rc::gen::inRange<std::uint8_t>(0, 3));
  receipt.nonce.bytes.fill(*rc::gen::inRange<std::uint8_t>(0, 3));
  receipt.memory_bytes_peak = *rc::gen::arbitrary<std::uint64_t>();
  receipt.started_at = any_time();
  receipt.ended_at = any_time();
  return receipt;
}

// Where the version stands in the tag.
constexpr std::size_t kVersionAt = 14;
// What each version has more than the one before it, at the end.
constexpr std::size_t kAddedByV2 = 4;                        // convention
constexpr std::size_t kAddedByV3 = 4 + 32 + 32 + 8 + 8 + 8;  // commitment, key, nonce, memory, start, end

// As it was signed before version 3, or before version 2.
Bytes as_v2(Bytes encoded) {
  encoded.at(kVersionAt) = '2';
  encoded.resize(encoded.size() - kAddedByV3);
  return encoded;
}
Bytes as_v1(Bytes encoded) {
  encoded = as_v2(std::move(encoded));
  encoded.at(kVersionAt) = '1';
  encoded.resize(encoded.size() - kAddedByV2);
  return encoded;
}
Bytes as_version(std::uint32_t version, Bytes encoded) {
  return version == 1 ? as_v1(std::move(encoded)) : version == 2 ? as_v2(std::move(encoded)) : encoded;
}

// What is left of a receipt in an older encoding.
Receipt without_later_fields(const Receipt& receipt, std::uint32_t version) {
  Receipt left = receipt;
  left.version = version;
  if (version >= 3) return left;
  left.commitment = CommitmentKind::sha256;
  left.key = {};
  left.nonce = {};
  left.memory_bytes_peak = 0;
  left.started_at = left.ended_at = {};
  if (version == 1) left.convention = GuestConvention::wasi;
  return left;
}

bool refused(BytesView encoded) {
  const auto decoded = decode_receipt(encoded);
  return !decoded && decoded.error().code == ErrorCode::invalid_argument && decoded.error().reason == "receipt";
}

// Goal:   the bytes that are signed stay what they are: verifiers of other makes depend on them.
// Method: one receipt spelt out by hand from the description in the header.
TEST(Receipt, EncodesAsDescribed) {
  const std::string repeat_11(64, '1'), repeat_22(64, '2'), repeat_33(64, '3');
  const std::string expected = encode_hex(as_bytes("gstd-receipt-v3")) +    //
                               "00000004" + encode_hex(as_bytes("task")) +  //
                               "00000002"                                   // attempt
                               "00000008" +
                               encode_hex(as_bytes("EQwallet")) +                                                 //
                               "00000006" + encode_hex(as_bytes("device")) + repeat_11 + repeat_22 + repeat_33 +  //
                               "00000001"                                                                         // exited
                               "ffffffff"                                                                         // exit code -1
                               "0102030405060708"                                                                 // fuel used
                               "0000000000000001"
                               "0000000000000002"
                               "0000000000000003"
                               "0000000000000004"
                               "0000000000000005"
                               "00000008" +
                               encode_hex(as_bytes("engine 1")) +
                               "00000002"    // reactor
                               "00000001" +  // keyed
                               std::string(64, '4') +
                               std::string(64, '5') +
                               "0203040506070809"   // memory
                               "0000010203040506"   // start
                               "0000010203040507";  // end
  EXPECT_EQ(encode_hex(encode_receipt(sample())), expected);
}

// Goal:   the longest receipt fits the promised bound and comes back.
// Method: every text at its limit; one character more is refused.
TEST(Receipt, FitsItsBoundWithTheLongestTexts) {
  Receipt receipt = sample();
  receipt.task = id<TaskId>(std::string(kIdCharsMax, 't'));
  receipt.worker = id<WalletId>(std::string(kIdCharsMax, 'w'));
  receipt.device = id<DeviceId>(std::string(kIdCharsMax, 'd'));
  receipt.engine.assign(kEngineCharsMax, 'e');
  const auto encoded = encode_receipt(receipt);
  EXPECT_LE(encoded.size(), kReceiptBytesMax);
  EXPECT_EQ(*decode_receipt(encoded), receipt);
  receipt.engine += 'e';
  EXPECT_TRUE(refused(encode_receipt(receipt)));
}

// Goal:   what no honest worker writes is refused: missing ids, unknown outcomes, engines that are not printable.
// Method: encode such receipts and decode them.
TEST(Receipt, RefusesFieldsOutOfTheirBounds) {
  EXPECT_TRUE(refused(encode_receipt(Receipt{})));
  Receipt receipt = sample();
  receipt.outcome = static_cast<OutcomeKind>(11);
  EXPECT_TRUE(refused(encode_receipt(receipt)));
  receipt.outcome = static_cast<OutcomeKind>(-1);
  EXPECT_TRUE(refused(encode_receipt(receipt)));
  receipt = sample();
  receipt.convention = static_cast<GuestConvention>(3);
  EXPECT_TRUE(refused(encode_receipt(receipt)));
  receipt = sample();
  receipt.commitment = static_cast<CommitmentKind>(2);
  EXPECT_TRUE(refused(encode_receipt(receipt)));
  for (const auto time : {&Receipt::started_at, &Receipt::ended_at}) {
    receipt = sample();
    receipt.*time = kReceiptTimeMax;
    EXPECT_FALSE(refused(encode_receipt(receipt)));
    receipt.*time = kReceiptTimeMax + std::chrono::milliseconds{1};
    EXPECT_TRUE(refused(encode_receipt(receipt)));
    receipt.*time = Timestamp{std::chrono::milliseconds{-1}};
    EXPECT_TRUE(refused(encode_receipt(receipt)));
  }
  receipt = sample();
  for (const std::string_view engine : {"a\nb", "\x7f", "\xc3\xa9"}) {
    receipt.engine = engine;
    EXPECT_TRUE(refused(encode_receipt(receipt)));
  }
}

// Goal:   a receipt that is cut short anywhere or goes on behind its end is refused, as is another tag or a length that lies.
// Method: every prefix, one byte more, far more, and single changed bytes at the tag and at each length.
TEST(Receipt, RefusesDamagedEncodings) {
  const auto encoded = encode_receipt(sample());
  for (std::size_t size = 0; size < encoded.size(); ++size) EXPECT_TRUE(refused(BytesView{encoded}.first(size))) << size;
  Bytes longer = encoded;
  longer.push_back(0);
  EXPECT_TRUE(refused(longer));
  longer.resize(kReceiptBytesMax + 1);
  EXPECT_TRUE(refused(longer));

  Bytes other_tag = encoded;
  other_tag[kVersionAt] = '4';
  EXPECT_TRUE(refused(other_tag));
  for (const std::size_t length_at : {15u, 15u + 12, 15u + 24}) {
    for (const std::size_t byte : {0u, 3u}) {
      Bytes lying = encoded;
      ++lying[length_at + byte];
      EXPECT_TRUE(refused(lying)) << length_at + byte;
    }
  }
}

// Goal:   a signature over a receipt verifies, under this key and for these bytes only, and no signature over other bytes passes
//         for a receipt's.
// Method: the good pair, a stranger's key, and a good signature over bytes without the tag and over too many.
TEST(Receipt, VerifiesUnderItsDomainOnly) {
  SeededRandom random{7};
  const auto key = SigningKey::generate(random);
  const auto stranger = SigningKey::generate(random);
  const auto encoded = encode_receipt(sample());
  const auto signature = sign_receipt(sample(), key);
  EXPECT_TRUE(verify_receipt(encoded, key.public_key(), signature));
  EXPECT_FALSE(verify_receipt(encoded, stranger.public_key(), signature));

  const auto foreign = as_bytes("gstd-receipt-v4 and more");
  EXPECT_FALSE(verify_receipt(foreign, key.public_key(), key.sign(foreign)));
  EXPECT_FALSE(verify_receipt({}, key.public_key(), key.sign({})));
  Bytes oversized = encoded;
  oversized.resize(kReceiptBytesMax + 1);
  EXPECT_FALSE(verify_receipt(oversized, key.public_key(), key.sign(oversized)));
}

// Goal:   evidence of earlier versions stays good, and says what was so then.
// Method: such encodings, spelt out by what they have less, are signed, verified and read; every prefix of them is refused, and no
//         version passes under another's tag.
TEST(Receipt, ReadsItsEarlierVersions) {
  SeededRandom random{8};
  const auto key = SigningKey::generate(random);
  for (const std::uint32_t version : {1u, 2u}) {
    const auto encoded = as_version(version, encode_receipt(sample()));
    const auto decoded = decode_receipt(encoded);
    ASSERT_TRUE(decoded) << decoded.error().message;
    EXPECT_EQ(*decoded, without_later_fields(sample(), version));
    EXPECT_TRUE(verify_receipt(encoded, key.public_key(), key.sign(encoded)));
    for (std::size_t size = 0; size < encoded.size(); ++size) EXPECT_TRUE(refused(BytesView{encoded}.first(size))) << size;
  }
  for (const std::uint32_t version : {1u, 2u, 3u}) {
    for (const char tag : {'1', '2', '3'}) {
      Bytes under_tag = as_version(version, encode_receipt(sample()));
      under_tag[kVersionAt] = static_cast<std::uint8_t>(tag);
      EXPECT_EQ(refused(under_tag), tag != static_cast<char>('0' + version)) << version << " as " << tag;
    }
  }
}

// Goal:   what no run can have been is told, whoever signs it.
// Method: a receipt that agrees with itself, and one field out of its bounds at a time.
TEST(Receipt, KnowsWhatNoRunCanHaveBeen) {
  const auto told = [](void (*change)(Receipt&)) {
    Receipt receipt;
    change(receipt);
    const auto checked = check_consistent(receipt);
    return !checked && checked.error().reason == "receipt_mismatch";
  };
  EXPECT_FALSE(told([](Receipt&) {}));
  EXPECT_TRUE(told([](Receipt& r) { r.fuel_used = r.limits.fuel + 1; }));
  EXPECT_TRUE(told([](Receipt& r) { r.memory_bytes_peak = r.limits.memory_bytes_max + 1; }));
  EXPECT_TRUE(told([](Receipt& r) { r.started_at = r.ended_at + std::chrono::milliseconds{1}; }));
  EXPECT_TRUE(told([](Receipt& r) { r.exit_code = 1; }));
  EXPECT_TRUE(told([](Receipt& r) { r.outcome = OutcomeKind::exited; }));
}

// Goal:   decoding gives back what was encoded.
// Method: random receipts.
RC_GTEST_PROP(Receipt, SurvivesARoundTrip, ()) {
  const auto receipt = any_receipt();
  const auto decoded = decode_receipt(encode_receipt(receipt));
  RC_ASSERT(decoded.has_value());
  RC_ASSERT(*decoded == receipt);
}

// Goal:   one receipt, one encoding: two different ones never share theirs.
// Method: pairs that differ in one field drawn anew, or in where one text ends and the next starts.
RC_GTEST_PROP(Receipt, NeverSharesItsEncoding, ()) {
  const auto one = any_receipt();
  auto two = one;
  const auto fresh = any_receipt();
  switch (*rc::gen::inRange(0, 11)) {
    case 0:
      two.task = fresh.task;
      two.worker = fresh.worker;
      two.device = fresh.device;
      break;
    case 1:
      two.module = fresh.module;
      two.input = fresh.input;
      two.output = fresh.output;
      break;
    case 2:
      two.outcome = fresh.outcome;
      break;
    case 3:
      two.limits = fresh.limits;
      break;
    case 4:
      two.engine = fresh.engine;
      break;
    case 5:
      two.worker = id<WalletId>(one.worker.str() + one.device.str().front());
      two.device = id<DeviceId>(one.device.str().substr(1) + "a");
      break;
    case 6:
      two.convention = fresh.convention;
      break;
    case 7:
      two.commitment = fresh.commitment;
      break;
    case 8:
      two.key = fresh.key;
      two.nonce = fresh.nonce;
      break;
    case 9:
      two.memory_bytes_peak = fresh.memory_bytes_peak;
      break;
    case 10:
      two.started_at = fresh.started_at;
      two.ended_at = fresh.ended_at;
      break;
  }
  RC_ASSERT((encode_receipt(one) == encode_receipt(two)) == (one == two));
}

// Goal:   a flipped bit anywhere, in receipt or signature, does not verify; if the bytes still decode, to something else.
// Method: random receipts and bits.
RC_GTEST_PROP(Receipt, RefusesEveryFlippedBit, (std::uint64_t seed)) {
  SeededRandom random{seed};
  const auto key = SigningKey::generate(random);
  const auto receipt = any_receipt();
  const auto encoded = encode_receipt(receipt);
  const auto signature = sign_receipt(receipt, key);
  RC_ASSERT(verify_receipt(encoded, key.public_key(), signature));

  auto changed = encoded;
  const auto bit = *rc::gen::inRange<std::size_t>(0, encoded.size() * 8);
  changed[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
  RC_ASSERT(!verify_receipt(changed, key.public_key(), signature));
  if (const auto decoded = decode_receipt(changed)) RC_ASSERT(!(*decoded == receipt));

  auto forged = signature;
  const auto signature_bit = *rc::gen::inRange<std::size_t>(0, Signature::kSize * 8);
  forged.bytes[signature_bit / 8] ^= static_cast<std::uint8_t>(1u << signature_bit % 8);
  RC_ASSERT(!verify_receipt(encoded, key.public_key(), forged));
}

// Goal:   garbage is refused, and whatever is accepted is canonical.
// Method: random bytes behind the tag of any version and behind a good receipt's first part; an accepted one must encode to the
//         same bytes.
RC_GTEST_PROP(Receipt, AcceptsCanonicalBytesOnly, (const Bytes& garbage)) {
  const auto version = *rc::gen::inRange<std::uint32_t>(1, kReceiptVersion + 1);
  auto bytes = as_version(version, encode_receipt(any_receipt()));
  bytes.resize(*rc::gen::inRange<std::size_t>(0, bytes.size()));
  bytes.insert(bytes.end(), garbage.begin(), garbage.end());
  const auto decoded = decode_receipt(bytes);
  if (decoded) RC_ASSERT(as_version(decoded->version, encode_receipt(*decoded)) == bytes);
  RC_ASSERT(refused(garbage));
}

}  // namespace
}  // namespace gstd

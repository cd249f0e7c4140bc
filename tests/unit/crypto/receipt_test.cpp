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
  return receipt;
}

// As it was signed before there were conventions: another tag, and nothing behind the engine.
Bytes as_v1(Bytes encoded) {
  encoded.at(14) = '1';
  encoded.resize(encoded.size() - 4);
  return encoded;
}

bool refused(BytesView encoded) {
  const auto decoded = decode_receipt(encoded);
  return !decoded && decoded.error().code == ErrorCode::invalid_argument && decoded.error().reason == "receipt";
}

// Goal:   the bytes that are signed stay what they are: verifiers of other makes depend on them.
// Method: one receipt spelt out by hand from the description in the header.
TEST(Receipt, EncodesAsDescribed) {
  const std::string repeat_11(64, '1'), repeat_22(64, '2'), repeat_33(64, '3');
  const std::string expected = encode_hex(as_bytes("gstd-receipt-v2")) +    //
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
                               encode_hex(as_bytes("engine 1")) + "00000002";  // reactor
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
  other_tag[14] = '3';
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

  const auto foreign = as_bytes("gstd-receipt-v3 and more");
  EXPECT_FALSE(verify_receipt(foreign, key.public_key(), key.sign(foreign)));
  EXPECT_FALSE(verify_receipt({}, key.public_key(), key.sign({})));
  Bytes oversized = encoded;
  oversized.resize(kReceiptBytesMax + 1);
  EXPECT_FALSE(verify_receipt(oversized, key.public_key(), key.sign(oversized)));
}

// Goal:   evidence from before there were conventions stays good, and says what was the only one then.
// Method: such an encoding, spelt out by what it has less, is signed, verified and read; every prefix of it is refused, and neither
//         version passes under the other's tag.
TEST(Receipt, ReadsItsFirstVersion) {
  Receipt expected = sample();
  const auto encoded = as_v1(encode_receipt(expected));
  expected.convention = GuestConvention::wasi;
  const auto decoded = decode_receipt(encoded);
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_EQ(*decoded, expected);
  SeededRandom random{8};
  const auto key = SigningKey::generate(random);
  EXPECT_TRUE(verify_receipt(encoded, key.public_key(), key.sign(encoded)));

  for (std::size_t size = 0; size < encoded.size(); ++size) EXPECT_TRUE(refused(BytesView{encoded}.first(size))) << size;
  Bytes old_with_new_tag = encoded;
  old_with_new_tag[14] = '2';
  EXPECT_TRUE(refused(old_with_new_tag));
  Bytes new_with_old_tag = encode_receipt(sample());
  new_with_old_tag[14] = '1';
  EXPECT_TRUE(refused(new_with_old_tag));
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
  switch (*rc::gen::inRange(0, 7)) {
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
// Method: random bytes behind the tag of either version and behind a good receipt's first part; an accepted one must encode to the
//         same bytes.
RC_GTEST_PROP(Receipt, AcceptsCanonicalBytesOnly, (const Bytes& garbage)) {
  const bool v1 = *rc::gen::arbitrary<bool>();
  auto bytes = encode_receipt(any_receipt());
  if (v1) bytes = as_v1(std::move(bytes));
  bytes.resize(*rc::gen::inRange<std::size_t>(0, bytes.size()));
  bytes.insert(bytes.end(), garbage.begin(), garbage.end());
  const auto decoded = decode_receipt(bytes);
  if (decoded) RC_ASSERT((v1 ? as_v1(encode_receipt(*decoded)) : encode_receipt(*decoded)) == bytes);
  RC_ASSERT(refused(garbage));
}

}  // namespace
}  // namespace gstd

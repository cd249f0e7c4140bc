#include <gstd/receipt_log.hpp>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>

namespace gstd {
namespace {

constexpr std::int64_t kLastMillisecond = 253'402'300'799'999;  // of the year 9999

template <class T>
T filled(std::uint8_t byte) {
  T out;
  out.bytes.fill(byte);
  return out;
}

template <class T>
T any_fixed() {
  return filled<T>(*rc::gen::inRange<std::uint8_t>(0, 3));
}

Timestamp any_time() { return Timestamp{std::chrono::milliseconds{*rc::gen::inRange<std::int64_t>(0, kLastMillisecond + 1)}}; }

Acceptance any_acceptance() {
  return {any_fixed<Digest>(), any_time(), static_cast<TaskState>(*rc::gen::inRange(0, kTaskStateCount)), any_fixed<PublicKey>()};
}

TreeHead any_head() {
  return {*rc::gen::inRange<std::uint64_t>(0, merkle::kSizeMax), any_fixed<Digest>(), any_time(), any_fixed<PublicKey>()};
}

SigningKey key_of(std::uint64_t seed) {
  SeededRandom random{seed};
  return SigningKey::generate(random);
}

void flip_any_bit(std::span<std::uint8_t> bytes) {
  const auto bit = *rc::gen::inRange<std::size_t>(0, bytes.size() * 8);
  bytes[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
}

// Goal:   the bytes that are signed and logged stay what they are: verifiers of other makes depend on them.
// Method: one of each spelt out by hand from the description in the header.
TEST(ReceiptLog, EncodesAsDescribed) {
  const Acceptance acceptance{filled<Digest>(0x11), Timestamp{std::chrono::milliseconds{0x10203040506}}, TaskState::failed,
                              filled<PublicKey>(0x22)};
  EXPECT_EQ(encode_hex(encode_acceptance(acceptance)), encode_hex(as_bytes("gstd-acceptance-v1")) + std::string(64, '1') +
                                                           "0000010203040506" + "00000006" + std::string(64, '2'));
  const TreeHead head{0x0102030405060708, filled<Digest>(0x33), Timestamp{std::chrono::milliseconds{7}}, filled<PublicKey>(0x44)};
  EXPECT_EQ(encode_hex(encode_tree_head(head)), encode_hex(as_bytes("gstd-tree-head-v1")) + "0102030405060708" +
                                                    std::string(64, '3') + "0000000000000007" + std::string(64, '4'));
}

// Goal:   what no coordinator writes is refused.
// Method: every prefix, one byte more, another tag, a time beyond the year 9999, a state without a name, a size that no tree has.
TEST(ReceiptLog, RefusesDamagedEncodings) {
  const auto acceptance = encode_acceptance({filled<Digest>(1), {}, TaskState::completed, filled<PublicKey>(2)});
  const auto head = encode_tree_head({5, filled<Digest>(1), {}, filled<PublicKey>(2)});
  EXPECT_EQ(acceptance.size(), kAcceptanceBytes);
  EXPECT_EQ(head.size(), kTreeHeadBytes);
  const auto no_acceptance = [](BytesView bytes) {
    const auto decoded = decode_acceptance(bytes);
    return !decoded && decoded.error().code == ErrorCode::invalid_argument && decoded.error().reason == "acceptance";
  };
  const auto no_head = [](BytesView bytes) {
    const auto decoded = decode_tree_head(bytes);
    return !decoded && decoded.error().code == ErrorCode::invalid_argument && decoded.error().reason == "tree_head";
  };
  for (std::size_t size = 0; size < acceptance.size(); ++size) EXPECT_TRUE(no_acceptance(BytesView(acceptance).first(size)));
  for (std::size_t size = 0; size < head.size(); ++size) EXPECT_TRUE(no_head(BytesView(head).first(size)));
  EXPECT_TRUE(no_head(acceptance));
  EXPECT_TRUE(no_acceptance(head));
  const auto changed = [](Bytes bytes, std::size_t at, std::uint8_t value) {
    bytes.at(at) = value;
    return bytes;
  };
  EXPECT_TRUE(no_acceptance(changed(acceptance, 17, '2')));
  EXPECT_TRUE(no_acceptance(changed(acceptance, 18 + 32, 0x80))) << "time";
  EXPECT_TRUE(no_acceptance(changed(acceptance, 18 + 32 + 8 + 3, kTaskStateCount))) << "state";
  EXPECT_TRUE(no_head(changed(head, 16, '2')));
  EXPECT_TRUE(no_head(changed(head, 17, 0x81))) << "size";
  EXPECT_TRUE(no_head(changed(head, 17 + 8 + 32, 1))) << "time";
  Bytes longer = acceptance;
  longer.push_back(0);
  EXPECT_TRUE(no_acceptance(longer));
}

// Goal:   one acceptance or head, one encoding; two different ones never share theirs, and decoding gives back what was encoded.
// Method: random pairs out of few values, so that they often look alike.
RC_GTEST_PROP(ReceiptLog, EncodingsAreOneToOne, ()) {
  const auto one = any_acceptance(), two = any_acceptance();
  RC_ASSERT((encode_acceptance(one) == encode_acceptance(two)) == (one == two));
  RC_ASSERT(*decode_acceptance(encode_acceptance(one)) == one);
  const auto first = any_head(), second = any_head();
  RC_ASSERT((encode_tree_head(first) == encode_tree_head(second)) == (first == second));
  RC_ASSERT(*decode_tree_head(encode_tree_head(first)) == first);
  RC_ASSERT(encode_acceptance(one) != encode_tree_head(first));
}

// Goal:   a flipped bit anywhere is refused: in what is signed, in the signature, in the receipt that it is about.
// Method: a signed acceptance and head, one random bit of one random part at a time.
RC_GTEST_PROP(ReceiptLog, EveryFlippedBitIsRefused, (std::uint64_t seed)) {
  Bytes receipt(*rc::gen::inRange<std::size_t>(1, 100), 7);
  Signature worker = filled<Signature>(9);
  auto accepted = protocol::sign_acceptance({receipt_digest(receipt, worker), any_time(), TaskState::completed, {}}, key_of(seed));
  RC_ASSERT(protocol::verify_acceptance(accepted, receipt, worker).has_value());
  switch (*rc::gen::inRange(0, 5)) {
    case 0:
      flip_any_bit(receipt);
      break;
    case 1:
      flip_any_bit(worker.bytes);
      break;
    case 2:
      flip_any_bit(accepted.signature.bytes);
      break;
    case 3: {
      auto bytes = encode_acceptance(accepted.acceptance);
      flip_any_bit(bytes);
      const auto decoded = decode_acceptance(bytes);
      if (!decoded) return;
      accepted.acceptance = *decoded;
      break;
    }
    case 4:
      flip_any_bit(accepted.acceptance.receipt.bytes);
      break;
  }
  RC_ASSERT(!protocol::verify_acceptance(accepted, receipt, worker).has_value());

  auto head = protocol::sign_tree_head(any_head(), key_of(seed));
  RC_ASSERT(protocol::verify_tree_head(head).has_value());
  auto bytes = encode_tree_head(head.head);
  flip_any_bit(bytes);
  if (const auto decoded = decode_tree_head(bytes)) RC_ASSERT(!protocol::verify_tree_head({*decoded, head.signature}).has_value());
  flip_any_bit(head.signature.bytes);
  RC_ASSERT(!protocol::verify_tree_head(head).has_value());
}

// Goal:   the parts of a receipt cannot be moved: its digest says where the receipt ends and the signature begins.
// Method: a receipt and signature, and the same bytes cut elsewhere.
TEST(ReceiptLog, DigestBindsReceiptAndSignature) {
  Bytes receipt{1, 2, 3};
  Signature signature = filled<Signature>(5);
  const Digest digest = receipt_digest(receipt, signature);
  signature.bytes[0] = 6;
  EXPECT_NE(receipt_digest(receipt, signature), digest);
  signature.bytes[0] = 5;
  receipt.push_back(5);
  EXPECT_NE(receipt_digest(receipt, signature), digest);
}

// Goal:   a proof holds for the log of its head, its acceptance, and no other.
// Method: a log of three; then another acceptance, another number, another head.
TEST(ReceiptLog, ProvesInclusionAndGrowth) {
  std::vector<Acceptance> entries;
  std::map<std::pair<unsigned, std::uint64_t>, Digest> stored;
  const merkle::Nodes nodes = [&stored](unsigned level, std::uint64_t index) -> Result<Digest> {
    return stored.at({level, index});
  };
  std::vector<TreeHead> heads{{0, merkle::empty_root(), {}, {}}};
  for (std::uint64_t i = 0; i < 3; ++i) {
    entries.push_back({filled<Digest>(static_cast<std::uint8_t>(i)), {}, TaskState::completed, {}});
    const auto complete = *merkle::append(i, merkle::hash_leaf(encode_acceptance(entries.back())), nodes);
    for (const auto& node : complete) stored[{node.level, node.index}] = node.hash;
    heads.push_back({i + 1, *merkle::root(i + 1, nodes), {}, {}});
  }
  const protocol::InclusionProof proof{1, 3, *merkle::prove_inclusion(1, 3, nodes)};
  EXPECT_TRUE(protocol::verify_inclusion(entries[1], proof, heads[3]));
  EXPECT_FALSE(protocol::verify_inclusion(entries[0], proof, heads[3]));
  EXPECT_FALSE(protocol::verify_inclusion(entries[1], proof, heads[2]));
  EXPECT_FALSE(protocol::verify_inclusion(entries[1], {2, 3, proof.path}, heads[3]));
  for (std::uint64_t first = 0; first <= 3; ++first) {
    const protocol::ConsistencyProof growth{first, 3, *merkle::prove_consistency(first, 3, nodes)};
    EXPECT_TRUE(protocol::verify_consistency(heads[first], heads[3], growth)) << first;
    TreeHead other = heads[first];
    other.root.bytes[0] ^= 1;
    EXPECT_FALSE(protocol::verify_consistency(other, heads[3], growth)) << first;
  }
}

}  // namespace
}  // namespace gstd

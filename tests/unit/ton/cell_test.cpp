#include <gstd/ton.hpp>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "ton/crc.hpp"
#include "unit/ton/vectors.hpp"

namespace gstd::ton {
namespace {

using test::unbase64;
using test::unhex;

// Goal:   the checksums are the ones they are named after.
// Method: the check values of both, over "123456789". Origin: the CRC catalogue of reveng; RFC 3720 appendix B.4 for the second.
TEST(TonChecksum, GivesTheCheckValues) {
  EXPECT_EQ(crc16(as_bytes("123456789")), 0x31c3);
  EXPECT_EQ(crc32c(as_bytes("123456789")), 0xe3069283u);
  EXPECT_EQ(crc32c(Bytes(32, 0)), 0x8a9136aau);
}

CellRef cell(CellBuilder builder) {
  auto built = builder.build();
  if (!built) throw std::invalid_argument(built.error().message);
  return *built;
}

CellBuilder comment(std::string_view text) {
  CellBuilder builder;
  builder.uint(0, 32).bytes(as_bytes(text));
  return builder;
}

struct Vector {
  CellRef root;
  std::string_view hash, boc;
};

std::vector<Vector> vectors() {
  constexpr std::string_view kLong =
      "WITHDRAW|task:00000000-0000-4000-8000-000000000001|exec:EQDTcUOcJvwtMx4R6Vbb-uYCtJELCzAAvdD439fc2Y0UNsUJ|"
      "fee:500000000|reward:9500000000|nonce:1767225600";
  constexpr std::size_t kFirstBytes = 123;
  const Address a = test::address(test::kWalletA);
  const Address b = test::address("0:dc07f707c7d61fc2fe1be2c2dc5b6b518381cd8d924baa3af44c12822f6fbb35");
  const CellRef task = cell(comment("TASK-00000000-0000-4000-8000-000000000001"));
  return {
      {cell({}), "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7", "te6cckEBAQEAAgAAAEysuc0="},
      {cell(CellBuilder().address(a)), "4482448582da4032c11601114c2b10e176014c058ce56e0cf80a9ce337d1e368",
       "te6cckEBAQEAJAAAQ4AabihzhN+FpmPCPSrbf1zAVpIhYWYAF7ofG/r7mzGihtBGFDbu"},
      {cell(comment("deposit")), "6c7f095b2834dcd10181b530fba875659e91af767b1d084243958c07bfe40df5",
       "te6cckEBAQEADQAAFgAAAABkZXBvc2l0ta357A=="},
      {task, "6ce3ea2108999aaafb5f9ef5d5000c2c6fb07ce668ca6998562e51a0a6e61cc8",
       "te6cckEBAQEALwAAWgAAAABUQVNLLTAwMDAwMDAwLTAwMDAtNDAwMC04MDAwLTAwMDAwMDAwMDAwMSwMdMM="},
      {cell(comment("Оплата задачи 1")), "121987831e78510d77a4e4c4280392f2d1ba9c303c9ec233ee49a56e1bac66e1",
       "te6cckEBAQEAIQAAPgAAAADQntC/0LvQsNGC0LAg0LfQsNC00LDRh9C4IDErHoMs"},
      {cell(comment(kLong.substr(0, kFirstBytes)).ref(cell(CellBuilder().bytes(as_bytes(kLong.substr(kFirstBytes)))))),
       "caf781b9d0cc8aea8f77fa7b2bd5122c13719830df9e787b87554ccce02c75ce",
       "te6cckEBAgEAogAB/gAAAABXSVRIRFJBV3x0YXNrOjAwMDAwMDAwLTAwMDAtNDAwMC04MDAwLTAwMDAwMDAwMDAwMXxleGVjOkVRRFRjVU9jSnZ3dE14NFI2"
       "VmJiLXVZQ3RKRUxDekFBdmRENDM5ZmMyWTBVTnNVSnxmZWU6NTAwMDAwMDAwfHJld2EBADxyZDo5NTAwMDAwMDAwfG5vbmNlOjE3NjcyMjU2MDCA6dWn"},
      // A jetton transfer: 9.5 GSTD to B, response to A, 1 nano forwarded with the comment in a reference.
      {cell(CellBuilder()
                .uint(0x0f8a7ea5, 32)
                .uint(0, 64)
                .uint(5, 4)
                .uint(9'500'000'000, 40)
                .address(b)
                .address(a)
                .bit(false)
                .uint(1, 4)
                .uint(1, 8)
                .bit(true)
                .ref(task)),
       "4bfc0c639e24faea88ea7f6625d125facbdc02f9fd9fca5504907b989d82bb86",
       "te6cckEBAgEAiAABrA+KfqUAAAAAAAAAAFAjY+fwCAG4D+4Pj6w/hfw3xYW4ttajBwObGySXVHXomCUEXt92awA03FDnCb8LTMeEelW2/rmArSRCwswAL3Q+N/"
       "X3"
       "NmNFDYIDAQBaAAAAAFRBU0stMDAwMDAwMDAtMDAwMC00MDAwLTgwMDAtMDAwMDAwMDAwMDAxw+LBDA=="},
      {cell(CellBuilder()
                .uint(0x0f8a7ea5, 32)
                .uint(1'767'225'600'000, 64)
                .uint(5, 4)
                .uint(500'000'000'000, 40 - 0)
                .address(b)
                .address(a)
                .bit(false)
                .uint(3, 4)
                .uint(10'000'000, 24)
                .bit(false)),
       "0f30f364282dabb7fcb6983877bf61bdcd3b6494782b63eea19c57463d791bd7",
       "te6cckEBAQEAWgAAsA+KfqUAAAGbdtqoAFdGpSiACAG4D+4Pj6w/hfw3xYW4ttajBwObGySXVHXomCUEXt92awA03FDnCb8LTMeEelW2/rmArSRCwswAL3Q+N/"
       "X3"
       "NmNFDYcxLQCvBYdf"},
  };
}

// Goal:   hashes and bags are those of TON's own libraries.
// Method: bodies put together bit by bit; hash, bytes written, and the same cell read back.
TEST(TonCell, GivesTheVectors) {
  for (const auto& vector : vectors()) {
    EXPECT_EQ(vector.root->hash().hex(), vector.hash);
    const auto written = write_boc(*vector.root);
    ASSERT_TRUE(written);
    EXPECT_EQ(encode_base64(*written), vector.boc);
    const auto read = read_boc(unbase64(vector.boc));
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ((*read)->hash(), vector.root->hash());
    EXPECT_EQ((*read)->bits(), vector.root->bits());
  }
}

// Goal:   the representation is the one that is hashed, completion tag included.
// Method: the vectors that say theirs.
TEST(TonCell, HasTheRepresentation) {
  EXPECT_EQ(encode_hex(cell({})->representation()), "0000");
  EXPECT_EQ(encode_hex(cell(CellBuilder().address(test::address(test::kWalletA)))->representation()),
            "0043801a6e287384df85a663c23d2adb7f5cc056922161660017ba1f1bfafb9b31a286d0");
}

// Goal:   a bag with many cells comes out as it went in, and its depth is known.
// Method: the StateInit of a wallet v4r2, 22 cells.
TEST(TonBoc, WritesAWalletsStateInitAsItWas) {
  const auto root = read_boc(unbase64(test::kStateInitA));
  ASSERT_TRUE(root) << root.error().message;
  EXPECT_EQ("0:" + (*root)->hash().hex(), test::kWalletA);
  EXPECT_EQ((*root)->depth(), 8u);
  EXPECT_EQ(encode_base64(*write_boc(**root)), test::kStateInitA);
}

// Goal:   the three forms that are in use are read.
// Method: the empty cell without checksum (vector); one with index and checksum, and one whose index has cache bits, by hand.
TEST(TonBoc, ReadsTheOtherForms) {
  EXPECT_EQ((*read_boc(unbase64("te6ccgEBAQEAAgAAAA==")))->bits(), 0u);
  for (const auto* head : {"b5ee9c72c1010101000200020000", "b5ee9c72e1010101000200040000"}) {
    Bytes bag = unhex(head);
    const std::uint32_t crc = crc32c(bag);
    for (int shift = 0; shift < 32; shift += 8) bag.push_back(static_cast<std::uint8_t>(crc >> shift & 0xff));
    const auto root = read_boc(bag);
    ASSERT_TRUE(root) << root.error().message;
    EXPECT_EQ((*root)->hash(), cell({})->hash());
  }
}

// Goal:   what a hostile writer may try is refused, and bounded before it is believed.
// Method: bags without checksum, each with one thing wrong.
TEST(TonBoc, RefusesWhatIsNone) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 22> kBad{{
      {"", "nothing"},
      {"b5ee9c72", "nothing but magic"},
      {"68ff65f30101010100020000", "an older magic"},
      {"b5ee9c720001010100020000", "cell numbers of 0 bytes"},
      {"b5ee9c7205010101000200000000000000000000000000000000", "cell numbers of 5 bytes"},
      {"b5ee9c721101010100020000", "a reserved flag"},
      {"b5ee9c722101010100020000", "cache bits without index"},
      {"b5ee9c720100010100020000", "offsets of 0 bytes"},
      {"b5ee9c720109010100000000000000000002000000", "offsets of 9 bytes"},
      {"b5ee9c720101000100000000", "no cells"},
      {"b5ee9c72010101020002000000000000", "two roots"},
      {"b5ee9c7201010101010200000000", "absent cells"},
      {"b5ee9c7201010101000201000000", "a root that is not in it"},
      {"b5ee9c7201010101000300000000", "shorter than it says"},
      {"b5ee9c720101010100020000000000", "longer than it says"},
      {"b5ee9c72010101010003000000000000", "bytes after the last cell"},
      {"b5ee9c7201010101000300010000", "a reference to itself"},
      {"b5ee9c7201010101000300010005", "a reference to nowhere"},
      {"b5ee9c72010101010002000800", "an exotic cell"},
      {"b5ee9c72010101010002002000", "a cell of level 1"},
      {"b5ee9c7201010101000300000100", "no completion tag"},
      {"b5ee9c7201010101000300000180", "a completion tag that is a byte"},
  }};
  for (const auto& [hex, what] : kBad) {
    const auto root = read_boc(unhex(hex));
    ASSERT_FALSE(root) << what;
    EXPECT_EQ(root.error().reason, "boc") << what;
  }
  EXPECT_FALSE(read_boc(Bytes(kBocBytesMax + 1)));
  EXPECT_TRUE(
      read_boc(unhex("b5ee9c7201010101000200"
                     "0000")))
      << "the one that the others are made of";
}

// A chain of cells, each with the number of its depth.
CellRef chain(std::size_t depth) {
  CellRef last = cell({});
  for (std::size_t i = 1; i <= depth; ++i) last = cell(CellBuilder().uint(i, 16).ref(last));
  return last;
}

// Goal:   trees are bounded in depth and number, whether built, read or written.
// Method: the deepest chain and one more; a bag whose cells refer to one another ever deeper; a tree of two to the 64 paths.
TEST(TonBoc, IsBounded) {
  const CellRef deepest = chain(kCellDepthMax);
  EXPECT_EQ((*read_boc(*write_boc(*deepest)))->hash(), deepest->hash());
  EXPECT_FALSE(CellBuilder().ref(deepest).build());

  Bytes deep = unhex(
      "b5ee9c7201024101000"
      "0c200");
  for (std::uint8_t i = 0; i < 64; ++i) deep.insert(deep.end(), {1, 0, static_cast<std::uint8_t>(i + 1)});
  deep.insert(deep.end(), {0, 0});
  ASSERT_TRUE(read_boc(deep));
  Bytes deeper = unhex(
      "b5ee9c7201024201000"
      "0c500");
  for (std::uint8_t i = 0; i < 65; ++i) deeper.insert(deeper.end(), {1, 0, static_cast<std::uint8_t>(i + 1)});
  deeper.insert(deeper.end(), {0, 0});
  EXPECT_FALSE(read_boc(deeper));

  CellRef doubled = cell({});
  for (std::size_t i = 0; i < kCellDepthMax; ++i) doubled = cell(CellBuilder().ref(doubled).ref(doubled));
  EXPECT_EQ((*read_boc(*write_boc(*doubled)))->hash(), doubled->hash());

  std::vector<CellRef> wide;
  for (std::size_t i = 0; i < kBocCellsMax; ++i) wide.push_back(cell(CellBuilder().uint(i, 16)));
  while (wide.size() > 1) {
    CellBuilder parent;
    for (std::size_t i = 0; i < kCellRefsMax && !wide.empty(); ++i, wide.pop_back()) parent.ref(wide.back());
    wide.insert(wide.begin(), cell(parent));
  }
  EXPECT_FALSE(write_boc(*wide.front()));
}

// Goal:   a cell takes what fits and refuses the rest; a reader ends where the cell does.
// Method: at and beyond each bound.
TEST(TonCell, KeepsItsBounds) {
  CellBuilder full;
  for (std::size_t i = 0; i < kCellBitsMax; ++i) full.bit(i % 3 == 0);
  EXPECT_EQ(cell(full)->bits(), kCellBitsMax);
  EXPECT_EQ(full.bit(true).build().error().reason, "cell");
  CellBuilder many;
  for (std::size_t i = 0; i < kCellRefsMax; ++i) many.ref(cell({}));
  EXPECT_TRUE(many.build());
  EXPECT_FALSE(many.ref(cell({})).build());
  EXPECT_FALSE(CellBuilder().ref(nullptr).build());
  EXPECT_FALSE(Cell::create(Bytes{1}, 9));

  const CellRef small = cell(CellBuilder().uint(0b101, 3).ref(cell({})));
  CellReader reader(*small);
  EXPECT_FALSE(reader.uint(4));
  EXPECT_FALSE(reader.bytes(1));
  EXPECT_FALSE(reader.skip(4));
  EXPECT_FALSE(CellReader(*small).address());
  EXPECT_EQ(*reader.uint(3), 0b101u);
  EXPECT_FALSE(reader.bit());
  EXPECT_TRUE(reader.ref());
  EXPECT_FALSE(reader.ref());
}

// Goal:   what is written is read back, also when cells are shared.
// Method: random trees over a pool of cells.
RC_GTEST_PROP(TonBocProperty, RoundTrips, ()) {
  std::vector<CellRef> pool{cell({})};
  const int cells = *rc::gen::inRange(1, 40);
  for (int i = 0; i < cells; ++i) {
    CellBuilder builder;
    const auto bits = *rc::gen::inRange<std::size_t>(0, kCellBitsMax + 1);
    for (std::size_t bit = 0; bit < bits; ++bit) builder.bit((bit * 7 + static_cast<std::size_t>(i)) % 3 == 0);
    const auto refs = *rc::gen::inRange<std::size_t>(0, kCellRefsMax + 1);
    for (std::size_t ref = 0; ref < refs; ++ref) builder.ref(pool[*rc::gen::inRange<std::size_t>(0, pool.size())]);
    pool.push_back(cell(builder));
  }
  const auto written = write_boc(*pool.back());
  RC_ASSERT(written.has_value());
  const auto read = read_boc(*written);
  RC_ASSERT(read.has_value());
  RC_ASSERT((*read)->hash() == pool.back()->hash());
  RC_ASSERT(*write_boc(**read) == *written);
}

// Goal:   no wrong bit in a bag goes unseen.
// Method: every bit of a wallet's StateInit is flipped, one after the other; the checksum, or the structure, refuses it.
TEST(TonBocProperty, AnyFlippedBitIsRefused) {
  const Bytes bag = unbase64(test::kStateInitA);
  for (std::size_t bit = 0; bit < 8 * bag.size(); ++bit) {
    Bytes changed = bag;
    changed[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    ASSERT_FALSE(read_boc(changed)) << "bit " << bit;
  }
}

}  // namespace
}  // namespace gstd::ton

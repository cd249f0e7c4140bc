#include <gstd/crypto.hpp>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace gstd {
namespace {

struct Vector {
  std::string text;
  std::string_view digest;
};

// Origin: NIST, "Examples with Intermediate Values" for FIPS 180-4 (one block, two blocks) and the secure hash standard's long
// message; the empty one and those of one to five bytes from NIST CAVP
// SHA256ShortMsg; the last is the platform's (docs/protocol.md, "Input hash").
const std::array kVectors{
    Vector{"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    Vector{"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    Vector{"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
           "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    Vector{"\xd3", "28969cdfa74a12c82f3bad960b0b000aca2ac329deea5c2328ebc6f2ba9802c1"},
    Vector{"\x11\xaf", "5ca7133fa735326081558ac312c620eeca9970d1e70a4b95533d956f072d1f98"},
    Vector{"\xb4\x19\x0e", "dff2e73091f6c05e528896c4c831b9448653dc2ff043528f6769437bc7b975c2"},
    Vector{"\x74\xba\x25\x21", "b16aa56be3880d18cd41e68384cf1ec8c17680c45a02b1575dc1518923ae8b0e"},
    Vector{"\xc2\x99\x20\x96\x82", "f0887fe961c9cd3beab957e8222494abb969b1ce4c6557976df8b0f6d20e9166"},
    Vector{std::string(1'000'000, 'a'), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
    Vector{R"({"x":1,"y":"a"})", "a1c7ebca030234c04f56a500ae1183a2514f4ed5cae4a703146d78390b01beb8"},
};

// Goal:   digests are those of the standard.
// Method: published vectors, at once and byte for byte, the object used again for each.
TEST(Sha256, GivesTheStandardsDigests) {
  Sha256 incremental;
  for (const auto& [text, digest] : kVectors) {
    EXPECT_EQ(sha256(as_bytes(text)).hex(), digest);
    for (const char& c : text) incremental.update(as_bytes({&c, 1}));
    EXPECT_EQ(incremental.finish().hex(), digest);
  }
}

// Goal:   a moved object goes on where the first was.
// Method: move between two updates, by construction and by assignment.
TEST(Sha256, MovesWithItsState) {
  Sha256 first;
  first.update(as_bytes("a"));
  Sha256 second{std::move(first)};
  second.update(as_bytes("b"));
  Sha256 third;
  third = std::move(second);
  EXPECT_EQ(third.update(as_bytes("c")).finish(), sha256(as_bytes("abc")));
}

// Goal:   how data is cut into pieces does not matter.
// Method: random pieces, lengths around the block size, against the one-shot digest of their concatenation.
RC_GTEST_PROP(Sha256, DoesNotDependOnThePieces, ()) {
  const auto pieces =
      *rc::gen::container<std::vector<Bytes>>(rc::gen::mapcat(rc::gen::inRange<std::size_t>(0, 200), [](std::size_t size) {
        return rc::gen::container<Bytes>(size, rc::gen::arbitrary<std::uint8_t>());
      }));
  Sha256 incremental;
  Bytes all;
  for (const auto& piece : pieces) {
    incremental.update(piece);
    all.insert(all.end(), piece.begin(), piece.end());
  }
  RC_ASSERT(incremental.finish() == sha256(all));
}

}  // namespace
}  // namespace gstd

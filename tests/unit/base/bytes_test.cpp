#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <gstd/base.hpp>

namespace gstd {
namespace {

// Goal:   bytes are written as lower-case digits and read in both cases.
// Method: every nibble in both positions.
TEST(Hex, WritesLowerCaseAndReadsBoth) {
  const Bytes bytes{0x00, 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0xff};
  EXPECT_EQ(encode_hex(bytes), "000123456789abcdefff");
  EXPECT_EQ(*decode_hex("000123456789abcdefff"), bytes);
  EXPECT_EQ(*decode_hex("000123456789ABCDEFfF"), bytes);
  EXPECT_EQ(encode_hex({}), "");
  EXPECT_TRUE(decode_hex("")->empty());
}

// Goal:   whatever is not pairs of hexadecimal digits is refused.
// Method: odd lengths, and the characters next to the digits' ranges in both positions.
TEST(Hex, RefusesOddLengthAndOtherCharacters) {
  for (const auto* text : {"0", "abc", "0g", "g0", "0/", "0:", "@0", "0`", " 0", "0x", "-1", "\xff\xff"}) {
    const auto bytes = decode_hex(text);
    ASSERT_FALSE(bytes.has_value()) << text;
    EXPECT_EQ(bytes.error().code, ErrorCode::invalid_argument);
    EXPECT_EQ(bytes.error().reason, "hex");
  }
}

// Goal:   the encoding is that of the standard.
// Method: the vectors of RFC 4648 section 10, and one that uses both of the digits that are not alphanumeric.
TEST(Base64, AgreesWithTheStandard) {
  const std::pair<std::string_view, std::string_view> vectors[] = {{"", ""},
                                                                   {"f", "Zg=="},
                                                                   {"fo", "Zm8="},
                                                                   {"foo", "Zm9v"},
                                                                   {"foob", "Zm9vYg=="},
                                                                   {"fooba", "Zm9vYmE="},
                                                                   {"foobar", "Zm9vYmFy"},
                                                                   {"\xfb\xef\xff", "++//"}};
  for (const auto& [plain, encoded] : vectors) {
    EXPECT_EQ(encode_base64(as_bytes(plain)), encoded);
    const auto decoded = decode_base64(encoded);
    ASSERT_TRUE(decoded.has_value()) << encoded;
    EXPECT_EQ(as_text(*decoded), plain);
  }
}

// Goal:   each value has one spelling: a signature over base64 text cannot be varied.
// Method: one text per deviation from the canonical spelling.
TEST(Base64, RefusesAllButTheCanonicalSpelling) {
  for (const auto* text : {"Zg",   "Zg=",  "Zm8",  "Zh==",     "Zm9=",     "Zg==\n", "Zg== ", " Zg==", "Zm9v\n",  "Z g=",
                           "====", "Z===", "=Zg=", "Zg==Zg==", "Zm8=Zm8=", "Z-==",   "Zm_v",  "-_-_",  "Zm\xffv", "A=AA"}) {
    const auto bytes = decode_base64(text);
    ASSERT_FALSE(bytes.has_value()) << text;
    EXPECT_EQ(bytes.error().code, ErrorCode::invalid_argument);
    EXPECT_EQ(bytes.error().reason, "base64");
  }
}

// Goal:   writing and reading are inverse for all bytes.
// Method: random bytes.
RC_GTEST_PROP(Hex, RoundTrips, (const Bytes& bytes)) {
  const auto again = decode_hex(encode_hex(bytes));
  RC_ASSERT(again.has_value());
  RC_ASSERT(*again == bytes);
}

RC_GTEST_PROP(Base64, RoundTrips, (const Bytes& bytes)) {
  const auto again = decode_base64(encode_base64(bytes));
  RC_ASSERT(again.has_value());
  RC_ASSERT(*again == bytes);
}

// Goal:   a text that is accepted is the one that its bytes are written as.
// Method: random texts over a small alphabet, so that many are nearly canonical.
RC_GTEST_PROP(Base64, AcceptsOneSpellingPerValue, ()) {
  const auto text = *rc::gen::container<std::string>(rc::gen::elementOf(std::string("AQgwz/+=")));
  if (const auto bytes = decode_base64(text)) RC_ASSERT(encode_base64(*bytes) == text);
}

// Goal:   bytes with a meaning have exactly their length.
// Method: the lengths next to a digest's, as bytes and as hex.
TEST(FixedBytes, TakeExactlyTheirLength) {
  const Bytes bytes(Digest::kSize, 0xa5);
  const auto digest = Digest::from_bytes(bytes);
  ASSERT_TRUE(digest.has_value());
  EXPECT_EQ(digest->hex(), encode_hex(bytes));
  EXPECT_EQ(*Digest::parse_hex(digest->hex()), *digest);
  EXPECT_TRUE(std::ranges::equal(digest->view(), bytes));
  for (const std::size_t size : {std::size_t{0}, Digest::kSize - 1, Digest::kSize + 1}) {
    const Bytes other(size, 0xa5);
    EXPECT_EQ(Digest::from_bytes(other).error().code, ErrorCode::invalid_argument);
    EXPECT_EQ(Digest::parse_hex(encode_hex(other)).error().code, ErrorCode::invalid_argument);
  }
  EXPECT_EQ(Digest::parse_hex(std::string(64, 'x')).error().reason, "hex");
}

// Goal:   meanings do not mix, and order is that of the bytes.
// Method: compile-time conversions, and two digests that differ in one byte.
TEST(FixedBytes, CompareByBytesWithinOneMeaning) {
  static_assert(!std::is_convertible_v<Digest, PublicKey>);
  static_assert(!std::is_constructible_v<PublicKey, Digest>);
  Digest low, high;
  high.bytes[31] = 1;
  EXPECT_LT(low, high);
  EXPECT_NE(low, high);
}

// Goal:   a text is cut between characters, never longer than asked; what is no UTF-8 is cut all the same and not emptied.
// Method: every length of a text with characters of one to four bytes; texts of stray continuation bytes.
TEST(ClipUtf8, EndsWithAWholeCharacter) {
  const std::string text = "a\u00e9\u20ac\U0001f600z";  // 1, 2, 3, 4 and 1 bytes
  const std::array<std::size_t, 12> kept{0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11};
  for (std::size_t max = 0; max < kept.size(); ++max) EXPECT_EQ(clip_utf8(text, max), text.substr(0, kept[max])) << max;
  EXPECT_EQ(clip_utf8(text, 100), text);
  EXPECT_EQ(clip_utf8("", 0), "");
  EXPECT_EQ(clip_utf8(std::string(20, '\x80'), 10).size(), 10u);
  EXPECT_EQ(clip_utf8(std::string(2, '\x80'), 1).size(), 1u);
}

// Goal:   text and bytes are views of each other's memory.
// Method: a text with a zero and a byte above 127.
TEST(Views, BorrowTheSameMemory) {
  const std::string text("a\0\xff", 3);
  const BytesView bytes = as_bytes(text);
  ASSERT_EQ(bytes.size(), 3u);
  EXPECT_EQ(bytes[2], 0xff);
  EXPECT_EQ(static_cast<const void*>(bytes.data()), text.data());
  EXPECT_EQ(as_text(bytes), text);
}

}  // namespace
}  // namespace gstd

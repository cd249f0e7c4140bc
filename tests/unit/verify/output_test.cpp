#include "verify_fixture.hpp"

namespace gstd {
namespace {

// Goal:   an output passes exactly where its bytes are the signed ones and it is no longer than the run allowed.
// Method: the signed bytes; every single change of a bit, one byte less and more; a limit of exactly and just below its length.
TEST(VerifyOutput, HoldsDigestAndSize) {
  const std::string text = "an output";
  Receipt receipt = some_receipt();
  receipt.limits.output_bytes_max = text.size();
  const Verdict good = verify_output(receipt, as_bytes(text));
  EXPECT_EQ(good.conclusion, Conclusion::confirmed);
  EXPECT_EQ(good.reason, "");
  EXPECT_EQ(good.findings.size(), 2u);
  EXPECT_EQ(finding(good, Aspect::given_output_sha256).here, receipt.output.hex());

  for (std::size_t bit = 0; bit < 8 * text.size(); ++bit) {
    std::string changed = text;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
    const Verdict bad = verify_output(receipt, as_bytes(changed));
    EXPECT_EQ(bad.conclusion, Conclusion::refuted);
    EXPECT_EQ(bad.reason, "given_output_sha256");
  }
  EXPECT_EQ(differences(verify_output(receipt, as_bytes(text.substr(1)))), Names{"given_output_sha256"});
  EXPECT_EQ(differences(verify_output(receipt, {})), Names{"given_output_sha256"});
  EXPECT_EQ(differences(verify_output(receipt, as_bytes(text + "."))), Names{"given_output_size"});
  receipt.limits.output_bytes_max = text.size() - 1;
  const Verdict too_long = verify_output(receipt, as_bytes(text));
  EXPECT_EQ(too_long.reason, "given_output_size");
  EXPECT_EQ(finding(too_long, Aspect::given_output_sha256).agreement, Agreement::not_compared);
}

// Goal:   a receipt cannot raise the bound that holds for every result.
// Method: one byte more than kOutputBytesMax, properly hashed, under a limit that claims to allow it.
TEST(VerifyOutput, KeepsTheBoundOfAllResults) {
  const Bytes output(kOutputBytesMax + 1);
  Receipt receipt = some_receipt();
  receipt.output = sha256(output);
  receipt.limits.output_bytes_max = ~0ull;
  EXPECT_EQ(verify_output(receipt, output).reason, "given_output_size");
}

// Goal:   what passed once opens no door for anything else.
// Method: the right output, then a wrong one for the same receipt, then the wrong one's own.
TEST(VerifyOutput, RemembersNothing) {
  const Receipt receipt = some_receipt();
  ASSERT_EQ(verify_output(receipt, as_bytes("an output")).conclusion, Conclusion::confirmed);
  Receipt other = receipt;
  other.output = sha256(as_bytes("another"));
  EXPECT_EQ(verify_output(other, as_bytes("an output")).conclusion, Conclusion::refuted);
  EXPECT_EQ(verify_output(receipt, as_bytes("another")).conclusion, Conclusion::refuted);
  EXPECT_EQ(verify_output(other, as_bytes("another")).conclusion, Conclusion::confirmed);
}

}  // namespace
}  // namespace gstd

// Goal:   every parser of base takes any text without harm, and what it accepts is written back as the same value.
// Method: the input goes to each of them; each value goes out and in again.
#include <gstd/base.hpp>

#include <cstdlib>

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = gstd::as_text({data, size});
  if (const auto amount = gstd::parse_amount(text)) {
    require(amount->nano >= 0 && *amount <= gstd::kAmountMax);
    require(*gstd::parse_amount(gstd::format_amount(*amount)) == *amount);
  }
  if (const auto time = gstd::parse_rfc3339(text)) require(*gstd::parse_rfc3339(gstd::format_rfc3339(*time)) == *time);
  if (const auto bytes = gstd::decode_base64(text)) require(gstd::encode_base64(*bytes) == text);
  if (const auto bytes = gstd::decode_hex(text)) require(*gstd::decode_hex(gstd::encode_hex(*bytes)) == *bytes);
  if (const auto id = gstd::TaskId::parse(text)) require(id->str() == text && size <= gstd::kIdCharsMax);
  return 0;
}

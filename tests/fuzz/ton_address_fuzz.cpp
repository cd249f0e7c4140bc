// Goal:   no two texts are the same friendly form, and every address survives its spellings.
// Method: what parses is written again: a friendly form with its flags gives the text, but for the alphabet; a raw one but for
// case.
#include <gstd/ton.hpp>

#include <algorithm>

#include "check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gstd;
  const std::string_view text = as_text({data, size});
  const auto parsed = ton::parse_address(text);
  if (!parsed) {
    fuzz::require_clear_refusal(parsed.error());
    return 0;
  }
  fuzz::require(ton::looks_like_address(text));
  if (parsed->flags) {
    const bool is_standard = text.find_first_of("+/") != std::string_view::npos;
    const auto alphabet = is_standard ? ton::Base64Alphabet::standard : ton::Base64Alphabet::url;
    fuzz::require(parsed->address.friendly(*parsed->flags, alphabet) == text);
  } else {
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c; });
    fuzz::require(parsed->address.raw() == lower);
  }
  fuzz::require(*ton::Address::parse(parsed->address.raw()) == parsed->address);
  return 0;
}

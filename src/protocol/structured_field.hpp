// Reads the structured fields (RFC 8941) of a signature, in the one spelling that serialising by that RFC gives: no spare white
// space, no other member beside ours. A signature's parameters are signed as they were written, so the strict spelling
// costs nobody anything and leaves nothing to be understood in two ways.
#pragma once

#include <gstd/base.hpp>

namespace gstd::protocol {

/// Longest header field of a signature that is looked at.
inline constexpr std::size_t kSignatureFieldBytesMax = 1024;

/// One parameter: `name=value`, value a string without its quotes, or an integer's digits.
struct FieldParameter {
  std::string_view name;
  std::string_view value;
  bool is_string = false;
};

/// An inner list of strings with its parameters, borrowed from the text.
struct InnerList {
  std::vector<std::string_view> items;
  std::vector<FieldParameter> parameters;
  std::string_view text;  ///< From the parenthesis to the end.
};

/// Reads `label=("a" "b");x=1;y="z"`. Nothing for any other text; items with parameters of their own are not read either.
std::optional<InnerList> parse_inner_list(std::string_view field, std::string_view label);

/// Reads `label=:BASE64:`. Nothing for any other text.
std::optional<Bytes> parse_byte_sequence(std::string_view field, std::string_view label);

}  // namespace gstd::protocol

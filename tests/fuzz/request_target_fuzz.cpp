// Goal:   the path and query of every request are taken apart within their bounds, and what is no target is refused clearly.
// Method: the input as a target; then its bytes, each escaped, which must come back as they were, also as a parameter.
#include "check.hpp"
#include "coordinator/target.hpp"

namespace {

std::string escape(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    escaped += '%';
    escaped += gstd::encode_hex(gstd::as_bytes(std::string_view(&c, 1)));
  }
  return escaped;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gstd;
  using namespace gstd::coordinator;
  const auto text = as_text({data, size});

  const auto target = parse_target(text);
  if (!target) {
    fuzz::require_clear_refusal(target.error());
    fuzz::require(target.error().reason == "target");
  } else {
    fuzz::require(text.size() <= kTargetCharsMax && text.starts_with(target->path) && target->path.starts_with('/'));
    fuzz::require(target->query.size() <= kQueryParametersMax);
    for (const auto& [name, value] : target->query) {
      fuzz::require(target->parameter(name) == &value);
      const auto number = number_parameter(*target, name, 0);
      if (!number) fuzz::require_clear_refusal(number.error());
    }
  }

  const std::string escaped = escape(text);
  const auto back = percent_decode(escaped);
  fuzz::require(back && *back == text);
  if (const auto carried = parse_target("/?value=" + escaped)) fuzz::require(*carried->parameter("value") == text);
  return 0;
}

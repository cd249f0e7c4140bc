#include "protocol/reader.hpp"

namespace gstd::protocol {

template <class M>
Result<M> read(std::string_view json) {
  M message;
  auto done = reading::read_document(
      json, [&message](reading::ondemand::object& root) { return reading::read_message(root, reading::Path{}, 1, message); });
  if (!done) return std::move(done).error();
  return message;
}

#define GSTD_INSTANTIATE(M) template Result<M> read<M>(std::string_view);
GSTD_PROTOCOL_MESSAGES(GSTD_INSTANTIATE)
#undef GSTD_INSTANTIATE

Result<void> check_json(std::string_view text) {
  // The parser takes objects only, so the text becomes the one item of the one field of one. Whatever brackets it has of its own,
  // only a single value leaves it at that.
  using namespace reading;
  const std::string wrapped = R"({"":[)" + std::string(text) + "]}";
  std::size_t fields = 0;
  std::size_t items = 0;
  auto walked = read_document(wrapped, [&](ondemand::object& root) {
    return for_each_field(root, [&](std::string_view, ondemand::value& value) -> Result<void> {
      ++fields;
      ondemand::array array;
      if (auto error = value.get_array().get(array)) return json_error(error);
      for (auto each : array) {
        ondemand::value item;
        if (auto error = each.get(item)) return json_error(error);
        if (auto done = skip(item, 0); !done) return done;
        ++items;
      }
      return {};
    });
  });
  if (!walked) return walked;
  if (fields != 1 || items > 1) return json_error("goes on after its end");
  if (items == 0) return json_error("is empty");
  return {};
}

}  // namespace gstd::protocol

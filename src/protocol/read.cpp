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

}  // namespace gstd::protocol

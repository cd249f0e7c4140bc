// Goal:   whatever comes over a connection is read within its bounds or refused, and how the network cuts it makes no difference.
// Method: the input after its first byte as one connection's bytes, several requests perhaps: in one piece, and in pieces of as
// many
//         bytes as the first one says. Both must give the same requests, and go on or refuse what follows them; but where the
//         bytes end in the middle of a request, one may refuse already what the other still waits for.
#include <algorithm>
#include <cstring>

#include "check.hpp"
#include "net/request_parser.hpp"

namespace {

using gstd::net::RequestParser;

constexpr std::size_t kHeaderBytesMax = 512;
constexpr std::size_t kBodyBytesMax = 256;

struct Seen {
  std::vector<std::string> requests;
  bool is_refused = false;
  bool waits = false;  // for more
};

Seen read_all(std::string_view bytes, std::size_t piece) {
  Seen seen;
  RequestParser parser(kHeaderBytesMax, kBodyBytesMax);
  for (;;) {
    switch (parser.advance()) {
      case RequestParser::Progress::wants_continue:
        break;
      case RequestParser::Progress::refused:
        gstd::fuzz::require(parser.refusal().status >= 400 && !parser.refusal().sentence.empty());
        seen.is_refused = true;
        return seen;
      case RequestParser::Progress::done: {
        const bool keep_alive = parser.keep_alive();
        const auto request = parser.take();
        gstd::fuzz::require(request.body.size() <= kBodyBytesMax);
        std::string text = request.method + ' ' + request.target + '\n';
        for (const auto& field : request.headers) text += field.name + ": " + field.value + '\n';
        gstd::fuzz::require(text.size() <= 2 * kHeaderBytesMax);
        seen.requests.push_back(text + '\n' + request.body);
        if (!keep_alive) return seen;
        parser.begin();
        break;
      }
      case RequestParser::Progress::needs_more: {
        seen.waits = bytes.empty();
        if (seen.waits) return seen;
        const auto room = parser.prepare();
        gstd::fuzz::require(!room.empty());
        const std::size_t size = std::min({piece, room.size(), bytes.size()});
        std::memcpy(room.data(), bytes.data(), size);
        parser.commit(size);
        bytes.remove_prefix(size);
        break;
      }
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto bytes = gstd::as_text({data + 1, size - 1});
  const Seen whole = read_all(bytes, bytes.size());
  const Seen cut = read_all(bytes, std::size_t{data[0]} % 64 + 1);
  gstd::fuzz::require(whole.requests == cut.requests);
  gstd::fuzz::require(whole.is_refused == cut.is_refused || whole.waits || cut.waits);
  return 0;
}

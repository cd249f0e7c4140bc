#include "net/curl_response.hpp"

#include <algorithm>

#include "net/field.hpp"
#include "net/wiping.hpp"

namespace gstd::net {
namespace {

// All lines of an answer's head together. libcurl bounds one line (100 KiB), not their number.
constexpr std::size_t kResponseHeadBytesMax = 256u << 10;

}  // namespace

bool ResponseReader::read_head_line(std::string_view line) {
  head_bytes_ += line.size();
  if (head_bytes_ > kResponseHeadBytesMax) {
    failure = Error{ErrorCode::resource_exhausted,
                    "the answer's headers are longer than " + std::to_string(kResponseHeadBytesMax) +
                        " bytes; check what answers at that address",
                    "response_too_long"};
    return false;
  }
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
  // Every head starts over: interim answers (100 Continue) have one of their own. "HTTP/" cannot be a field name.
  if (line.starts_with("HTTP/")) {
    response.headers = {};
    head_is_over_ = false;
    return true;
  }
  if (line.empty()) {
    head_is_over_ = true;
    return true;
  }
  // Trailers of a chunked body are not headers: nobody may add one after the fact (RFC 9110 section 6.5.1).
  if (head_is_over_) return true;
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return true;
  response.headers.add(std::string(line.substr(0, colon)), std::string(trim(line.substr(colon + 1))));
  return true;
}

bool ResponseReader::read_body(std::string_view piece) {
  if (piece.size() > body_bytes_max_ - response.body.size()) {
    failure =
        Error{ErrorCode::resource_exhausted,
              "the answer is longer than " + std::to_string(body_bytes_max_) + " bytes; raise response_bytes_max or ask for less",
              "response_too_long"};
    return false;
  }
  std::string& body = response.body;
  if (body.size() + piece.size() > body.capacity() && body.size() <= kWipedBodyBytesMax) {
    // A string that grows leaves what it held where it was.
    std::string longer;
    longer.reserve(std::max(2 * body.capacity(), body.size() + piece.size()));
    longer.append(body);
    wipe_text(body);
    body = std::move(longer);
  }
  body.append(piece);
  return true;
}

}  // namespace gstd::net

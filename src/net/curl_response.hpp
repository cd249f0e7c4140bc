// Gathers an answer from libcurl's callbacks.
#pragma once

#include <gstd/net.hpp>

namespace gstd::net {

/// Fed by one call; then `response` is whole, or `failure` says why reading ended early.
class ResponseReader {
 public:
  explicit ResponseReader(std::size_t body_bytes_max) : body_bytes_max_(body_bytes_max) {}

  /// One line of a head, with its line end. False ends the call.
  bool read_head_line(std::string_view line);
  /// A piece of the body. False ends the call.
  bool read_body(std::string_view piece);

  Response response;
  std::optional<Error> failure;

 private:
  std::size_t body_bytes_max_;
  std::size_t head_bytes_ = 0;
  bool head_is_over_ = false;
};

}  // namespace gstd::net

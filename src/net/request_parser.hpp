// Reads requests out of a connection's bytes. No I/O; the only file of the room that knows Beast is its .cpp.
#pragma once

#include <gstd/net.hpp>

#include <memory>

namespace gstd::net {

/// What the server says without asking a handler.
struct Refusal {
  int status;
  std::string_view sentence;  // a literal
};

/// Holds the bytes of one connection that are read and not yet used: pipelined requests wait in it for their turn.
class RequestParser {
 public:
  enum class Progress {
    needs_more,
    wants_continue,  // the peer holds the body back until it sees "100 Continue"; said once
    done,            // take() it
    refused,         // see refusal(); nothing more can be read from this connection
  };

  RequestParser(std::size_t header_bytes_max, std::size_t body_bytes_max);
  ~RequestParser();

  /// Starts on the next request; unused bytes stay.
  void begin();
  /// Whether any byte of the request in hand is here.
  bool has_started() const noexcept;

  /// Where the next bytes go, never empty; commit() what came.
  std::span<char> prepare();
  void commit(std::size_t bytes);
  Progress advance();

  /// Whether the head of the request in hand is here whole.
  bool has_head() const noexcept;
  Refusal refusal() const noexcept;
  bool is_head() const noexcept;
  /// Whether the peer can take another answer on this connection.
  bool keep_alive() const noexcept;
  /// Whether bytes have come beyond the request in hand, once that is done.
  bool has_more() const noexcept;
  /// How much of the body is here.
  std::size_t body_bytes() const noexcept;
  /// What the head says of the body's size; 0 where it says nothing.
  std::size_t body_bytes_announced() const noexcept;
  /// Frees the body, before a last answer: the request in hand can only be refused then.
  void drop_body() noexcept;
  /// The request without its `peer`.
  Request take();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace gstd::net

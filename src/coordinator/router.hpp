// From a request to its handler: the route table, the identity, the nonce, and every error in the one form.
#pragma once

#include "coordinator/call.hpp"

namespace gstd::coordinator {

/// May be shared between threads.
class Router {
 public:
  explicit Router(Services& services) : services_(services) {}

  /// Answers through `responder`, now or, where the request waits for something, later. Never throws.
  void handle(const net::Request& request, const net::Responder& responder);

 private:
  Result<Reply> dispatch(const net::Request& request, const net::Responder& responder);

  Services& services_;
};

}  // namespace gstd::coordinator

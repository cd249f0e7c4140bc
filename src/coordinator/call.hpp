// One request on its way through a handler.
#pragma once

#include "coordinator/identity.hpp"
#include "coordinator/reply.hpp"
#include "coordinator/services.hpp"
#include "coordinator/target.hpp"

namespace gstd::coordinator {

class Call {
 public:
  Call(Services& services, const net::Request& request, const net::Responder& responder)
      : services_(services), request_(request), responder_(responder) {}

  Services& services() noexcept { return services_; }
  const net::Request& request() const noexcept { return request_; }
  const net::Responder& responder() const noexcept { return responder_; }  ///< For Reply::later().

  /// Set by the router before the handler runs.
  Target target;
  std::string address;               ///< Whom the request comes from, as far as proxies can be believed; without a port.
  std::string path_argument;         ///< What stands at the template's "{...}"; empty where there is none.
  std::optional<Identity> identity;  ///< Of all routes but those for anybody: always there when their handler runs.

  template <class M>
  Result<M> body() const {
    return protocol::read<M>(request_.body);
  }

  /// One write transaction that also uses up the request's nonce: a repeat of the request changes nothing, not even by racing.
  Result<void> write(const std::function<Result<void>(Mutation&)>& work);

  /// Uses up the nonce by itself, unless a write() has.
  Result<void> spend_nonce();

 private:
  Services& services_;
  const net::Request& request_;
  const net::Responder& responder_;
  bool nonce_spent_ = false;
};

using Handler = Result<Reply> (*)(Call&);

}  // namespace gstd::coordinator

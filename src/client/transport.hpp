// One request to the coordinator: signed, repeated while it is worth it, and its refusal turned into an Error.
#pragma once

#include <gstd/client.hpp>
#include <gstd/net.hpp>

#include "client/base_url.hpp"
#include "client/calls.hpp"
#include "client/session_slot.hpp"

namespace gstd::client {

/// What a call answers that has to be signed, wants a session, or is about a wallet, where there is none.
Error key_missing();
Error session_missing();
Error wallet_missing();

/// May be shared between threads.
class Transport {
 public:
  static Result<Transport> create(ClientOptions options);

  /// The answer's body, read as a message.
  template <class M>
  Result<M> ask(const Call& call, const CallOptions& options) const {
    auto response = send(call, options);
    if (!response) return std::move(response).error();
    return read<M>(response->body);
  }

  /// Errors: data_loss, reason "answer": the text is not this message.
  template <class M>
  static Result<M> read(std::string_view body) {
    auto message = protocol::read<M>(body);
    if (!message) return not_of_the_protocol(message.error().message);
    return message;
  }

  /// Sends until there is an answer that does not say to come back (`unavailable`, or a 429 or 503 that tells when), the tries are
  /// used up, or the time is. Waits as it was told, else as retry_delay() has it. Only answers of the 200s come back; the others
  /// are Errors. So is, unsent, a call that has to be signed where there is no key.
  Result<net::Response> send(const Call& call, const CallOptions& options) const;

  const ClientOptions& options() const noexcept { return options_; }
  SessionSlot& session() const noexcept { return *session_; }
  const Clock& clock() const noexcept { return *options_.clock; }
  Random& random() const noexcept { return *options_.random; }

  static Error not_of_the_protocol(std::string_view detail);

 private:
  Transport(ClientOptions options, BaseUrl base_url, net::HttpClient http);
  /// Errors: unauthenticated: the call wants a key or a session that there is not; nothing was sent.
  Result<void> check_access(const Call& call) const;
  /// `retry_after`: set where the refusal says when to come back, and cleared where it does not.
  Result<net::Response> send_once(const Call& call, const CallOptions& options,
                                  std::optional<std::chrono::milliseconds>& retry_after) const;

  ClientOptions options_;
  BaseUrl base_url_;
  net::HttpClient http_;
  std::unique_ptr<SessionSlot> session_;  // apart, so that a Transport can be moved
};

}  // namespace gstd::client

// An HTTP server that answers from a script, for tests of what a client makes of answers that no real coordinator gives.
#pragma once

#include <gstd/net.hpp>
#include <gstd/protocol.hpp>

#include <gtest/gtest.h>

#include <concepts>
#include <deque>
#include <mutex>

namespace gstd::test {

/// Each request takes the next answer of the script; behind its end all are refused with 500. May be shared between threads.
class ScriptedServer {
 public:
  using Answer = std::function<void(const net::Request&, const net::Responder&)>;

  ScriptedServer() {
    auto started = net::HttpServer::start({}, [this](net::Request request, net::Responder responder) {
      const Answer answer = take(request);
      answer(request, responder);
    });
    EXPECT_TRUE(started) << started.error().message;
    if (started) server_.emplace(std::move(*started));
  }

  ScriptedServer& then(Answer answer) {
    const std::lock_guard lock{mutex_};
    script_.push_back(std::move(answer));
    return *this;
  }
  ScriptedServer& then(int status, std::string body) {
    return then([status, body = std::move(body)](const net::Request&, const net::Responder& responder) {
      responder.send({status, {}, body});
    });
  }
  template <class M>
  requires(!std::convertible_to<M, Answer>) ScriptedServer& then(const M& message) { return then(200, protocol::write(message)); }
  ScriptedServer& then_refuse(const Error& error) { return then(protocol::http_status(error.code), protocol::write_error(error)); }
  /// Takes the request and never answers; the connection stays open.
  ScriptedServer& then_hang() {
    return then([this](const net::Request&, const net::Responder& responder) {
      const std::lock_guard lock{mutex_};
      hanging_.push_back(responder);
    });
  }

  /// Instead of a script: every request goes to `answer`.
  void always(Answer answer) {
    const std::lock_guard lock{mutex_};
    always_ = std::move(answer);
  }

  std::vector<net::Request> requests() const {
    const std::lock_guard lock{mutex_};
    return requests_;
  }

  std::string url() const { return "http://127.0.0.1:" + std::to_string(server_->port()); }
  void stop() { server_->stop(); }

 private:
  Answer take(const net::Request& request) {
    const std::lock_guard lock{mutex_};
    requests_.push_back(request);
    if (always_) return always_;
    if (script_.empty())
      return [](const net::Request&, const net::Responder& responder) { responder.send({500, {}, "the script has ended"}); };
    Answer answer = std::move(script_.front());
    script_.pop_front();
    return answer;
  }

  mutable std::mutex mutex_;
  std::deque<Answer> script_;
  Answer always_;
  std::vector<net::Request> requests_;
  std::vector<net::Responder> hanging_;
  std::optional<net::HttpServer> server_;  // last: its threads use all of the above
};

}  // namespace gstd::test

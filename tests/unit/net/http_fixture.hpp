// Shorthand for the tests of client and server.
#pragma once

#include <gtest/gtest.h>

#include <condition_variable>
#include <gstd/net.hpp>
#include <thread>

namespace gstd::net::test {

/// Starts a server or fails the test program: a test without one tests nothing.
inline HttpServer start_server(Handler handler, HttpServerOptions options = {}, HttpServer::Refuse refuse = {}) {
  auto server = HttpServer::start(std::move(options), std::move(handler), std::move(refuse));
  if (!server) throw std::runtime_error(server.error().message);
  return std::move(*server);
}

inline HttpClient make_client(HttpClientOptions options = {}) {
  auto client = HttpClient::create(std::move(options));
  if (!client) throw std::runtime_error(client.error().message);
  return std::move(*client);
}

inline std::string url(const HttpServer& server, std::string_view path = "/") {
  return "http://127.0.0.1:" + std::to_string(server.port()) + std::string(path);
}

inline Request get(std::string target) {
  Request request;
  request.target = std::move(target);
  return request;
}

inline Request post(std::string target, std::string body) {
  Request request = get(std::move(target));
  request.method = "POST";
  request.body = std::move(body);
  return request;
}

/// Answers 200 with the target as the body.
inline void answer_target(const Request& request, const Responder& responder) {
  Response response;
  response.body = request.target;
  responder.send(std::move(response));
}

inline std::string status_line(const std::string& answer) { return answer.substr(0, answer.find("\r\n")); }

/// The server, which answers targets, still does.
inline void expect_serves(const HttpServer& server) {
  auto response = make_client().send(get(url(server, "/still-here")));
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body, "/still-here");
}

/// Keeps Responders for later, and lets a test wait until one is there.
class Shelf {
 public:
  Handler handler() {
    return [this](Request, Responder responder) {
      const std::lock_guard lock(mutex_);
      kept_.push_back(std::move(responder));
      changed_.notify_all();
    };
  }
  Responder take() {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, std::chrono::seconds(20), [&] { return !kept_.empty(); }))
      throw std::runtime_error("no request came");
    Responder first = std::move(kept_.front());
    kept_.erase(kept_.begin());
    return first;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Responder> kept_;  // guarded by mutex_
};

/// A door that threads wait at until it is opened.
class Door {
 public:
  void open() {
    const std::lock_guard lock(mutex_);
    is_open_ = true;
    changed_.notify_all();
  }
  bool wait() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(20), [&] { return is_open_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_open_ = false;  // guarded by mutex_
};

}  // namespace gstd::net::test

// What the sessions of one server share: options, handler, the I/O context, and the list of sessions.
#pragma once

#include <gstd/net.hpp>

#include <unordered_map>

#include "net/asio.hpp"
#include "net/byte_budget.hpp"
#include "net/request_parser.hpp"
#include "net/responder.hpp"
#include "net/session.hpp"
#include "net/tls_context.hpp"

namespace gstd::net {

/// Made once per server and held by its threads, so that it outlives whoever let go of the HttpServer.
/// Members may be called from any thread where nothing else is said.
class ServerCore : public std::enable_shared_from_this<ServerCore> {
 public:
  /// `tls`: what options.tls was loaded as; null where that is nothing.
  ServerCore(HttpServerOptions options, std::shared_ptr<const TlsContext> tls, Handler handler, HttpServer::Refuse refuse);
  ~ServerCore();

  /// Once, before any thread runs.
  Result<std::uint16_t> listen();
  /// The body of each thread; returns when the server has stopped and no session is left.
  void run() noexcept;
  /// Accepts no more, and tells every session. Returns at once.
  void begin_stop();

  /// For connections from now on.
  void set_tls(std::shared_ptr<const TlsContext> tls);

  bool is_stopping() const noexcept { return is_stopping_; }
  bool runs_this_thread() noexcept { return io_.get_executor().running_in_this_thread(); }

  // For sessions.
  const HttpServerOptions& options() const noexcept { return options_; }
  ByteBudget& bytes_in_flight() noexcept { return bytes_in_flight_; }
  const std::shared_ptr<Gate>& gate() const noexcept { return gate_; }
  void handle(Request request, Responder responder) const { handler_(std::move(request), std::move(responder)); }
  Response refusal(Refusal why) const;
  void forget(Session& session) noexcept;
  bool logs() const noexcept { return static_cast<bool>(options_.log); }
  void log(LogLevel level, std::string_view message) noexcept;

 private:
  void accept();
  void on_accept(boost::system::error_code error, Socket socket);
  void admit(Socket socket);

  const HttpServerOptions options_;
  const Handler handler_;
  const HttpServer::Refuse refuse_;
  const std::shared_ptr<Gate> gate_ = std::make_shared<Gate>();
  ByteBudget bytes_in_flight_;
  std::mutex log_mutex_;  // one message at a time, as LogSink promises

  asio::io_context io_;                                              // goes after everything below, which is made of its parts
  asio::executor_work_guard<asio::io_context::executor_type> work_;  // guarded by mutex_
  Acceptor acceptor_;                                                // its strand's
  Timer accept_timer_;                                               // its strand's
  std::mutex mutex_;
  std::atomic<bool> is_stopping_{false};                             // set under mutex_
  std::shared_ptr<const TlsContext> tls_;                            // guarded by mutex_; null: plain HTTP
  std::unordered_map<Session*, std::shared_ptr<Session>> sessions_;  // guarded by mutex_
};

}  // namespace gstd::net
